"""What an output says in the log: a line when something changes, and none while it stays so.

On a network that fails now and then each failure would be two lines: so after one that was told
the next are told only if they last, and so is what one device alone waits for.
"""

from collections.abc import Callable
from dataclasses import dataclass

from byteport_agent.delivery.service import HELD, OK
from byteport_agent.durations import duration_text

_SOON_MS = 600_000
_LASTS_MS = 60_000
_WAIT = "wait, none is lost ('byteport-agent doctor' looks why)"

Tell = Callable[[str], None]


@dataclass
class _Trouble:
    state: str
    since: int
    told: bool = False


class Notices:
    """One output's lines; "" stands for the output, other names for devices."""

    def __init__(self, warn: Tell, inform: Tell) -> None:
        self._warn = warn
        self._inform = inform
        self._now_in: dict[str, _Trouble] = {}
        self._told_at: dict[str, int] = {}
        self._buried = 0
        self._buried_at: int | None = None

    def state(self, device: str, state: str, reason: str, now: int) -> None:
        """Note a state, which may be the one that it was."""
        trouble = self._now_in.get(device)
        if state == OK:
            if trouble is not None:
                del self._now_in[device]
                self._over(device, trouble, now)
            return
        if trouble is None:
            trouble = self._now_in[device] = _Trouble(state, now)
        if trouble.state != state:
            trouble.state, trouble.told = state, False
        if not trouble.told and self._worth_it(device, trouble, now):
            trouble.told = True
            self._told_at[device] = now
            how = "are held, until this is mended" if state == HELD else _WAIT
            self._warn(f"readings{_of(device)} {how}: {reason}")

    def buried(self, device: str, count: int, reason: str, now: int) -> None:
        """Note readings that were given up; more of them soon after are told of together."""
        self._buried += count
        if self._buried_at is None or now - self._buried_at >= _SOON_MS:
            one = f"a reading{_of(device)} became a dead letter"
            more = f"{self._buried} readings became dead letters, the last{_of(device)}"
            self._warn(f"{more if self._buried > 1 else one}: {reason}")
            self._buried, self._buried_at = 0, now

    def warn(self, text: str) -> None:
        self._warn(text)

    def _worth_it(self, device: str, trouble: _Trouble, now: int) -> bool:
        last = self._told_at.get(device)
        seldom = not device and (last is None or now - last >= _SOON_MS)
        return trouble.state == HELD or seldom or now - trouble.since >= _LASTS_MS

    def _over(self, device: str, trouble: _Trouble, now: int) -> None:
        if trouble.told:
            self._told_at[device] = now
            lasted = duration_text(now - trouble.since)
            self._inform(f"readings{_of(device)} are sent again, after {lasted}")


def _of(device: str) -> str:
    return f" of {device}" if device else ""
