"""`esp32`: the chip's own sensors, wake-up pins, and NVS, which survives everything."""

from byteport_mocks.board.current import current

WAKEUP_ALL_LOW = False
WAKEUP_ANY_HIGH = True
_NO_KEY = -4354  # ESP_ERR_NVS_NOT_FOUND, negative


def raw_temperature() -> int:
    """Return the chip's temperature in Fahrenheit, as the first ESP32 has it."""
    return round(current().chip_celsius * 9 / 5 + 32)


def mcu_temperature() -> int:
    """Return the chip's temperature in Celsius, as later chips have it."""
    return round(current().chip_celsius)


def hall_sensor() -> int:
    return current().hall


def wake_on_ext0(pin: object = None, level: object = None) -> None:
    pass


def wake_on_ext1(pins: object = None, level: object = None) -> None:
    pass


def gpio_deep_sleep_hold(enable: bool) -> None:
    pass


class NVS:
    """One namespace of non-volatile storage; what is set counts after `commit`."""

    def __init__(self, namespace: str) -> None:
        self._stored = current().nvs.setdefault(namespace, {})
        self._present: "dict[str, int | bytes]" = dict(self._stored)

    def set_i32(self, key: str, value: int) -> None:
        self._present[key] = value

    def get_i32(self, key: str) -> int:
        value = self._get(key)
        assert isinstance(value, int)
        return value

    def set_blob(self, key: str, value: "bytes | bytearray | str") -> None:
        self._present[key] = value.encode() if isinstance(value, str) else bytes(value)

    def get_blob(self, key: str, buffer: bytearray) -> int:
        value = self._get(key)
        assert isinstance(value, bytes)
        buffer[: len(value)] = value
        return len(value)

    def erase_key(self, key: str) -> None:
        self._get(key)
        del self._present[key]

    def commit(self) -> None:
        self._stored.clear()
        self._stored.update(self._present)

    def _get(self, key: str) -> "int | bytes":
        if key not in self._present:
            raise OSError(_NO_KEY, "ESP_ERR_NVS_NOT_FOUND")
        return self._present[key]
