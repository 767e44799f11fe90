"""CircuitPython's `digitalio.DigitalInOut` on a simulated pin."""

# ruff: noqa: ARG002 (another library's signatures)

from byteport_mocks.pin import SimulatedPin


class Direction:
    INPUT = "input"
    OUTPUT = "output"


class Pull:
    UP = "up"
    DOWN = "down"


class DriveMode:
    PUSH_PULL = "push-pull"
    OPEN_DRAIN = "open-drain"


class DigitalInOut:
    """One pin; as an input it reads what the outside drives."""

    def __init__(self, pin: SimulatedPin) -> None:
        self._pin = pin
        self._direction = Direction.INPUT
        self.pull: "str | None" = None

    def __enter__(self) -> "DigitalInOut":
        return self

    def __exit__(self, *_: object) -> None:
        self.deinit()

    def deinit(self) -> None:
        pass

    def switch_to_output(self, value: bool = False, drive_mode: object = None) -> None:
        self._direction = Direction.OUTPUT
        self.value = value

    def switch_to_input(self, pull: "str | None" = None) -> None:
        self.pull = pull
        self.direction = Direction.INPUT

    @property
    def direction(self) -> str:
        return self._direction

    @direction.setter
    def direction(self, direction: str) -> None:
        if direction == Direction.INPUT and self._direction == Direction.OUTPUT:
            self._pin.release()
        self._direction = direction

    @property
    def value(self) -> bool:
        return bool(self._pin.value())

    @value.setter
    def value(self, level: bool) -> None:
        self._pin.value(1 if level else 0)
