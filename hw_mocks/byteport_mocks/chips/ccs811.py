"""ams CCS811, a gas sensor: mailboxes of one to eight bytes, and a boot loader before them.

Datasheet v1-06, "Application Register Overview": boot mode after power-on, where only STATUS, the
ids and APP_START (0xF4) exist; 1 ms later the application answers. MEAS_MODE starts samples every
1, 10 or 60 s, or 250 ms without results. DATA_READY falls when ALG_RESULT_DATA is read, ERROR when
ERROR_ID is. The chip holds the clock line where it needs time.
"""

from byteport_mocks.registers import RegisterChip

_STATUS = 0x00
_MODE = 0x01
_RESULT = 0x02
_RAW = 0x03
_ERROR = 0xE0
_APP_START = 0xF4
_RESET = 0xFF

_IN_APPLICATION = 0x80
_APP_VALID = 0x10
_DATA_READY = 0x08
_HAS_ERROR = 0x01
_IN_BOOT_MODE = (_STATUS, 0x20, 0x21, 0x23, 0x24, _ERROR)

_INVALID_WRITE = 0x01
_INVALID_READ = 0x02
_MAX_RESISTANCE = 0x08
_PERIOD_US = {1: 1000000, 2: 10000000, 3: 60000000, 4: 250000}
_START_US = 1000
_THINKING_US = 50


class SimulatedCCS811(RegisterChip):
    """Has no sample until its application is started and told how often to measure.

    A quantity of None is a sensor resistance out of range: no sample, and an error.
    """

    ADDRESSES = (0x5A, 0x5B)
    QUANTITIES = (("eco2", 400.0, 8192.0, 1.0, 620.0), ("tvoc", 0.0, 1187.0, 1.0, 33.0))
    WIDTHS = {_RESULT: 8, _RAW: 2, 0x05: 4, 0x06: 4, 0x10: 5, 0x11: 2, 0x23: 2, 0x24: 2, _RESET: 4}
    AUTO_INCREMENT = False
    POWER_ON = {0x21: 0x12, 0x23: 0x1000, 0x24: 0x2000}
    READ_ONLY = (_STATUS, _RESULT, _RAW, 0x20, 0x21, 0x23, 0x24, _ERROR)
    ID = (0x20, 0x81)

    def reset(self) -> None:
        self._application = False
        self._answers_us = 0
        self._values = (0, 0)

    def start(self, read: bool) -> bool:
        self.stretch_us = max(self._answers_us - self.now_us(), 0)
        return super().start(read)

    def select(self, pointer: int) -> int:
        if pointer == _APP_START and not self._application:
            self._application = True
            self._answers_us = self.now_us() + _START_US
        return pointer

    def on_write(self, register: int, value: int) -> None:
        if register == _RESET and value == 0x11E5728A:
            self.power_on()
        elif not self._application:
            self._fail(_INVALID_WRITE)
        else:
            super().on_write(register, value)
            if register == _MODE:
                self._measure(value >> 4 & 7)

    def _measure(self, mode: int) -> None:
        self.halt()
        if mode in _PERIOD_US:
            self.begin(_PERIOD_US[mode], repeat=True)

    def _fail(self, bit: int) -> None:
        self.put(_ERROR, self.get(_ERROR) | bit)

    def _status(self) -> int:
        status = _APP_VALID | (_IN_APPLICATION if self._application else 0)
        return status | self.get(_STATUS) | (_HAS_ERROR if self.get(_ERROR) else 0)

    def on_read(self, register: int) -> int:
        if register == _STATUS:
            return self._status()
        if not self._application and register not in _IN_BOOT_MODE:
            self._fail(_INVALID_READ)
            return 0
        value = self._result() if register == _RESULT else self.get(register)
        if register == _ERROR:
            self.put(_ERROR, 0)
        return value

    def _result(self) -> int:
        self.stretch_us = _THINKING_US
        value = self._values[0] << 16 | self._values[1]
        value = value << 16 | self._status() << 8 | self.get(_ERROR)
        self.put(_STATUS, 0)
        return value << 16 | self.get(_RAW)

    def measured(self) -> None:
        self.put(_RAW, 10 << 10 | 407)  # 10 uA and what the converter read
        if None in self.quantities.values():
            self._fail(_MAX_RESISTANCE)
        elif self.get(_MODE) >> 4 & 7 != 4:
            self._values = (round(self.value_of("eco2")), round(self.value_of("tvoc")))
            self.put(_STATUS, _DATA_READY)
