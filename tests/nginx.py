"""A real nginx on a free loopback port, for tests and benchmarks; it ends with its `with` block."""

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

_CONFIG = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_requests 1000000;
    {http}
    server {{
        listen unix:{folder}/upstream;
        return 200;
    }}
    upstream answers_200 {{ server unix:{folder}/upstream; }}
    server {{
        listen 127.0.0.1:{port};
        {server}
    }}
}}
"""


class Nginx:
    """Serves with what is given for its `http` and `server` blocks; ``url`` is its address.

    ``proxy_pass http://answers_200;`` leads to a server that answers 200 to anything, ``{folder}``
    is a temporary folder.
    """

    def __init__(self, server: str, http: str = "") -> None:
        if not Path("/usr/sbin/nginx").exists() and shutil.which("nginx") is None:
            pytest.skip("nginx is not installed: run tests/install/packages")
        self._blocks = {"server": server, "http": http}

    def __enter__(self) -> "Nginx":
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._folder = Path(tempfile.mkdtemp(prefix="byteport-nginx-"))
        self._folder.chmod(0o755)  # where root starts it, its worker is another user
        config = self._folder / "nginx.conf"
        blocks = {
            name: text.replace("{folder}", str(self._folder)) for name, text in self._blocks.items()
        }
        config.write_text(_CONFIG.format(folder=self._folder, port=port, **blocks))
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self._process = subprocess.Popen(
            [program, "-p", str(self._folder), "-c", str(config)],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return self
            except OSError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    self.__exit__()
                    raise AssertionError(f"nginx did not start: {self._blocks}")
                time.sleep(0.01)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)
        shutil.rmtree(self._folder)

    def connections(self) -> int:
        """Return how many connections carried requests; the log format must begin with it."""
        lines = (self._folder / "access.log").read_text().split("\n")
        return len({line.split()[0] for line in lines if line})
