"""One reading as bytes in the board's outbox, and back, out of a file that may be damaged.

    0   1 byte    0xF8 + the two high bits of the record's length: no byte of a text is like that,
                  so what follows a damaged record is found again
    1   1 byte    the low bits of the length
    2   4 bytes   seconds since 2000, or since the boot
    6   2 bytes   milliseconds; bit 15: since the boot; bit 14: names are shortened
    8   4 bytes   the boot's number, with bit 15
        …         the device's uid if it is another one's, then the fields as a form's text
        4 bytes   CRC-32 of all before (as in zlib), begun with the number of the names

Numbers are little-endian. A record needs no other record, but names that come again are one byte
each, so three fields take 34 bytes instead of 62. Which byte is which name is kept in a file, with
a random number: a record that was made with the names of another file has a wrong CRC.
"""

import os
from binascii import crc32
from errno import ENOENT
from struct import pack, pack_into, unpack_from

from byteport.compat import const
from byteport.encoder import append_fields
from byteport.errors import InvalidValue
from byteport.names import check

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.encoder import Fields

NO_SPACE = const(28)  # MicroPython's errno has no name for it
_BOOT_BYTES = const(10)
_LEAST = const(12)
_MOST = const(1023)
_INTACT = const(0x2144DF1C)  # the CRC-32 of anything that ends with its CRC-32
_MARK = const(0xF8)
_SINCE_BOOT = const(0x8000)
_SHORT = const(0x4000)
_FIRST_SHORT = const(0x80)
_NAMES_BYTES = const(700)
_TRIES = const(10)


class Record:
    """A reading taken out of the outbox, valid until the next one is.

    ``body`` is its fields as Client.store takes them, ``device`` another device's uid or None.
    ``seconds`` and ``ms`` are since 2000, or, if ``timed`` is false, since its ``boot``.
    """

    def __init__(self) -> None:
        self.body = bytearray()
        self.device: "str | None" = None
        self.seconds = self.ms = self.boot = 0
        self.timed = True

    def timestamp(self) -> "str | None":
        """Return the time as Client.store takes it, None where it is not known."""
        return time_text(self.seconds, self.ms) if self.timed else None

    def find_time(self, boots: bytes) -> None:
        """Take the time from what is known of boots, if that is needed and there."""
        at = -1 if self.timed else boot_at(boots, self.boot)
        if at >= 0:
            _, seconds, ms = unpack_from("<IIH", boots, at)
            ms += self.ms
            self.seconds += seconds + ms // 1000
            self.ms = ms % 1000
            self.timed = True


