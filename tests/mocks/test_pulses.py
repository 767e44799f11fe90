"""DHT11 and DHT22: the frames of the datasheets, and the pulses that carry them."""

from byteport_mocks import SimulatedPin
from byteport_mocks.faults import AllZeros, DropByte, FlipBit, NackAddress, Stale, nth
from byteport_mocks.pulses import SimulatedDHT11, SimulatedDHT22


def dht22(temperature, humidity, clone=False):
    sensor = SimulatedDHT22(clone=clone)
    sensor.set(temperature=temperature, humidity=humidity)
    return sensor.frame()


def test_frames_of_the_dht22():
    assert dht22(35.1, 65.2) == b"\x02\x8c\x01\x5f\xee"
    assert dht22(-10.1, 65.2) == b"\x02\x8c\x80\x65\x73"
    assert dht22(0, 0) == b"\x00\x00\x00\x00\x00"
    assert dht22(-0.1, 65.2, clone=True)[2:4] == b"\x0f\xff"


def test_frames_of_the_dht11():
    sensor = SimulatedDHT11()
    sensor.set(temperature=-2.1, humidity=40)
    assert sensor.frame() == b"\x28\x00\x02\x81\xab"


def test_asked_too_soon_it_repeats_itself():
    sensor = SimulatedDHT22()
    before = sensor.frame()
    sensor.set(temperature=30)
    sensor.clock.sleep_ms(1999)
    assert sensor.frame() == before
    sensor.clock.sleep_ms(1)
    assert sensor.frame() != before


def decode(train):
    highs = [us for level, us in train if level][2:-1]
    number = 0
    for us in highs:
        number = number << 1 | (us > 48)
    return number.to_bytes(len(highs) // 8, "big")


def test_pulses_carry_the_frame():
    sensor = SimulatedDHT22()
    train = sensor.pulse_train()
    assert decode(train) == sensor.frame()
    assert len(train) == 3 + 80 + 2


def test_faults():
    sensor = SimulatedDHT22()
    good = sensor.frame()
    sensor.inject(NackAddress(when=nth(1)))
    sensor.inject(FlipBit(byte=3, bit=0, when=nth(2)))
    sensor.inject(AllZeros(when=nth(3)))
    sensor.inject(DropByte(byte=2, when=nth(4)))
    assert sensor.answer() is None
    assert sensor.answer() == good[:3] + bytes((good[3] ^ 1, good[4]))
    assert sensor.answer() == b"\x00\x00\x00\x00\x00"
    assert sensor.answer() == good[:2]
    assert sensor.answer() == good
    sensor.inject(Stale())
    sensor.answer()
    sensor.set(temperature=50)
    sensor.clock.sleep_ms(2000)
    assert sensor.answer() == good
    sensor.clear()
    sensor.clock.sleep_ms(2000)
    assert sensor.answer() != good


def asked(pin, low_us):
    """Ask as a host does and return the levels and durations seen."""
    pin.init(pin.OUT, value=0)
    pin.clock.sleep_us(low_us)
    pin.init(pin.IN)
    seen, level, since = [], 1, pin.clock.ticks_us()
    for _ in range(6000):
        now = pin.value()
        if now != level:
            seen.append((level, pin.clock.ticks_us() - since))
            level, since = now, pin.clock.ticks_us()
    return seen


def test_on_a_pin_it_answers_the_start_signal():
    pin = SimulatedPin()
    sensor = SimulatedDHT22(pin)
    seen = asked(pin, 1000)
    assert len(seen) == 84
    seen.append((1, 0))
    assert decode(seen) == sensor.frame()
    assert asked(pin, 500) == []
    sensor.inject(NackAddress())
    assert asked(pin, 1000) == []


def test_a_dht11_wants_a_longer_start():
    pin = SimulatedPin()
    SimulatedDHT11(pin)
    assert asked(pin, 1000) == []
    assert len(asked(pin, 18000)) == 84
