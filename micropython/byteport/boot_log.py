"""What a boot leaves for the next: how many ended badly in a row, and what errors ended them."""

from byteport.compat import const

_MOST_BAD = const(10)
_MOST_ERRORS = const(5)
_MOST_TEXT = const(200)


class BootLog:
    """A small text file, which is written at a boot, at its good end and at an error, and no more.

    Its first line is ``bad``, how many boots ended badly, and the ``configuration``: a number that
    tells it from another, with which the count begins anew. A boot is a bad one until `good`;
    waking is none. Nothing of ``secrets`` gets into the file.
    """

    def __init__(self, path: str, configuration: int, secrets: "list[str]") -> None:
        self._path = path
        self.configuration = str(configuration)
        self._secrets = secrets
        self.bad = 0
        self.errors: "list[str]" = []
        try:
            with open(path) as file:
                self.errors = file.read().split("\n")
            bad, configured = self.errors.pop(0).split(" ")
            if configured == self.configuration:
                self.bad = int(bad)
        except (OSError, ValueError):
            pass  # there is none yet, or a power cut made it none

    def begin(self) -> bool:
        """Count a boot; return whether too many before it ended badly."""
        self.bad += 1
        self._write()
        return self.bad > _MOST_BAD

    def good(self) -> None:
        """Take this boot as a good one."""
        if self.bad:
            self.bad = 0
            self._write()

    def add(self, text: str) -> None:
        """Keep an error, and the last few before it."""
        for secret in self._secrets:
            text = text.replace(secret, "***") if secret else text
        self.errors = self.errors[1 - _MOST_ERRORS :]
        self.errors.append(text.replace("\n", " ")[:_MOST_TEXT])
        self._write()

    def told(self) -> None:
        """Forget the errors, which the next boot need not tell of."""
        self.errors = []
        self._write()

    def _write(self) -> None:
        try:
            with open(self._path, "w") as file:
                print(self.bad, self.configuration, file=file, end="")
                for error in self.errors:
                    file.write("\n" + error)
        except OSError:
            pass  # then it is not kept
