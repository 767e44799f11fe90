"""The bases of chips: quantities, time, registers, messages."""

from byteport_mocks import SimulatedI2C
from byteport_mocks.chip import Chip, MessageChip
from byteport_mocks.device import Device
from byteport_mocks.registers import RegisterChip
from portable import raises


class Thermometer(Device):
    QUANTITIES = (("temperature", -40.0, 85.0, 0.5, 20.0), ("level", 0.0, 9.0, 1.0, 3.0))

    def reset(self):
        self.samples = []

    def measured(self):
        self.samples.append((self.measured_us, self.quantities["temperature"]))


def test_quantities_are_set_by_name():
    device = Thermometer()
    device.set(temperature=-5.5)
    assert device.quantities == {"temperature": -5.5, "level": 3.0}
    device.set(level=None)
    assert device.value_of("temperature") == -5.5
    assert device.value_of("level") == 0.0
    assert device.range() == {"temperature": (-40.0, 85.0, 0.5), "level": (0.0, 9.0, 1.0)}
    assert "has no 'humidity', it has: temperature, level" in str(
        raises(ValueError, device.set, humidity=3)
    )


def test_a_conversion_takes_its_time():
    device = Thermometer()
    device.begin(30000)
    device.clock.sleep_us(29999)
    assert device.busy()
    assert device.samples == []
    device.clock.sleep_us(1)
    assert not device.busy()
    assert device.samples == [(30000, 20.0)]
    device.clock.sleep_ms(100)
    device.settle()
    assert len(device.samples) == 1


def test_a_series_goes_on_and_only_its_last_sample_counts():
    device = Thermometer()
    device.begin(30000, repeat=True)
    device.clock.sleep_ms(100)
    assert device.busy()
    assert device.samples == [(90000, 20.0)]
    device.clock.sleep_ms(20)
    device.settle()
    assert device.samples[-1] == (120000, 20.0)
    device.halt()
    device.clock.sleep_ms(60)
    assert not device.busy()
    assert len(device.samples) == 2


def test_a_conversion_that_is_over_does_not_see_later_values():
    device = Thermometer()
    device.begin(30000)
    device.clock.sleep_ms(31)
    device.set(temperature=30)
    assert device.samples == [(30000, 20.0)]


def test_a_stalled_part_never_ends_and_goes_on_where_it_was():
    device = Thermometer()
    device.begin(30000)
    device.clock.sleep_ms(10)
    device.stall(True)
    device.clock.sleep_ms(1000)
    assert device.busy()
    assert device.stalled()
    device.stall(False)
    device.clock.sleep_ms(19)
    assert device.busy()
    device.clock.sleep_ms(1)
    assert not device.busy()


def test_a_frozen_part_keeps_its_values():
    device = Thermometer()
    device.freeze(True)
    device.set(temperature=30)
    assert device.quantities["temperature"] == 20.0
    device.freeze(False)
    assert device.quantities["temperature"] == 30


def test_power_on_forgets_conversions_and_keeps_quantities():
    device = Thermometer()
    device.set(temperature=30)
    device.begin(10)
    device.power_on()
    device.clock.sleep_ms(1)
    assert not device.busy()
    assert device.samples == []
    assert device.quantities["temperature"] == 30


class Bytes(RegisterChip):
    ADDRESSES = (0x40, 0x41)
    POWER_ON = {0x10: 0xAB, 0x11: 0xCD}
    READ_ONLY = (0x11,)
    ID = (0xD0, 0x58)


def on_bus(chip):
    bus = SimulatedI2C()
    bus.attach(chip)
    return bus


def test_byte_registers_step_on():
    bus = on_bus(Bytes())
    assert bus.readfrom_mem(0x40, 0x10, 2) == b"\xab\xcd"
    bus.writeto_mem(0x40, 0x10, b"\x01\x02\x03")
    assert bus.readfrom_mem(0x40, 0x10, 3) == b"\x01\xcd\x03"
    assert bus.readfrom(0x40, 1) == b"\x00"  # the pointer stands at 0x13


def test_registers_come_back_after_power_on():
    chip = Bytes()
    bus = on_bus(chip)
    bus.writeto_mem(0x40, 0x10, b"\x01")
    chip.power_on()
    assert bus.readfrom_mem(0x40, 0x10, 1) == b"\xab"


def test_the_pointer_wraps():
    chip = Bytes()
    chip.put_bytes(0xFE, b"\x01\x02")
    chip.put(0, 3)
    assert on_bus_without_reset(chip).readfrom_mem(0x40, 0xFE, 3) == b"\x01\x02\x03"


