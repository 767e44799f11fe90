"""A real RabbitMQ: see `server_process`."""

import json
import os
import time
from pathlib import Path

from server_process import Server, answers, free_port, program_at


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
