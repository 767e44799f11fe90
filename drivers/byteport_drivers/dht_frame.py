"""What the 40 bits of a DHT11 or DHT22 mean; the checksum is a sum, so more than it is checked.

Aosong AM2302 datasheet, 7 (communication); DHT11 datasheet, 5.2, whose newer parts send tenths of a
degree, and a sign with them. Clones of the DHT22 send negative temperatures as two's complement, of
12 or 16 bits: no true reading looks like that, so both are understood. The drivers of Linux and of
boards decode by this; it is no driver itself.
"""

from byteport.errors import BadReading

_NO_SAMPLE = (b"\x00\x00\x00\x00\x00", b"\x00\xff\x00\xff\xfe")  # both pass the checksum


def decode(
    frame: "bytes | bytearray", is_dht11: bool, sensor: str = "dht"
) -> "tuple[float, float]":
    """Return (temperature, humidity) of five bytes; raise BadReading for what cannot be."""
    if len(frame) != 5 or (frame[0] + frame[1] + frame[2] + frame[3]) & 0xFF != frame[4]:
        raise BadReading(f"{sensor}: wrong checksum: cable length, pull-up or a busy machine?")
    if bytes(frame) in _NO_SAMPLE:
        raise BadReading(f"{sensor}: only zeros came: data line held low?")
    tenths, humidity = _dht11(frame) if is_dht11 else _dht22(frame)
    coldest, hottest, driest, wettest = (-200, 600, 50, 950) if is_dht11 else (-400, 800, 0, 1000)
    if not (coldest <= tenths <= hottest and driest <= humidity <= wettest):
        raise BadReading(
            f"{sensor}: {tenths / 10} Cel and {humidity / 10} %RH cannot be: another kind of DHT?"
        )
    return tenths / 10, humidity / 10


def _dht11(frame: "bytes | bytearray") -> "tuple[int, int]":
    tenth = frame[3] & 0x7F
    if tenth > 9 or frame[1] > 9:
        return 9999, 9999  # a DHT22's frame
    tenths = frame[2] * 10 + tenth
    return -tenths if frame[3] & 0x80 else tenths, frame[0] * 10 + frame[1]


def _dht22(frame: "bytes | bytearray") -> "tuple[int, int]":
    tenths = frame[2] << 8 | frame[3]
    if 0xE70 <= tenths <= 0xFFF:
        tenths -= 0x1000
    elif tenths >= 0xFE70:
        tenths -= 0x10000
    elif tenths & 0x8000:
        tenths = -(tenths & 0x7FFF)
    return tenths, frame[0] << 8 | frame[1]