class Records:
    """Makes records, finds them in files, and reads them, with the names that it learned.

    What was found is in the ``window``: ``size`` bytes from ``at`` on. A file that cannot be read
    raises OSError nine times, as a card may be out, and is then taken as not there.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._number = random_number()
        self._known = 4  # bytes of what was learned
        self._names: "list[bytes]" = []
        self._prefixes: "dict[str, bytes]" = {}  # of names that are written out, too
        self.window = bytearray(_MOST + 1)
        self.at = self.size = 0
        # which segment the window shows, from where on, and how much of it
        self.segment = -1
        self._start = self._filled = self._failures = 0

    def incomplete(self) -> bool:
        """Return whether there are names to be learned."""
        return len(self._names) < len(self._prefixes) and len(self.names()) > self._known

    def names(self) -> bytes:
        """Return what belongs into a file, and then to `learn`; at most 700 bytes."""
        names = pack("<I", self._number) + b"".join(self._names)
        for name in self._prefixes.values():
            if len(name) > 1 and len(names) + len(name) <= _NAMES_BYTES:
                names += name
        return names

    def learn(self, names: bytes) -> None:
        """Shorten the names that are in the file."""
        self._number = unpack_from("<I", names)[0]
        self._known = len(names)
        self._names = []
        for name in names[4:].split(b"&")[1:]:
            short = bytes((_FIRST_SHORT + len(self._names),))
            self._prefixes[name[:-1].decode().replace("%3A", ":")] = short
            self._names.append(b"&" + name)

    def encode(
        self,
        out: bytearray,
        fields: "Fields",
        seconds: int,
        ms: int,
        boot: int,
        device: "str | None",
    ) -> None:
        """Make a buffer one record; raise InvalidName or InvalidValue as Client.store."""
        seconds += ms // 1000
        ms %= 1000
        number = 0
        out[:] = b"\0\0\0\0\0\0\0\0"
        if boot:
            ms |= _SINCE_BOOT
            out.extend(pack("<I", boot))
        if device:
            out.extend(check(device, "device").encode())
        append_fields(out, fields, self._prefixes)
        if self._names:
            ms |= _SHORT
            number = self._number
        size = len(out) + 4
        if size > _MOST:
            raise InvalidValue(f"a reading of {size} bytes: the outbox takes 1,000")
        pack_into("<BBIH", out, 0, _MARK | size >> 8, size & 255, seconds, ms)
        out.extend(pack("<I", crc32(out, number)))

    def intact(self, buffer: "bytes | bytearray", at: int, size: int) -> bool:
        """Return whether the bytes are a record as it was made, with these names."""
        number = self._number if buffer[at + 7] << 8 & _SHORT else 0
        return sealed(memoryview(buffer)[at : at + size], number)

    def decode(self, buffer: "bytes | bytearray", at: int, size: int, record: Record) -> bool:
        """Fill in a record; return whether its names are known."""
        record.seconds, ms = unpack_from("<IH", buffer, at + 2)
        record.ms = ms & 1023
        record.timed = not ms & _SINCE_BOOT
        end = at + size - 4
        at += 8
        if not record.timed:
            record.boot = unpack_from("<I", buffer, at)[0]
            at += 4
        start = at
        while at < end and buffer[at] < _FIRST_SHORT and buffer[at] != 38:
            at += 1
        record.device = buffer[start:at].decode() if at > start else None
        body = record.body
        body[:] = b""
        while at < end:
            short = buffer[at] - _FIRST_SHORT
            if short < 0:
                body.append(buffer[at])
            elif short < len(self._names):
                body.extend(self._names[short])
            else:
                return False
            at += 1
        return True

    def path(self, segment: int) -> str:
        """Return a segment's path."""
        return f"{self.folder}/{segment:08x}"

    def segment_of(self, name: str) -> int:
        """Return which segment a file is by its name, -1 for none."""
        try:
            number = int(name, 16)
            return number if name == f"{number:08x}" and number < 1 << 30 else -1
        except ValueError:
            return -1

    def find(self, segment: int, offset: int) -> int:
        """Return where the next intact record begins; set ``size``, 0 where there is none."""
        while True:
            left = self._show(segment, offset, _LEAST)
            if left <= 0:
                self.size = 0
                return offset
            size = self.size = size_at(self.window, self.at) if left >= _LEAST else 0
            whole = size and size <= self._show(segment, offset, size)
            if whole and self.intact(self.window, self.at, size):
                return offset
            offset += 1

    def read(self, path: str, offset: int = 0) -> int:
        """Read a file into the window; return how many bytes, 0 where there is none."""
        self.segment = -1
        try:
            with open(path, "rb") as file:
                file.seek(offset)
                count = file.readinto(self.window)
            self._failures = 0
            return count
        except OSError as error:
            if error.errno != ENOENT:
                self._failures += 1
                if self._failures < _TRIES:
                    raise
            self._failures = 0
            return 0

    def write(self, path: str, mode: str, data: "bytes | bytearray") -> None:
        """Write to a file; raise OSError where not all of it could be."""
        with open(path, mode) as file:
            if file.write(data) != len(data):
                raise OSError(NO_SPACE, "")

    def _show(self, segment: int, offset: int, count: int) -> int:
        """Have so many bytes in the window, from ``at`` on; return how many there are."""
        at = offset - self._start
        ended = self._filled < len(self.window) and at <= self._filled
        if segment != self.segment or at < 0 or (at + count > self._filled and not ended):
            self._filled = self.read(self.path(segment), offset)
            self.segment = segment
            self._start = offset
            at = 0
        self.at = at
        return self._filled - at


def size_at(buffer: "bytes | bytearray", at: int) -> int:
    """Return how long the record says it is that begins there, 0 where none does."""
    size = (buffer[at] & 3) << 8 | buffer[at + 1]
    return size if buffer[at] & 0xFC == _MARK and size >= _LEAST else 0


def boot_at(boots: bytes, boot: int) -> int:
    """Return where a boot is in boots, -1 for none: number, seconds and ms since 2000 of each."""
    for at in range(0, len(boots), _BOOT_BYTES):
        if unpack_from("<I", boots, at)[0] == boot:
            return at
    return -1


def seal(content: bytes) -> bytes:
    """Return content with its CRC-32 at the end."""
    return content + pack("<I", crc32(content))


def sealed(content: "bytes | bytearray | memoryview", begin: int = 0) -> bool:
    """Return whether content ends with its CRC-32; less than 12 bytes, of erased flash, do not."""
    return len(content) >= _LEAST and crc32(content, begin) == _INTACT


def random_number() -> int:
    """Return one of 1 to 2^30 - 1, small for a board too."""
    return int.from_bytes(os.urandom(4), "little") % 0x3FFFFFFF + 1


def time_text(seconds_2000: int, ms: int) -> str:
    """Return seconds since 2000 and ms as text for ``_ts``, which counts from 1970.

    In two halves: the sum would not be a small int on a 32-bit board.
    """
    low = 84800 + seconds_2000 % 100000
    high = 9466 + seconds_2000 // 100000 + low // 100000
    return f"{high}{low % 100000:05d}.{ms:03d}"
