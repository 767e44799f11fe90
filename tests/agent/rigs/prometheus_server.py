"""A real Prometheus: see `server_process`."""

import json
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from server_process import Server, free_port, program_at


class Prometheus(Server):
    """Prometheus, which asks one target twice a second, with a token."""

    def __init__(self, target: str, token: str) -> None:
        super().__init__()
        self.port = free_port()
        (self.folder / "token").write_text(token)
        (self.folder / "prometheus.yml").write_text(
            "global:\n  scrape_interval: 500ms\nscrape_configs:\n"
            f"  - job_name: agent\n    authorization: {{ credentials_file: {self.folder}/token }}\n"
            f"    static_configs:\n      - targets: ['{target}']\n"
        )

    def command(self) -> list[str]:
        return [
            program_at("prometheus", "prometheus"),
            f"--config.file={self.folder}/prometheus.yml",
            f"--storage.tsdb.path={self.folder}/data",
            f"--web.listen-address=127.0.0.1:{self.port}",
        ]

    def ready(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/-/ready", timeout=5):
                return True
        except OSError:
            return False

    def query(self, text: str) -> list[dict[str, Any]]:
        """Return the series that a query gives now."""
        query = urlencode({"query": text})
        url = f"http://127.0.0.1:{self.port}/api/v1/query?{query}"
        with urlopen(url, timeout=20) as answer:
            found: list[dict[str, Any]] = json.load(answer)["data"]["result"]
        return found
