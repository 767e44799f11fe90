"""Real brokers and stores on loopback: each in a folder of its own, ended with its `with` block."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

START_S = 60


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def program_at(name: str, package: str, *places: str) -> str:
    """Return a program's path; skip the test where it is not installed."""
    for place in places:
        if Path(place).exists():
            return place
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{package} is not installed: run tests/install/packages")
    return found


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


class Server:
    """A process that can be killed and started again; ``folder`` is where its files are."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"byteport-{type(self).__name__.lower()}-"))
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise AssertionError

    def ready(self) -> bool:
        raise AssertionError

    def environ(self) -> dict[str, str]:
        return dict(os.environ)

    def start(self) -> None:
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self.environ(),
                start_new_session=True,
            )
        wait_until(
            self.ready, lambda: self.process is None or self.process.poll() is not None, self
        )

    def kill(self) -> None:
        """End it as a power cut does, with all that it started."""
        process, self.process = self.process, None
        if process is not None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    @property
    def log_path(self) -> Path:
        return self.folder / "output.log"

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def __enter__(self):  # type: ignore[no-untyped-def]
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def wait_until(ready: Callable[[], bool], ended: Callable[[], bool], server: Server) -> None:
    deadline = time.monotonic() + START_S
    while not ready():
        if ended() or time.monotonic() > deadline:
            raise AssertionError(f"{type(server).__name__} did not start:\n{server.log()}")
        time.sleep(0.02)


class Mosquitto(Server):
    """mosquitto; ``lines`` are added to its configuration, ``users`` are (name, password).

    With ``tls``, a folder with ca.pem and server.pem, ``tls_port`` speaks TLS.
    """

    def __init__(
        self,
        users: dict[str, str] | None = None,
        lines: str = "",
        tls: Path | None = None,
        asks_certificate: bool = False,
    ) -> None:
        super().__init__()
        self.folder.chmod(0o755)
        self.port = free_port()
        self.tls_port = free_port() if tls else 0
        text = f"listener {self.port} 127.0.0.1\nallow_anonymous {str(not users).lower()}\n"
        text += f"user root\npersistence false\n{lines}\n" if os.geteuid() == 0 else f"{lines}\n"
        if users:
            text += f"password_file {self.folder}/passwords\n"
            self._add_users(users)
        if tls:
            text += f"listener {self.tls_port} 127.0.0.1\ncafile {tls}/ca.pem\n"
            text += f"certfile {tls}/server.pem\nkeyfile {tls}/server.pem\n"
            text += f"require_certificate {str(asks_certificate).lower()}\n"
        (self.folder / "mosquitto.conf").write_text(text)

    def command(self) -> list[str]:
        program = program_at("mosquitto", "mosquitto", "/usr/sbin/mosquitto")
        return [program, "-v", "-c", str(self.folder / "mosquitto.conf")]

    def ready(self) -> bool:
        return answers(self.port)

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def _add_users(self, users: dict[str, str]) -> None:
        path = self.folder / "passwords"
        path.touch(mode=0o600)
        for name, password in users.items():
            program = program_at("mosquitto_passwd", "mosquitto")
            subprocess.run([program, "-b", str(path), name, password], check=True)


class RabbitMQ(Server):
    """RabbitMQ with MQTT and STOMP, as Byteport runs it: one virtual host for each namespace.

    In each, user "me" may do all. The queue of the one called "fullspace" takes two messages and
    refuses more. ``tls`` is a folder with ca.pem and server.pem. Node name, cookie and ports are
    its own.
    """

    VHOSTS = ("myownspace", "other", "fullspace")

    def __init__(self, password: str, tls: Path) -> None:
        super().__init__()
        names = ("mqtt", "stomp", "stomps", "mqtts", "amqp", "dist", "epmd")
        self.ports = {name: free_port() for name in names}
        (self.folder / "enabled_plugins").write_text("[rabbitmq_mqtt,rabbitmq_stomp].\n")
        (self.folder / "env.conf").write_text("")
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.ports['amqp']}\n"
            f"mqtt.listeners.tcp.1 = 127.0.0.1:{self.ports['mqtt']}\n"
            f"mqtt.listeners.ssl.1 = 127.0.0.1:{self.ports['mqtts']}\n"
            f"stomp.listeners.tcp.1 = 127.0.0.1:{self.ports['stomp']}\n"
            f"stomp.listeners.ssl.1 = 127.0.0.1:{self.ports['stomps']}\n"
            f"ssl_options.cacertfile = {tls}/ca.pem\n"
            f"ssl_options.certfile = {tls}/server.pem\n"
            f"ssl_options.keyfile = {tls}/server.pem\n"
            "mqtt.allow_anonymous = false\n"
            f"load_definitions = {self.folder}/definitions.json\n"
            "disk_free_limit.absolute = 1MB\n"
            "log.console = true\nlog.console.level = info\nlog.file = false\n"
        )
        self._define(password)

    def url(self, scheme: str) -> str:
        return f"{scheme}://127.0.0.1:{self.ports[scheme]}"

    def command(self) -> list[str]:
        package = "rabbitmq-server"
        program = program_at(package, package, "/usr/lib/rabbitmq/bin/rabbitmq-server")
        # an epmd that it starts by itself would outlive it
        names = f"{program_at('epmd', 'erlang-base')} -port {self.ports['epmd']} & exec {program}"
        return ["/bin/sh", "-c", names]

    def environ(self) -> dict[str, str]:
        folder = str(self.folder)
        return {
            **os.environ,
            "HOME": folder,  # where its cookie is
            "ERL_EPMD_PORT": str(self.ports["epmd"]),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"byteport{self.ports['amqp']}@localhost",
            "RABBITMQ_CONF_ENV_FILE": f"{folder}/env.conf",
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
            "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_PID_FILE": f"{folder}/pid",
            "RABBITMQ_DIST_PORT": str(self.ports["dist"]),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none -start_epmd true",
        }

    def start(self) -> None:
        self._log_begins = len(self.log()) if self.log_path.exists() else 0
        super().start()

    def ready(self) -> bool:
        return "Server startup complete" in self.log()[self._log_begins :]

    def kill(self) -> None:
        super().kill()
        while answers(self.ports["mqtt"]) or answers(self.ports["stomp"]):
            time.sleep(0.01)  # the shell is gone, and the broker as soon as the kernel is done

    def _define(self, password: str) -> None:
        queue = "simple_string_dev_message"
        rights = {"configure": ".*", "write": ".*", "read": ".*"}
        limit = {"max-length": 2, "overflow": "reject-publish"}
        definitions = {
            "users": [{"name": "me", "password": password, "tags": ""}],
            "vhosts": [{"name": name} for name in self.VHOSTS],
            "permissions": [{"user": "me", "vhost": name, **rights} for name in self.VHOSTS],
            "queues": [
                {
                    "name": queue,
                    "vhost": name,
                    "durable": True,
                    "auto_delete": False,
                    "arguments": {},
                }
                for name in self.VHOSTS
            ],
            "policies": [
                {
                    "name": "full",
                    "vhost": "fullspace",
                    "pattern": queue,
                    "apply-to": "queues",
                    "definition": limit,
                }
            ],
            "bindings": [
                {
                    "source": "amq.topic",
                    "vhost": name,
                    "destination": queue,
                    "destination_type": "queue",
                    "routing_key": queue,
                    "arguments": {},
                }
                for name in self.VHOSTS
            ],
        }
        (self.folder / "definitions.json").write_text(json.dumps(definitions))


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
