"""The smbus2 fronts: our SMBus and the real one do the same on the wire."""

import errno
from pathlib import Path

import pytest
import smbus2
from smbus2 import SMBus, i2c_msg

from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
from byteport_mocks.faults import Hang, NackAddress, nth
from byteport_mocks.fronts.i2c_dev import simulated_i2c_dev
from byteport_mocks.fronts.smbus2 import SimulatedSMBus
from byteport_mocks.fronts.smbus_access import FUNC_SMBUS_ONLY, PI_FUNCTIONS
from byteport_mocks.registers import RegisterChip


class Memory(RegisterChip):
    ADDRESSES = (0x50,)


def use(smbus):
    """Make every call and return what was read."""
    smbus.write_quick(0x50)
    smbus.write_byte_data(0x50, 0x10, 0xA1)
    smbus.write_word_data(0x50, 0x11, 0xB3B2)
    smbus.write_i2c_block_data(0x50, 0x13, [4, 5, 6])
    smbus.write_block_data(0x50, 0x20, [7, 8])
    smbus.write_byte(0x50, 0x10)
    seen = [
        smbus.read_byte(0x50),
        smbus.read_byte_data(0x50, 0x11),
        smbus.read_word_data(0x50, 0x11),
        smbus.process_call(0x50, 0x30, 0x1234),
        smbus.read_i2c_block_data(0x50, 0x10, 6),
        smbus.read_i2c_block_data(0x50, 0x20, 3),
    ]
    write, read = i2c_msg.write(0x50, [0x10]), i2c_msg.read(0x50, 3)
    smbus.i2c_rdwr(write, read)
    return [*seen, list(read)]


def new():
    bus = SimulatedI2C()
    bus.attach(Memory())
    return bus


def test_our_smbus_and_the_real_one_do_the_same():
    ours, real = new(), new()
    seen = use(SimulatedSMBus(ours))
    with simulated_i2c_dev({1: real}), SMBus(1) as smbus:
        assert use(smbus) == seen
    assert [repr(line) for line in ours.log] == [repr(line) for line in real.log]
    assert seen == [
        0xA1,
        0xB2,
        0xB3B2,
        0,
        [0xA1, 0xB2, 0xB3, 4, 5, 6],
        [2, 7, 8],
        [0xA1, 0xB2, 0xB3],
    ]


def test_a_combined_transfer_has_one_stop():
    bus = new()
    with simulated_i2c_dev({7: bus}), SMBus("/dev/i2c-7") as smbus:
        smbus.i2c_rdwr(i2c_msg.write(0x50, [0]), i2c_msg.read(0x50, 40))
    assert (bus.transactions, bus.wire_bytes) == (1, 43)


def test_the_adapter_says_what_it_can():
    with simulated_i2c_dev({1: new()}), SMBus(1) as smbus:
        assert smbus.funcs == PI_FUNCTIONS
        assert smbus.funcs & smbus2.I2cFunc.I2C
        with pytest.raises(OSError, match="no such transfer"):
            smbus.read_block_data(0x50, 0)  # as on a Raspberry Pi
    with simulated_i2c_dev({1: new()}, FUNC_SMBUS_ONLY), SMBus(1) as smbus:
        assert not smbus.funcs & smbus2.I2cFunc.I2C
        assert smbus.read_byte_data(0x50, 0) == 0
        with pytest.raises(OSError) as caught:
            smbus.i2c_rdwr(i2c_msg.read(0x50, 1))
        assert caught.value.errno == errno.EOPNOTSUPP


def test_errors_are_the_kernels():
    bus = SimulatedI2C()
    bus.attach(SimulatedMCP9808())
    bus.inject(Hang(when=nth(2), address=0x18))
    bus.inject(NackAddress(when=nth(3), address=0x18))
    with simulated_i2c_dev({1: bus}), SMBus(1) as smbus:
        for address, expected in ((0x18, 0), (0x18, errno.ETIMEDOUT), (0x18, 121), (0x42, 121)):
            try:
                smbus.read_word_data(address, 0x06)
                number = 0
            except OSError as error:
                number = error.errno
            assert number == expected
        smbus.pec = False
        with pytest.raises(OSError):
            smbus.pec = True


def test_limits_are_the_kernels():
    with simulated_i2c_dev({1: new()}) as dev, SMBus(1) as smbus:
        with pytest.raises(OSError):
            smbus.i2c_rdwr(*[i2c_msg.read(0x50, 1) for _ in range(43)])
        with pytest.raises(OSError):
            smbus.i2c_rdwr(i2c_msg.read(0x50, 8193))
        with pytest.raises(ValueError, match="32"):
            SimulatedSMBus(new()).read_i2c_block_data(0x50, 0, 33)
        with pytest.raises(ValueError, match="32"):
            SimulatedSMBus(new()).write_i2c_block_data(0x50, 0, bytes(33))
        assert len(dev.opened) == 1
    assert dev.opened == {}


def test_only_given_buses_are_there_and_only_for_a_while(tmp_path: Path):
    with simulated_i2c_dev({1: new()}) as dev:
        with pytest.raises(FileNotFoundError):
            SMBus(2)
        file = tmp_path / "other"
        file.touch()
        dev.close(dev.open(str(file), 0))
        with pytest.raises(OSError):
            dev.ioctl(3, 0x0705)
    with pytest.raises(OSError):
        SMBus(1)
