"""Which pin of a board is whose: each use is checked against what the pin can do and who has it."""

from byteport_agent.config.board.board_type import BoardType
from byteport_agent.config.board.kinds import pins_text
from byteport_agent.config.problems import quoted
from byteport_agent.config.tables import Table

INPUT, OUTPUT, ANALOG = "input", "output", "analog"


class BoardPins:
    """The pins of one board while its file is read."""

    def __init__(self, kind: BoardType) -> None:
        self._kind = kind
        self._users: dict[int | str, tuple[str, int]] = {}

    def claim(
        self, table: Table, key: str, pin: int | str, user: str, use: str = OUTPUT, pull: str = ""
    ) -> None:
        """Give a pin to a user such as "sda of i2c-0", or add to the table's mistakes why not."""
        text = self._mistake(pin, use) or self._pull_mistake(pin, pull)
        line = table.problems.line_of((*table.path, key))
        if text:
            table.mistake(f"{key}: {text}", key)
        elif pin in self._users:
            other, at = self._users[pin]
            where = f" (line {at})" if at else ""
            table.mistake(f"{key}: pin {pin} is also {other}{where}", key)
        else:
            self._users[pin] = user, line
            if pin in self._kind.care and key in table.values and key != "led":
                table.warn(f"{key}: pin {pin} {self._kind.care[int(pin)]}", key)

    def _mistake(self, pin: int | str, use: str) -> str:
        kind = self._kind
        if isinstance(pin, str):
            return self._name_mistake(pin, use)
        if pin in kind.taken:
            return f"pin {pin} is {kind.taken[pin]}"
        if pin not in kind.pins:
            there = pins_text(kind.pins - set(kind.taken))
            return f"{kind.name} has no pin {pin} that is led out, but {there}"
        if use == OUTPUT and pin in kind.input_only:
            return f"pin {pin} can only be read, and this needs one that is driven too"
        if use == ANALOG and pin in kind.wifi_adc:
            return f"pin {pin} measures nothing while Wi-Fi is on: {pins_text(kind.adc)} always do"
        if use == ANALOG and pin not in kind.adc:
            return f"pin {pin} measures no voltage: {pins_text(kind.adc)} do"
        return ""

    def _name_mistake(self, pin: str, use: str) -> str:
        if pin not in self._kind.named_pins:
            has = ", ".join(self._kind.named_pins) or "none: write a number"
            return f"{self._kind.name} has no pin named {quoted(pin)}: it has {has}"
        return "" if use == OUTPUT else f"pin {pin} can only be driven"

    def _pull_mistake(self, pin: int | str, pull: str) -> str:
        if pull not in ("", "none") and pin in self._kind.input_only:
            return f'pin {pin} has no pull resistors: put one there and write pull = "none"'
        return ""
