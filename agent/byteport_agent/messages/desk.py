"""The thread that carries messages out, and that brings actuators back to their safe states.

A message is acknowledged at the broker when all of it was done, or refused. So one that a kill
interrupts comes again, and is judged by its age. What was done already, and comes again because its
acknowledgement was lost, is not done twice.
"""

import logging
from collections import deque
from collections.abc import Callable
from functools import partial
from threading import Event
from traceback import extract_tb
from typing import Protocol

from byteport.errors import ByteportError
from byteport_agent.actuators.actuator import Actuator, OpenDevice, open_gpiozero
from byteport_agent.background import GRACE_MS, IDLE_MS, Background
from byteport_agent.clock import Clock
from byteport_agent.config import Configuration
from byteport_agent.delivery.around import Arrived
from byteport_agent.messages.incoming import Message, read_messages, refusal
from byteport_agent.messages.orders import Hands, jobs_of
from byteport_agent.messages.programs import Programs
from byteport_agent.printable import clipped, printable

_MOST_WAITING = 100
_REMEMBERED = 200
_SHOWN = 80

Answer = Callable[[str, str, str | None], object]  # level, text, child device


class Sensors(Protocol):
    """What messages may ask of the sensors."""

    def read_now(self, name: str) -> bool: ...

    def change_interval(self, name: str, interval_ms: int) -> bool: ...


