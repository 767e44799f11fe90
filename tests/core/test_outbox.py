"""The board's outbox: what goes in comes out in order, over boots, clocks and limits."""

from byteport.compat import ticks_add
from byteport.errors import InvalidName, InvalidValue
from byteport.outbox import Outbox
from byteport.outbox_kept import kept, restore
from byteport.outbox_record import seal
from outbox_folder import contents, drain, new_folder, number_of, put, remove
from portable import raises


class Clock:
    """Ticks for a test to set."""

    def __init__(self, ticks=0):
        self.ticks = ticks

    def __call__(self):
        return self.ticks

    def advance(self, ms):
        self.ticks = ticks_add(self.ticks, ms)


def test_readings_come_out_in_order():
    path = new_folder()
    outbox = Outbox(path)
    assert outbox.peek() is None
    for number in range(25):
        put(outbox, number)
    assert len(outbox) == 25
    assert outbox.in_ram == 5
    assert drain(outbox) == list(range(25))
    assert len(outbox) == outbox.in_ram == outbox.dropped == 0
    assert outbox.peek() is None
    remove(path)


def test_a_reading_is_what_a_client_takes():
    path = new_folder()
    outbox = Outbox(path)
    outbox.put({"info": "röd & grön"}, 463928585, 123, device="barDev:2")
    outbox.put([("n1", 1), ("n2", -2.5)], 463928585)
    for _ in range(2):
        outbox.flush()
        record = outbox.peek()
        assert bytes(record.body) == b"&info=r%C3%B6d+%26+gr%C3%B6n"
        assert record.timestamp() == "1410613385.123"
        assert record.device == "barDev:2"
        outbox = Outbox(path)
    outbox.peek()
    outbox.acknowledge()
    record = outbox.peek()
    assert bytes(record.body) == b"&n1=1&n2=-2.5"
    assert record.timestamp() == "1410613385.000"
    assert record.device is None
    remove(path)


def test_a_heartbeat():
    path = new_folder()
    outbox = Outbox(path)
    outbox.put({}, 1)
    outbox.put((), 2, device="dev2")
    assert bytes(outbox.peek().body) == b""
    outbox.acknowledge()
    assert bytes(outbox.peek().body) == b""
    assert outbox.peek().device == "dev2"
    remove(path)


def test_what_was_flushed_outlasts_a_boot():
    path = new_folder()
    outbox = Outbox(path)
    for number in range(28):
        put(outbox, number)
    assert len(Outbox(path)) == 20
    assert outbox.flush()
    outbox = Outbox(path)
    assert len(outbox) == 28
    put(outbox, 28)
    assert drain(outbox) == list(range(29))
    remove(path)


def test_what_was_acknowledged_does_not_come_again_after_a_flush():
    path = new_folder()
    outbox = Outbox(path)
    for number in range(40):
        put(outbox, number)
    for _ in range(13):
        outbox.peek()
        outbox.acknowledge()
    assert number_of(Outbox(path).peek()) == 10
    outbox.flush()
    assert number_of(Outbox(path).peek()) == 13
    remove(path)


def test_peeking_again_is_the_same_and_acknowledging_again_is_nothing():
    path = new_folder()
    outbox = Outbox(path)
    for number in range(12):
        put(outbox, number)
    outbox.acknowledge()
    assert number_of(outbox.peek()) == number_of(outbox.peek()) == 0
    outbox.acknowledge()
    outbox.acknowledge()
    assert number_of(outbox.peek()) == 1
    remove(path)


def test_what_is_delivered_at_once_never_goes_to_flash():
    path = new_folder()
    outbox = Outbox(path)
    for number in range(100):
        put(outbox, number)
        assert drain(outbox) == [number]
    assert contents(path) == {}
    remove(path)


def test_a_reading_may_go_to_flash_while_it_is_sent():
    path = new_folder()
    outbox = Outbox(path)
    put(outbox, 0)
    assert number_of(outbox.peek()) == 0
    for number in range(1, 15):
        put(outbox, number)
    outbox.acknowledge()
    assert len(outbox) == 14
    assert drain(outbox) == list(range(1, 15))
    remove(path)


def test_delivered_files_are_deleted():
    path = new_folder()
    outbox = Outbox(path)
    for number in range(500):
        put(outbox, number)
    before = len(contents(path))
    for number in range(300):
        assert number_of(outbox.peek()) == number
        outbox.acknowledge()
    assert len(contents(path)) == before - 2
    drain(outbox)
    assert sorted(contents(path)) == ["state0", "state1"]
    remove(path)


