"""What the 40 bits of a DHT11 or DHT22 mean; the checksum is a sum, so more than it is checked.

Aosong AM2302 datasheet, 7 (communication); DHT11 datasheet, 5.2. Clones send negative temperatures
as two's complement, of 12 or 16 bits: no true reading looks like that, so both are understood.
"""

from byteport.errors import BadReading

_LIMITS_CEL = {True: (-20.0, 60.0), False: (-40.0, 80.0)}  # DHT11, DHT22


def decode(frame: bytes, is_dht11: bool, sensor: str = "dht") -> tuple[float, float]:
    """Return (temperature, humidity) of five bytes."""
    if len(frame) != 5 or sum(frame[:4]) & 0xFF != frame[4]:
        raise BadReading(f"{sensor}: wrong checksum: cable length, pull-up or a busy machine?")
    if not any(frame):
        raise BadReading(f"{sensor}: only zeros came: data line held low?")
    temperature, humidity = _dht11(frame) if is_dht11 else _dht22(frame)
    lowest, highest = _LIMITS_CEL[is_dht11]
    if not lowest <= temperature <= highest or not 0 <= humidity <= 100:
        raise BadReading(f"{sensor}: {temperature} Cel and {humidity} %RH cannot be")
    return temperature, humidity


def _dht11(frame: bytes) -> tuple[float, float]:
    tenths = frame[2] * 10 + (frame[3] & 0x0F)
    return (-tenths if frame[3] & 0x80 else tenths) / 10, (frame[0] * 10 + frame[1] % 16) / 10


def _dht22(frame: bytes) -> tuple[float, float]:
    tenths = frame[2] << 8 | frame[3]
    if 0xE70 <= tenths <= 0xFFF:
        tenths -= 0x1000
    elif tenths >= 0xFE70:
        tenths -= 0x10000
    elif tenths & 0x8000:
        tenths = -(tenths & 0x7FFF)
    return tenths / 10, (frame[0] << 8 | frame[1]) / 10