def on_bus_without_reset(chip):
    registers = chip.registers
    bus = on_bus(chip)
    chip.registers = registers
    return bus


def test_banks_hold_registers_of_their_own():
    chip = Bytes()
    chip.bank = 1
    chip.put(0x10, 0x55)
    assert chip.get(0x10) == 0x55
    chip.bank = 0
    assert chip.get(0x10) == 0xAB


def test_an_id_can_be_faked():
    chip = Bytes()
    bus = on_bus(chip)
    chip.pretend_id(0x60)
    assert bus.readfrom_mem(0x40, 0xD0, 1) == b"\x60"
    chip.pretend_id(None)
    assert bus.readfrom_mem(0x40, 0xD0, 1) == b"\x58"
    raises(ValueError, Chip(0x10).pretend_id, 1)


class Pairs(RegisterChip):
    ADDRESSES = (0x76,)
    WRITE_PAIRS = True


def test_writes_of_pairs():
    chip = Pairs()
    bus = on_bus(chip)
    bus.writeto_mem(0x76, 0xF4, b"\x25\xf2\x01")
    assert (chip.get(0xF4), chip.get(0xF2)) == (0x25, 0x01)
    assert bus.readfrom_mem(0x76, 0xF2, 3) == b"\x01\x00\x25"


class Words(RegisterChip):
    ADDRESSES = (0x48,)
    WIDTH = 2
    WIDTHS = {3: 1, 5: 4}
    AUTO_INCREMENT = False
    POWER_ON = {0: 0x8583, 3: 0x7F, 5: 0x01020304}


class LittleWords(Words):
    MSB_FIRST = False


def test_words_msb_first():
    bus = on_bus(Words())
    assert bus.readfrom_mem(0x48, 0, 2) == b"\x85\x83"
    assert bus.readfrom(0x48, 4) == b"\x85\x83\x85\x83"
    assert bus.readfrom_mem(0x48, 3, 1) == b"\x7f"
    assert bus.readfrom_mem(0x48, 5, 4) == b"\x01\x02\x03\x04"
    bus.writeto_mem(0x48, 1, b"\x12\x34")
    assert bus.readfrom_mem(0x48, 1, 2) == b"\x12\x34"


def test_words_lsb_first():
    chip = LittleWords()
    bus = on_bus(chip)
    assert bus.readfrom_mem(0x48, 0, 2) == b"\x83\x85"
    bus.writeto_mem(0x48, 1, b"\x12\x34")
    assert chip.get(1) == 0x3412


def test_half_a_word_is_not_written():
    chip = Words()
    bus = on_bus(chip)
    bus.writeto_mem(0x48, 1, b"\x12")
    assert chip.get(1) == 0


def test_negative_values_are_cut_to_the_width():
    chip = Words()
    chip.put(0, -1)
    chip.put(3, -2)
    assert (chip.get(0), chip.get(3)) == (0xFFFF, 0xFE)


class Wide(RegisterChip):
    ADDRESSES = (0x29,)
    POINTER_BYTES = 2
    POINTER_MASK = 0xFFFF
    POWER_ON = {0x010F: 0xEA}


def test_pointers_of_two_bytes():
    assert on_bus(Wide()).readfrom_mem(0x29, 0x010F, 1, addrsize=16) == b"\xea"


class Echo(MessageChip):
    ADDRESSES = (0x38,)

    def reset(self):
        self.heard = []
        self.answer = None

    def on_message(self, message):
        self.heard.append(message)
        self.answer = message

    def accepts(self, message, byte):
        return byte != 0xEE

    def reply(self):
        return self.answer


def test_messages_arrive_whole():
    chip = Echo()
    bus = on_bus(chip)
    raises(OSError, bus.readfrom, 0x38, 1)
    bus.writeto(0x38, b"\xac\x33\x00")
    assert chip.heard == [b"\xac\x33\x00"]
    assert bus.readfrom(0x38, 4) == b"\xac\x33\x00\xff"
    raises(OSError, bus.writeto, 0x38, b"\x01\xee")
    bus.writeto(0x38, b"")
    assert len(chip.heard) == 1
    assert bus.readfrom_mem(0x38, 0x71, 2) == b"\x71\xff"


def test_an_address_that_the_chip_cannot_have():
    assert str(raises(ValueError, Bytes, 0x10)) == "Bytes answers at 0x40, 0x41, not 0x10"
