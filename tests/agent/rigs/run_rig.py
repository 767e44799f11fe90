"""One `byteport-agent run` as a process of its own."""

import subprocess
import sys
from pathlib import Path

from agent_rig import command_env

from waiting import PATIENCE_S, wait_for


class Running:
    """One `byteport-agent run`, and what it says on stderr."""

    def __init__(self, directory: Path, *words: str, **settings: str) -> None:
        self._log = directory / f"log-{len(list(directory.glob('log-*')))}"
        with open(self._log, "w") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "byteport_agent", "run", *words],
                cwd=directory,
                env=command_env(**settings),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )

    @property
    def log(self) -> str:
        return self._log.read_text()

    def says(self, text: str) -> None:
        wait_for(lambda: text in self.log or self._ended(text))

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(PATIENCE_S)

    def _ended(self, text: str) -> bool:
        if self.process.poll() is not None and text not in self.log:
            raise AssertionError(f"it ended without {text!r}:\n{self.log}")
        return False