def test_flushes_are_due_by_number_and_by_time():
    path = new_folder()
    clock = Clock(-5000 % (1 << 30))  # it wraps meanwhile
    outbox = Outbox(path, flush_records=3, flush_ms=60000, now=clock)
    assert outbox.upkeep() == 60000
    clock.advance(1000)
    assert outbox.upkeep() == 60000  # as long as there is nothing to flush
    put(outbox, 0)
    assert outbox.upkeep() == 60000
    clock.advance(59000)
    put(outbox, 1)
    assert outbox.in_ram == 2
    assert outbox.upkeep() == 1000
    clock.advance(1000)
    assert outbox.upkeep() == 60000
    assert outbox.in_ram == 0
    for number in range(2, 5):
        put(outbox, number)
    assert outbox.in_ram == 0
    put(outbox, 5)
    clock.advance(60000)
    put(outbox, 6)
    assert outbox.in_ram == 0
    remove(path)


def test_the_oldest_segment_goes_where_the_limit_is_reached():
    path = new_folder()
    outbox = Outbox(path, max_bytes=3 * 4096)
    for number in range(1000):
        put(outbox, number)
    outbox.flush()
    assert 240 < len(outbox) < 400
    assert outbox.dropped == 1000 - len(outbox)
    outbox = Outbox(path)
    assert outbox.dropped == 1000 - len(outbox)
    assert drain(outbox) == list(range(outbox.dropped, 1000))
    remove(path)


def test_a_reading_that_goes_while_it_is_sent_is_not_acknowledged_twice():
    path = new_folder()
    outbox = Outbox(path, max_bytes=2 * 4096)
    number = 0
    while not outbox.dropped:
        outbox.peek()
        put(outbox, number)
        number += 1
    dropped = outbox.dropped
    outbox.acknowledge()
    assert drain(outbox) == list(range(dropped, number))
    remove(path)


def test_a_lower_limit_than_before():
    path = new_folder()
    outbox = Outbox(path)
    for number in range(1000):
        put(outbox, number)
    outbox = Outbox(path, max_bytes=3 * 4096)
    for number in range(1000, 1200):
        put(outbox, number)
    outbox.flush()
    assert len(contents(path)) == 2 + 3
    assert drain(outbox) == list(range(outbox.dropped, 1200))
    remove(path)


def test_lost_readings_are_reported_once():
    path = new_folder()
    outbox = Outbox(path, max_bytes=2 * 4096)
    for number in range(500):
        put(outbox, number)
    lost = outbox.dropped
    assert lost
    outbox.put({"dropped": lost}, 900000000)
    outbox.reported(lost)
    assert outbox.dropped == 0
    assert Outbox(path).dropped == lost  # neither is in flash
    outbox.flush()
    assert Outbox(path).dropped == 0
    remove(path)


def test_what_byteport_does_not_store_is_refused_and_leaves_no_trace():
    path = new_folder()
    outbox = Outbox(path)
    put(outbox, 0)
    raises(InvalidName, outbox.put, {"_key": 1}, 1)
    raises(InvalidName, outbox.put, {"n1": 1}, 1, 0, "a b")
    raises(InvalidValue, outbox.put, {"n1": 1, "n2": None}, 1)
    error = raises(InvalidValue, outbox.put, {"text": "x" * 1010}, 1)
    assert "1,000" in str(error)
    put(outbox, 1)
    assert len(outbox) == 2
    assert drain(outbox) == [0, 1]
    outbox.put({"text": "x" * 990}, 1)
    outbox.flush()
    assert len(Outbox(path).peek().body) == len("&text=") + 990
    remove(path)


def test_more_names_than_are_shortened():
    path = new_folder()
    outbox = Outbox(path)
    for boot in range(3):
        for number in range(50):
            outbox.put({f"field{boot}_{number}": number}, number)
        outbox.flush()
        outbox = Outbox(path)
    for boot in range(3):
        for number in range(50):
            assert bytes(outbox.peek().body) == b"&field%d_%d=%d" % (boot, number, number)
            outbox.acknowledge()
    remove(path)


# before the clock is known


def test_C1_readings_before_the_clock_is_known_are_stamped_when_it_is():
    path = new_folder()
    outbox = Outbox(path)
    for number in range(12):  # ten of them in flash
        outbox.put({"n1": number}, 5 + number, 900, since_boot=True)
    record = outbox.peek()
    assert record.timestamp() is None
    assert not record.timed
    assert (record.boot, record.seconds, record.ms) == (outbox.boot, 5, 900)
    outbox.learn(800000000, 200)
    for number in range(12):
        record = outbox.peek()
        assert record.timed
        assert (record.seconds, record.ms) == (800000006 + number, 100)
        assert record.timestamp() == f"{1746684806 + number}.100"
        outbox.acknowledge()
    remove(path)


