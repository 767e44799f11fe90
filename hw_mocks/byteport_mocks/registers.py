"""The chip with registers: a pointer is written, then data is written or read from there on.

Covers registers of one byte (BME280), of two (ADS1115, INA219, TMP102), and mixed sizes (CCS811,
MCP9808); pointers that step on by themselves or not; banks; and writes made of pairs of register
and value (Bosch).
"""

from byteport_mocks.chip import Chip


class RegisterChip(Chip):
    """A chip that is a set of registers; a subclass fills in constants and, where needed, hooks."""

    WIDTH = 1  # bytes in a register
    WIDTHS: "dict[int, int]" = {}  # those of another width
    MSB_FIRST = True
    AUTO_INCREMENT = True  # the pointer moves on after each register
    WRITE_PAIRS = False  # a write is register, value, register, value
    POINTER_BYTES = 1
    POINTER_MASK = 0xFF
    POWER_ON: "dict[int, int]" = {}  # values after power-on; 0 where none is given
    READ_ONLY: "tuple[int, ...]" = ()  # writes are acknowledged and ignored
    ID: "tuple[int, int] | None" = None  # the register that names the chip, and its value

    def power_on(self) -> None:
        self.bank = 0
        self.pointer = 0
        self.registers: "dict[int, int]" = {}
        self._index = 0  # the byte within the register
        self._value = 0
        self._pointing = 0  # how many pointer bytes are still to come
        self.restore()
        super().power_on()

    def restore(self) -> None:
        """Set all registers to their values after power-on, as a soft reset does."""
        self.registers = {}
        for register, value in self.POWER_ON.items():
            self.put(register, value)
        if self.ID is not None:
            self.put(self.ID[0], self.ID[1])

    def get(self, register: int) -> int:
        """Return what a register of the present bank holds."""
        return self.registers.get(self.bank << 16 | register, 0)

    def put(self, register: int, value: int) -> None:
        """Set what a register of the present bank holds; cut to its width, as two's complement."""
        self.registers[self.bank << 16 | register] = value & ((1 << 8 * self.width(register)) - 1)

    def put_bytes(self, register: int, data: bytes) -> None:
        """Set consecutive one-byte registers: calibration, or a sample of many bytes."""
        for offset, byte in enumerate(data):
            self.put(register + offset, byte)

    def width(self, register: int) -> int:
        """Return the bytes in a register."""
        return self.WIDTHS.get(register, self.WIDTH)

    def pretend_id(self, chip_id: "int | None") -> None:
        if self.ID is None:
            super().pretend_id(chip_id)
        self.fake_id = chip_id

    # Hooks for subclasses

    def select(self, pointer: int) -> int:
        """Return the register that a written pointer means (override for command bits)."""
        return pointer & self.POINTER_MASK

    def next_register(self, register: int) -> int:
        """Return the register after this one (override for a FIFO, which stays)."""
        return (register + 1) & self.POINTER_MASK if self.AUTO_INCREMENT else register

    def on_read(self, register: int) -> int:
        """Return a register's value as its first byte is asked for (override for side effects)."""
        return self.get(register)

    def on_write(self, register: int, value: int) -> None:
        """Take a register's value as its last byte has come (override for side effects)."""
        if register not in self.READ_ONLY:
            self.put(register, value)

    # The bus's side

    def start(self, read: bool) -> bool:
        self._index = 0
        self._value = 0
        self._pointing = 0 if read else self.POINTER_BYTES
        return True

    def write_byte(self, byte: int) -> bool:
        self._value = (
            self._value << 8 | byte
            if self.MSB_FIRST or self._pointing
            else (self._value | byte << 8 * self._index)
        )
        self._index += 1
        if self._pointing:
            self._pointing -= 1
            if self._pointing == 0:
                self.pointer = self.select(self._value)
                self._index = self._value = 0
        elif self._index == self.width(self.pointer):
            value = self._value
            self._index = self._value = 0
            self._written(value)
        return True

    def _written(self, value: int) -> None:
        register = self.pointer
        if self.WRITE_PAIRS:
            self._pointing = self.POINTER_BYTES
        else:
            self.pointer = self.next_register(register)
        self.on_write(register, value)

    def read_byte(self) -> int:
        register = self.pointer
        width = self.width(register)
        if self._index == 0:
            self._value = self.on_read(register)
            if self.fake_id is not None and self.ID is not None and register == self.ID[0]:
                self._value = self.fake_id
        place = width - 1 - self._index if self.MSB_FIRST else self._index
        self._index += 1
        if self._index == width:
            self._index = 0
            self.pointer = self.next_register(register)
        return self._value >> 8 * place & 0xFF
