"""What a board's outbox has in RAM, for memory that survives deep sleep."""

from struct import pack, unpack_from

from byteport.compat import const
from byteport.outbox_record import seal, sealed, size_at

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.outbox import Outbox

_NOT_FLUSHED = const(0x3FFFFFFF)


def kept(outbox: "Outbox") -> bytes:
    """Return what is in RAM, and 8 bytes more.

    Keep it again after every `acknowledge`: what was delivered since would be restored.
    """
    flash = outbox.flash
    flash.teach()
    return seal(pack("<I", flash.next if flash.open() else _NOT_FLUSHED) + outbox.ram)


def restore(outbox: "Outbox", content: "bytes | bytearray") -> None:
    """Put in what was kept, before anything else, unless it was flushed or is no such thing."""
    flash = outbox.flash
    if sealed(content) and flash.next <= unpack_from("<I", content)[0]:
        at = 4
        while at < len(content) - 12:
            size = size_at(content, at) or len(content)
            if flash.records.intact(content, at, size):
                outbox.add(content[at : at + size])
            at += size
