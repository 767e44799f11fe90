"""Programs that messages run: each in a thread of its own, and one of a name at a time."""

from collections.abc import Callable, Mapping
from threading import Lock, Thread

from byteport.errors import DriverError
from byteport_agent.printable import clipped, printable

_WIDEST = 200


class Programs:
    """Runs ``commands`` of the configuration; ``ended`` hears of level and text of the outcome."""

    def __init__(self, ended: Callable[[str, str], object]) -> None:
        self._ended = ended
        self._lock = Lock()
        self._running: set[str] = set()

    def run(self, name: str, commands: Mapping[str, tuple[str, ...]], timeout_ms: int) -> str:
        """Begin to run one; return what is to be answered, or raise ValueError."""
        with self._lock:
            if name in self._running:
                raise ValueError(f"{name} runs already")
            self._running.add(name)
        words = list(commands[name])
        work = Thread(target=self._work, args=(name, words, timeout_ms / 1000), daemon=True)
        work.start()
        return f"{name} runs"

    def _work(self, name: str, words: list[str], timeout_s: float) -> None:
        from byteport_drivers.linux.program import Program

        try:
            output = Program(words, timeout_s, {}, "/").output()
            lines = output.decode(errors="replace").strip().splitlines() or [""]
            last = clipped(printable(lines[-1].strip()), _WIDEST)
            outcome = "info", f"{name} is done{': ' * bool(last)}{last}"
        except DriverError as error:
            outcome = "error", f"{name}: {error}"
        finally:
            with self._lock:
                self._running.discard(name)
        self._ended(*outcome)
