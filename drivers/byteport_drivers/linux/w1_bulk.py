"""One conversion for all probes of a 1-Wire bus: N probes cost 750 ms together, not each.

Linux Documentation/ABI/testing/sysfs-driver-w1_therm: "trigger" in the master's therm_bulk_read
converts on all probes and returns when they are done; each probe's next read then gives that
sample, however old it is by then. So a round is shared only while it is young, and a sample that
somebody else left unread is replaced by a new round. Before Linux 5.10, or without the right to
write the file (root's by default), probes are read one by one.
"""

import os
import time
from threading import Lock
from weakref import WeakSet

from byteport_drivers.linux.kernel_files import optional_text

_YOUNG_S = 1.0
_CONVERTING = "-1"
_CONVERSION_MS = 750


class BulkConversions:
    """The rounds of conversions on one 1-Wire master, for the ``probes`` that take part."""

    def __init__(self, master: str) -> None:
        self._path = f"{master}/therm_bulk_read"
        self._lock = Lock()
        self._round = 0
        self._ended_s = 0.0
        self.probes: WeakSet[object] = WeakSet()  # drivers, which may be given up and made anew
        self.possible = os.path.isfile(self._path)

    def ready(self, seen: int) -> tuple[int, int]:
        """Have a sample that is newer than round ``seen``: (its round, milliseconds until then)."""
        with self._lock:
            if not self.possible:
                return 0, 0
            if self._round > seen and time.monotonic() - self._ended_s < _YOUNG_S:
                return self._round, 0
            if len(self.probes) < 2 and optional_text(self._path) == "0":
                return 0, 0  # nothing to share, nothing old left over
            return self._convert()

    def _convert(self) -> tuple[int, int]:
        try:
            with open(self._path, "w") as file:
                file.write("trigger\n")
        except PermissionError:
            self.possible = False
            return 0, 0
        except OSError:
            return 0, 0  # no probe answered: each one's own reading tells
        self._round += 1
        self._ended_s = time.monotonic()
        converting = optional_text(self._path) == _CONVERTING
        return self._round, _CONVERSION_MS if converting else 0


_masters: dict[str, BulkConversions] = {}
_masters_lock = Lock()


def conversions_of(master: str) -> BulkConversions:
    """Return the rounds of a master, which all its probes in this process share."""
    with _masters_lock:
        return _masters.setdefault(os.path.realpath(master), BulkConversions(master))
