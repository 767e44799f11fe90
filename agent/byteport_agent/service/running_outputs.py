"""The outputs of a running agent, and how they are exchanged when its configuration changes."""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from byteport_agent.clock import Clock
from byteport_agent.config.output_sections import Output as Settings
from byteport_agent.config.sections import Device
from byteport_agent.delivery.around import Around
from byteport_agent.delivery.output import Output, OutputStatus
from byteport_agent.outbox import Outbox
from byteport_agent.pulse import Pulse

_STOP_MS = 4000

MakeOutput = Callable[[Settings, Device, Outbox, Clock, logging.Logger, Around], Output]


class Loss(NamedTuple):
    """Readings that an output never had: ``new`` since this was last asked, ``lost`` in all."""

    output: str
    new: int
    lost: int


class RunningOutputs:
    """Used by one thread, but for `wake`, `pulses` and `statuses`, which any may call."""

    def __init__(
        self, make: MakeOutput, outbox: Outbox, clock: Clock, log: logging.Logger, around: Around
    ) -> None:
        self._make = make
        self._outbox, self._clock, self._log, self._around = outbox, clock, log, around
        self._device: Device | None = None
        self._running: dict[str, tuple[Settings, Output]] = {}
        self._told_lost: dict[str, int] = {}

    def use(self, device: Device, wanted: Iterable[Settings]) -> None:
        """Run these; one that is the same as before is not disturbed."""
        by_name = {settings.name: settings for settings in wanted}
        for name, (settings, output) in list(self._running.items()):
            if device != self._device or by_name.get(name) != settings:
                output.stop(_STOP_MS)
                del self._running[name]
        self._device = device
        for name, settings in by_name.items():
            if name not in self._running:
                self._start(name, settings, device)

    def wake(self) -> None:
        for output in self._outputs():
            output.wake()

    def stop(self) -> None:
        for output in self._outputs():
            output.stop(_STOP_MS)

    def pulses(self) -> list[Pulse]:
        return [output.pulse for output in self._outputs()]

    def statuses(self) -> list[OutputStatus]:
        return [output.status() for output in self._outputs()]

    def losses(self) -> Iterator[Loss]:
        """Yield, of each output that has lost readings since this was last called, how many."""
        for status in self.statuses():
            new = status.lost - self._told_lost.get(status.name, 0)
            if new > 0:
                self._told_lost[status.name] = status.lost
                yield Loss(status.name, new, status.lost)

    def _start(self, name: str, settings: Settings, device: Device) -> None:
        self._told_lost.setdefault(name, self._outbox.lost(name))
        output = self._make(settings, device, self._outbox, self._clock, self._log, self._around)
        self._running[name] = settings, output
        output.start()

    def _outputs(self) -> list[Output]:
        return [output for _, output in list(self._running.values())]
