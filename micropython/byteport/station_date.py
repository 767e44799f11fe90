"""The time from the service's answers, while no time server gives it."""

from byteport.compat import const, ticks_add, ticks_ms
from byteport.http_date import set_clock

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.station_sender import Sender

_AGAIN_MS = const(3600000)


def take_date(sender: "Sender") -> None:
    """Take the Date header of the answer that has just come, if it has one."""
    date = sender.output.headers.get("date")
    if date and set_clock(sender.station.clock, date):
        sender.output.wants_date = False
        sender.sync_due = ticks_add(ticks_ms(), _AGAIN_MS)
        sender.station.learned()
