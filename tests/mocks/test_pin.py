"""The simulated pin: levels, pulse trains, interrupts."""

from byteport_mocks import SimulatedPin


def test_levels_from_both_sides():
    pin = SimulatedPin(level=1)
    assert pin.value() == 1
    pin.drive(0)
    assert pin() == 0
    pin.on()
    pin.toggle()
    pin.init(SimulatedPin.OUT, value=1)
    pin.off()
    assert [level for _, level in pin.written] == [1, 0, 1, 0]


def test_edges_call_the_handler():
    pin = SimulatedPin()
    rising = []
    pin.irq(rising.append, SimulatedPin.IRQ_RISING)
    pin.drive(1)
    pin.drive(1)
    pin.drive(0)
    assert rising == [pin]
    assert pin.edges == 2


def test_pulses_come_in_their_time():
    pin = SimulatedPin()
    times = []
    pin.irq(lambda pin: times.append(pin.clock.ticks_ms()), SimulatedPin.IRQ_RISING)
    pin.pulses(count=3, high_us=2000, period_us=100000)
    pin.clock.sleep_ms(1000)
    assert times == [0, 100, 200]


def test_a_loop_that_waits_for_a_level_ends():
    pin = SimulatedPin(level=0)
    pin.play(((0, 500), (1, 300), (0, 0)))
    while not pin.value():
        pass
    start = pin.clock.ticks_us()
    while pin.value():
        pass
    assert 299 <= pin.clock.ticks_us() - start <= 301


def test_a_part_may_answer_what_is_written():
    trigger, heard = SimulatedPin(), []
    trigger.on_write(heard.append)
    trigger.on()
    trigger.off()
    assert heard == [1, 0]
