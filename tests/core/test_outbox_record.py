"""Readings as bytes: the layout that is in boards' flash, and what is not taken for a record."""

from binascii import crc32, unhexlify
from struct import pack

from byteport.outbox_record import Record, Records, boot_at, random_number, seal, sealed, size_at

FOLDER = "nowhere"
FIELDS = (("temperature", 21.5), ("humidity", 50))


def encoded(records, fields, seconds=1, ms=0, boot=0, device=None):
    out = bytearray(b"what was in it")
    records.encode(out, fields, seconds, ms, boot, device)
    return out


def decoded(records, data):
    record = Record()
    assert size_at(data, 0) == len(data)
    assert records.intact(data, 0, len(data))
    assert records.decode(data, 0, len(data), record)
    return record


def with_names(number, names):
    records = Records(FOLDER)
    records.learn(pack("<I", number) + names)
    return records


def test_the_layout_of_a_record():
    body = b"&temperature=21.5&humidity=50"
    head = b"\xf8" + bytes((8 + len(body) + 4,)) + pack("<IH", 0x1BA6F889, 123)
    expected = head + body + pack("<I", crc32(head + body))
    assert encoded(Records(FOLDER), FIELDS, 0x1BA6F889, 123) == expected


def test_the_layout_of_a_record_with_names_a_boot_and_a_device():
    body = b"dev2\x8121.5\x8050"
    size = 12 + len(body) + 4
    head = b"\xf8" + bytes((size,)) + pack("<IHI", 5, 0xC000 | 999, 77)
    records = with_names(42, b"&humidity=&temperature=")
    data = encoded(records, FIELDS, 5, 999, 77, "dev2")
    assert data == head + body + pack("<I", crc32(head + body, 42))
    record = decoded(records, data)
    assert (record.seconds, record.ms, record.boot, record.timed) == (5, 999, 77, False)
    assert record.device == "dev2"
    assert bytes(record.body) == b"&temperature=21.5&humidity=50"
    assert record.timestamp() is None


def test_what_a_board_has_in_flash_stays_readable():
    records = with_names(0x2A2A2A2A, b"&temperature=&humidity=&pressure=")
    data = bytearray(unhexlify("f81cd209af2f05408032312e353381343582313031333235d52f9dc9"))
    fields = (("temperature", "21.53"), ("humidity", 45), ("pressure", 101325))
    assert encoded(records, fields, 800000466, 5) == data
    record = decoded(records, data)
    assert bytes(record.body) == b"&temperature=21.53&humidity=45&pressure=101325"
    assert (record.seconds, record.ms) == (800000466, 5)


def test_numbers_of_seconds_and_milliseconds():
    records = Records(FOLDER)
    for seconds in (0, (1 << 30) - 1, 1 << 31, (1 << 32) - 1):
        record = decoded(records, encoded(records, FIELDS, seconds, 7))
        assert record.timestamp() == str(seconds + 946684800) + ".007"
    for ms, expected in ((1000, (11, 0)), (-1, (9, 999)), (-2500, (7, 500)), (61234, (71, 234))):
        record = decoded(records, encoded(records, FIELDS, 10, ms))
        assert (record.seconds, record.ms) == expected


def test_F4_text_of_any_kind():
    records = with_names(1, b"&info=")
    text = "line\r\n\x00\x7f å€😀 &=;% \xf8"
    record = decoded(records, encoded(records, {"info": text}))
    assert bytes(record.body) == (
        b"&info=line%0D%0A%00%7F+%C3%A5%E2%82%AC%F0%9F%98%80+%26%3D%3B%25+%C3%B8"
    )


def test_a_name_with_a_colon():
    records = Records(FOLDER)
    encoded(records, {"a:b": 1})
    assert records.incomplete()
    records.learn(records.names())
    assert not records.incomplete()
    data = encoded(records, {"a:b": 1})
    assert data[8:10] == b"\x801"
    assert bytes(decoded(records, data).body) == b"&a%3Ab=1"


def test_no_changed_bit_is_taken_for_a_record():
    records = with_names(7, b"&temperature=")
    data = encoded(records, FIELDS)
    for at in range(1, len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[at] ^= 1 << bit
            size = size_at(changed, 0)
            assert not 0 < size <= len(data) or not records.intact(changed, 0, size)


def test_names_of_another_file_are_another_crc():
    data = encoded(with_names(7, b"&temperature="), FIELDS)
    assert not with_names(8, b"&pressure=").intact(data, 0, len(data))
    assert not Records(FOLDER).intact(data, 0, len(data))


def test_names_that_a_file_lacks():
    data = encoded(with_names(7, b"&humidity=&temperature="), FIELDS)
    records = with_names(7, b"&humidity=")
    assert records.intact(data, 0, len(data))
    assert not records.decode(data, 0, len(data), Record())


def test_what_says_it_is_a_record():
    assert size_at(b"\xf8\x0c", 0) == 12
    assert size_at(b"\xfb\xff", 0) == 1023
    for data in (b"\xf8\x0b", b"\xff\xff", b"\x00\x00", b"&t", b"\xf7\x20", b"\xfc\x20"):
        assert size_at(data, 0) == 0


def test_a_boots_time_is_added_with_its_carry():
    boots = pack("<IIHIIH", 3, 800000000, 900, 4, 1, 0)
    assert (boot_at(boots, 3), boot_at(boots, 4), boot_at(boots, 5)) == (0, 10, -1)
    record = decoded(Records(FOLDER), encoded(Records(FOLDER), FIELDS, 5, 250, 3))
    record.find_time(boots)
    assert (record.seconds, record.ms, record.timed) == (800000006, 150, True)
    record.find_time(boots)  # once
    assert record.seconds == 800000006
    record = decoded(Records(FOLDER), encoded(Records(FOLDER), FIELDS, 5, 250, 9))
    record.find_time(boots)
    assert not record.timed


def test_seals():
    for content in (b"12345678", b"x" * 100):
        assert sealed(seal(content))
        assert not sealed(seal(content)[:-1])
    for content in (b"", b"\0\0\0\0", b"\xff" * 8, bytes(8)):
        assert not sealed(content)


def test_random_numbers_are_never_0():
    numbers = {random_number() for _ in range(50)}
    assert len(numbers) == 50
    assert all(0 < number < 1 << 30 for number in numbers)