class Desk(Background):
    """Takes messages and states of brokers from any thread; ``answer`` sends what came of them.

    `stop` brings all actuators to their safe states; what waits is left to the brokers.
    """

    def __init__(
        self,
        configuration: Configuration,
        clock: Clock,
        log: logging.Logger,
        sensors: Sensors,
        answer: Answer,
        open_device: OpenDevice = open_gpiozero,
    ) -> None:
        super().__init__("messages", clock)
        self._configuration = configuration
        self._log = log
        self._sensors = sensors
        self._answer = answer
        self._open_device = open_device
        self._tasks: deque[Callable[[], object]] = deque()
        self._waiting = 0
        self._done: deque[bytes] = deque(maxlen=_REMEMBERED)
        self._actuators: dict[str, Actuator] = {}
        self._there: set[str] = set()  # brokers
        self._gone_since: int | None = clock.ticks_ms()
        self._programs = Programs(self._ended)

    def start(self) -> None:
        """Bring all actuators to their safe states, then take messages."""
        self._submit(partial(self._use, self._configuration))
        super().start()

    def use(self, configuration: Configuration) -> None:
        """Go on with another configuration; an actuator that is the same in both stays as it is."""
        self._submit(partial(self._use, configuration))

    def take(self, arrived: Arrived) -> None:
        """Have a message carried out; one too many is left to the broker, which sends it again."""
        with self._condition:
            full = self._waiting >= _MOST_WAITING
            self._waiting += not full
        if full:
            self._log.warning("a message is left at the broker: %s wait already", _MOST_WAITING)
        else:
            self._submit(partial(self._handle, arrived))

    def reached(self, output: str, is_there: bool) -> None:
        """Hear whether a broker that messages come from is connected."""
        self._submit(partial(self._note_broker, output, is_there))

    def due_in_ms(self) -> int:
        """Return in how many ms an actuator's time is over, many where none has one."""
        with self._condition:
            return max(self._wait_ms(), 0)

    def catch_up(self, within_ms: int) -> bool:
        """Wait until all is done that had come, and what is due now; return whether it is."""
        done = Event()
        self._submit(done.set)
        return done.wait(within_ms / 1000)

    def _submit(self, task: Callable[[], object]) -> None:
        with self._condition:
            self._tasks.append(task)
            self._condition.notify()

    def _run(self) -> None:
        while (task := self._next()) is not None:
            self._do(task)
        for actuator in self._actuators.values():
            self._do(actuator.close)

    def _do(self, task: Callable[[], object]) -> None:
        """Do something; a fault of our own must not leave an output on for ever."""
        try:
            task()
        except Exception as error:  # its text may hold anything
            place = extract_tb(error.__traceback__)[-1]
            self._log.error("%s at %s:%s", type(error).__name__, place.filename, place.lineno)

    def _next(self) -> Callable[[], object] | None:
        """Wait for something to do, None at the end; a late actuator comes before a message."""
        with self._condition:
            while not self._stopping:
                wait_ms = self._wait_ms()
                if wait_ms <= 0:
                    return self._watch
                if self._tasks:
                    self.pulse.beat(GRACE_MS)
                    return self._tasks.popleft()
                self._idle(min(wait_ms, IDLE_MS))
        return None

    def _wait_ms(self) -> int:
        """Return in how many ms an actuator has to be looked at, many where none has."""
        due = [each.until for each in self._actuators.values()]
        if self._gone_since is not None:
            due += [each.loss_due(self._gone_since) for each in self._actuators.values()]
        now = self._clock.ticks_ms()
        return min([moment - now for moment in due if moment is not None], default=IDLE_MS)

    def _watch(self) -> None:
        """Bring back to their safe states the actuators whose time is over."""
        for actuator in self._actuators.values():
            self._guarded(actuator, actuator.expire)
            if self._gone_since is not None:
                self._guarded(actuator, partial(actuator.lost, self._gone_since))

    def _guarded(self, actuator: Actuator, act: Callable[[], str | None]) -> None:
        try:
            text = act()
        except (ByteportError, OSError) as error:
            self._tell("error", f"actuator {actuator.settings.name}: {error}")
        else:
            if text:
                self._tell("warn", text, actuator.settings.device)

    def _use(self, configuration: Configuration) -> None:
        self._configuration = configuration
        wanted = {each.name: each for each in configuration.actuators}
        for name, actuator in list(self._actuators.items()):
            if wanted.get(name) != actuator.settings:
                actuator.close()
                del self._actuators[name]
        for name, settings in wanted.items():
            if name not in self._actuators:
                actuator = Actuator(settings, self._clock, self._open_device)
                self._actuators[name] = actuator
                self._guarded(actuator, actuator.open)

    def _note_broker(self, output: str, is_there: bool) -> None:
        (self._there.add if is_there else self._there.discard)(output)
        if self._there:
            self._gone_since = None
        elif self._gone_since is None:
            self._gone_since = self._clock.ticks_ms()

    def _handle(self, arrived: Arrived) -> None:
        with self._condition:
            self._waiting -= 1
        if not (arrived.again and arrived.content in self._done):
            try:
                messages = read_messages(arrived.content)
            except ValueError as error:
                self._tell("warn", f"a message is refused: {error}")
            else:
                for message in messages:
                    self._carry_out(message, arrived.retained)
            self._done.append(arrived.content)
        arrived.done()

    def _carry_out(self, message: Message, retained: bool) -> None:
        device = self._configuration.device
        child = None if message.uid in (None, device.uid) else message.uid
        shown = clipped(printable(message.text.strip()), _SHOWN)
        try:
            self._check(message, child, retained)
            settings = self._configuration.messages
            answers = [job() for job in jobs_of(message.text, settings, self._hands(), child)]
        except (ValueError, ByteportError, OSError) as error:
            self._tell("warn", f"message {shown!r} is refused: {error}", child)
        else:
            self._tell("info", ", ".join(answers), child)

    def _check(self, message: Message, child: str | None, retained: bool) -> None:
        """Raise ValueError for a message that is not for this device, or not for now."""
        configuration = self._configuration
        namespace = configuration.device.namespace
        if message.namespace not in (None, namespace):
            raise ValueError(f"it is for namespace {message.namespace}, this is {namespace}")
        children = {each.device for each in configuration.actuators}
        if child is not None and child not in children:
            raise ValueError(f"it is for device {child}, which is no child of this one here")
        settings = configuration.messages
        now_ms = self._clock.unix_ms()
        if retained and message.ts_ms is None:
            raise ValueError("the broker kept it, and it does not say how old it is")
        if text := refusal(message, now_ms, settings.max_age_ms, settings.untimed):
            raise ValueError(text)

    def _hands(self) -> Hands:
        settings = self._configuration.messages
        return Hands(
            self._actuators,
            self._sensors.read_now,
            self._sensors.change_interval,
            lambda: [each.name for each in self._configuration.sensors],
            lambda name: self._programs.run(name, settings.commands, settings.command_timeout_ms),
        )

    def _ended(self, level: str, text: str) -> None:
        self._submit(partial(self._tell, level, text))

    def _tell(self, level: str, text: str, child: str | None = None) -> None:
        self._log.log(logging.INFO if level == "info" else logging.WARNING, "%s", text)
        self._answer(level, text, child)
