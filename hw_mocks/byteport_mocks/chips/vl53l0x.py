"""ST VL53L0X, a distance sensor: one-byte registers on pages, most of them undocumented.

Datasheet DocID029104, 3.2 (ids) and 2.7 (results); what the other registers do here is what ST's
API does with them. Register 0xFF chooses the page. Page 1 holds the stop variable (0x91), without
which nothing is measured; page 7 gives the reference SPADs once asked (0x94, 0x83, 0x92). A sample
takes 33 ms and is announced in 0x13 where 0x0A asks for it, until 0x0B is written. 8191 mm is no
target; a chip that was not calibrated announces an error with its sample.
"""

from byteport_mocks.registers import RegisterChip

_RANGE_START = 0x00
_SEQUENCE = 0x01
_ANNOUNCE = 0x0A
_CLEAR = 0x0B
_STATUS = 0x13
_RANGE_STATUS = 0x14
_DISTANCE = 0x1E
_STROBE = 0x83
_STOP = 0x91
_SPAD_INFO = 0x92
_NVM = 0x94
_SPADS = 0xB0
_PAGE = 0xFF

_STOP_VARIABLE = 0x3C
_SAMPLE_US = 33000
_CALIBRATION_US = 5000
_NO_TARGET_MM = 8191
_VALID = 11 << 3 | 1
_NO_PHASE = 4 << 3 | 1
_ERROR = 0x18


class SimulatedVL53L0X(RegisterChip):
    """Ranges once or back to back. ``spads`` and ``spad_info`` are what the factory found.

    While ``fails`` is set, samples have the status of a range that failed, whatever they show.
    """

    ADDRESSES = (0x29,)
    QUANTITIES = (("distance", 30.0, 2000.0, 1.0, 740.0),)
    POWER_ON = {0xC1: 0xAA, 0xC2: 0x10, 0x84: 0x11}
    ID = (0xC0, 0xEE)

    def __init__(
        self,
        address: "int | None" = None,
        *,
        spads: bytes = b"\xff\xff\xff\xff\xff\x0f",
        spad_info: int = 0x85,
    ) -> None:
        self._factory = (spads, spad_info)
        self.fails = False
        super().__init__(address)

    def reset(self) -> None:
        self._calibrated = 0
        self.put_bytes(_SPADS, self._factory[0])
        self.on_page(1, _STOP, _STOP_VARIABLE)

    def on_page(self, page: int, register: int, value: int) -> None:
        """Set a register of any page."""
        bank, self.bank = self.bank, page
        self.put(register, value)
        self.bank = bank

    def on_write(self, register: int, value: int) -> None:
        if register == _PAGE:
            self.bank = value
            return
        super().on_write(register, value)
        if self.bank == 7 and register == _STROBE and value == 0 and self.get(_NVM) == 0x6B:
            self.put(_STROBE, 0x10)
            self.put(_SPAD_INFO, self._factory[1])
        elif self.bank == 0 and register == _CLEAR:
            self.put(_STATUS, 0)
        elif self.bank == 0 and register == _RANGE_START:
            self._range(value)

    def _range(self, value: int) -> None:
        self.put(_RANGE_START, value & ~0x01)  # done as soon as it is begun
        self.halt()
        if self.get(_SEQUENCE) in (0x01, 0x02) and value & 0x01:
            self.begin(_CALIBRATION_US)
        elif value & 0x03 and self.registers.get(1 << 16 | _STOP) == _STOP_VARIABLE:
            self.begin(_SAMPLE_US, repeat=value & 0x02 != 0)

    def measured(self) -> None:
        sequence = self.registers.get(_SEQUENCE, 0)
        error = 0
        if sequence in (0x01, 0x02):
            self._calibrated |= sequence
        else:
            error = 0 if self._calibrated == 3 else _ERROR
            self._put_sample()
        if self.registers.get(_ANNOUNCE, 0) & 0x07 == 0x04:
            self.registers[_STATUS] = 0x04 | error

    def _put_sample(self) -> None:
        lost = self.quantities["distance"] is None
        distance = _NO_TARGET_MM if lost else round(self.value_of("distance"))
        self.registers[_RANGE_STATUS] = _NO_PHASE if lost or self.fails else _VALID
        self.registers[_DISTANCE] = distance >> 8
        self.registers[_DISTANCE + 1] = distance & 0xFF