def test_C1_a_boots_time_outlasts_it():
    path = new_folder()
    outbox = Outbox(path)
    outbox.put({"n1": 1}, 5, since_boot=True)
    outbox.flush()
    outbox.learn(800000000, 0)
    for _ in range(3):
        outbox = Outbox(path)
        outbox.put({"n1": 2}, 7, since_boot=True)
        outbox.flush()
        outbox.learn(810000000, 0)
    outbox = Outbox(path)
    for seconds in (800000005, 810000007, 810000007, 810000007):
        assert outbox.peek().seconds == seconds
        outbox.acknowledge()
    remove(path)


def test_C1_a_boot_that_never_learned_the_time_is_not_guessed():
    path = new_folder()
    outbox = Outbox(path)
    outbox.put({"n1": 1}, 5, since_boot=True)
    outbox.flush()
    boot = outbox.boot
    outbox = Outbox(path)
    outbox.put({"n1": 1}, 6, since_boot=True)
    outbox.learn(800000000, 0)
    record = outbox.peek()
    assert not record.timed
    assert record.timestamp() is None
    assert record.boot == boot != outbox.boot
    outbox.acknowledge()
    assert outbox.peek().seconds == 800000006
    remove(path)


def test_C1_a_boot_that_goes_on_over_deep_sleep():
    path = new_folder()
    outbox = Outbox(path)
    outbox.put({"n1": 1}, 5, since_boot=True)
    outbox.flush()
    outbox = Outbox(path, boot=outbox.boot)
    outbox.learn(800000000, 0)
    outbox.learn(900000000, 0)  # the first it was told is kept
    assert Outbox(path).peek().seconds == 800000005
    remove(path)


def test_the_time_is_not_written_where_no_reading_needs_it():
    path = new_folder()
    outbox = Outbox(path)
    put(outbox, 0)
    outbox.learn(800000000, 0)
    assert contents(path) == {}
    remove(path)


def test_only_the_last_16_boots_are_known():
    path = new_folder()
    for number in range(18):
        outbox = Outbox(path)
        outbox.put({"n1": 1}, 5, since_boot=True)
        outbox.flush()
        outbox.learn(800000000 + number, 0)
    timed = []
    for _ in range(18):
        timed.append(outbox.peek().timed)
        outbox.acknowledge()
    assert timed == [False] * 2 + [True] * 16
    remove(path)


# over deep sleep


def test_deep_sleep_keeps_what_is_in_ram():
    path = new_folder()
    memory = b""
    for number in range(100):
        outbox = Outbox(path, flush_records=1000)
        restore(outbox, memory)
        put(outbox, number)
        memory = kept(outbox)
        assert len(memory) <= 2008
    assert len(outbox) == 100
    assert outbox.in_ram > 30
    assert drain(outbox) == list(range(100))
    remove(path)


def test_sixty_readings_of_three_fields_fit_into_an_esp32s_memory():
    path = new_folder()
    outbox = Outbox(path, flush_records=1000)
    put(outbox, 0)
    for number in range(1, 60):
        memory = kept(outbox)  # from the first on, names are shortened
        outbox = Outbox(path, flush_records=1000)
        restore(outbox, memory)
        put(outbox, number)
    assert outbox.in_ram == 60
    assert len(kept(outbox)) <= 2048
    remove(path)


def test_what_was_flushed_since_is_not_restored():
    path = new_folder()
    outbox = Outbox(path)
    for number in range(5):
        put(outbox, number)
    memory = kept(outbox)
    outbox.flush()
    outbox = Outbox(path)
    restore(outbox, memory)
    assert drain(outbox) == list(range(5))
    remove(path)


def test_what_is_no_kept_memory_is_ignored():
    path = new_folder()
    outbox = Outbox(path)
    for number in range(5):
        put(outbox, number)
    memory = kept(outbox)
    for at in range(len(memory)):
        for wrong in (memory[:at], memory[:at] + bytes((memory[at] ^ 4,)) + memory[at + 1 :]):
            outbox = Outbox(path)
            restore(outbox, wrong)
            assert len(outbox) == 0
    restore(outbox, memory)
    assert drain(outbox) == list(range(5))
    remove(path)


def test_sealed_bytes_of_something_else_are_ignored():
    path = new_folder()
    outbox = Outbox(path)
    for content in (
        bytes(40),
        b"\xff" * 41,
        b"\0\0\0\0" + b"\xf8\x1f" * 30,
        b"\0\0\0\0\xf8\x0c123456789",
    ):
        restore(outbox, seal(content))
        assert len(outbox) == 0
    remove(path)


def test_memory_of_another_folder_is_not_read_with_this_ones_names():
    path = new_folder()
    outbox = Outbox(path)
    put(outbox, 0)
    outbox.flush()
    put(outbox, 1)
    memory = kept(outbox)
    remove(path)
    outbox = Outbox(path)
    outbox.put({"wrong_name": 0, "another": 1, "third": 2}, 1)
    outbox.flush()
    outbox = Outbox(path)
    restore(outbox, memory)
    assert len(outbox) == 1
    remove(path)
