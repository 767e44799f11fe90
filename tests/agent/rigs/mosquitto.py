"""A real mosquitto: see `server_process`."""

import os
import subprocess
from pathlib import Path

from server_process import Server, answers, free_port, program_at


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
