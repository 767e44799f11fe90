"""What the tests of the service share: an image's root directory, and programs that are not run."""

import subprocess
from collections.abc import Sequence
from pathlib import Path


def make_image(root: Path) -> Path:
    """Make a root directory with groups for I2C and pins, and none for SPI."""
    (root / "etc").mkdir(parents=True)
    (root / "etc/group").write_text("root:x:0:\ni2c:x:994:\ngpio:x:993:\n")
    return root


class Programs:
    """Stands for the system's programs: notes how they are called, and fails as told."""

    def __init__(self, code: int = 0, stderr: str = "") -> None:
        self.calls: list[str] = []
        self._answer = code, stderr

    def __call__(self, words: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        self.calls.append(" ".join(words))
        return subprocess.CompletedProcess(words, self._answer[0], "", self._answer[1])
