"""Real stores that take InfluxDB's line protocol: see `server_process`."""

import json
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from server_process import Server, answers, free_port, program_at


class InfluxDB(Server):
    """InfluxDB 1, with user "me" where there is a ``password``."""

    def __init__(self, password: str = "") -> None:
        super().__init__()
        self.port, self._rpc_port = free_port(), free_port()
        self._password = password
        (self.folder / "influxdb.conf").write_text(
            f'reporting-disabled = true\nbind-address = "127.0.0.1:{self._rpc_port}"\n'
            f'[meta]\ndir = "{self.folder}/meta"\n'
            f'[data]\ndir = "{self.folder}/data"\nwal-dir = "{self.folder}/wal"\n'
            f'[http]\nbind-address = "127.0.0.1:{self.port}"\nlog-enabled = false\n'
            f"auth-enabled = {str(bool(password)).lower()}\n"
            "[monitor]\nstore-enabled = false\n[subscriber]\nenabled = false\n"
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        program = program_at("influxd", "influxdb", "/usr/bin/influxd")
        return [program, "-config", str(self.folder / "influxdb.conf")]

    def ready(self) -> bool:
        return answers(self.port)

    def start(self) -> None:
        super().start()
        if self._password:
            text = f"CREATE USER me WITH PASSWORD '{self._password}' WITH ALL PRIVILEGES"
            self.query(text, as_nobody=True)  # the first user is whom anybody can make

    def query(self, text: str, as_nobody: bool = False) -> list[dict[str, Any]]:
        """Return the series that a query gives."""
        about = {"q": text, "db": "greenhouse", "epoch": "ms"}
        who = {"u": "me", "p": self._password} if self._password and not as_nobody else {}
        url = f"{self.url}/query?{urlencode(who)}"
        with urlopen(url, urlencode(about).encode(), 20) as answer:
            (result,) = json.load(answer)["results"]
        assert "error" not in result, result
        found: list[dict[str, Any]] = result.get("series", [])
        return found


class VictoriaMetrics(Server):
    """VictoriaMetrics, which takes what is written to an InfluxDB of either version."""

    def __init__(self) -> None:
        super().__init__()
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        program = program_at("victoria-metrics", "victoria-metrics")
        place = f"-storageDataPath={self.folder}/data"
        return [program, place, f"-httpListenAddr=127.0.0.1:{self.port}", "-retentionPeriod=100y"]

    def ready(self) -> bool:
        return answers(self.port)

    def export(self, match: str) -> list[dict[str, Any]]:
        """Return the series that match, once what was written can be read."""
        with urlopen(f"{self.url}/internal/force_flush", timeout=20):
            pass
        query = urlencode({"match[]": match})
        with urlopen(f"{self.url}/api/v1/export?{query}", timeout=20) as answer:
            return [json.loads(line) for line in answer.read().decode().splitlines()]
