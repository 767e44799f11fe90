"""Readings on the disk until every output has them, through kills, power cuts and full disks.

    from byteport_agent.outbox import Limits, Outbox, Reading

    outbox = Outbox("outbox.db", ["byteport"], clock, print)
    outbox.append([Reading("greenhouse-1", "porch", (("temperature", "21.50"),), clock.ticks_ms())])
    for entry in outbox.batch("byteport"):
        ...                                      # send, then
        outbox.acknowledge("byteport", entry.id)
    outbox.upkeep()                              # from a thread of its own; returns ms to wait

Read `outbox` first; `opening` and `salvage` say what happens to a damaged file.
"""

from byteport_agent.outbox.entry import Entry, Reading
from byteport_agent.outbox.errors import InUse, NewerSchema, OutboxError
from byteport_agent.outbox.file_ops import FileOps
from byteport_agent.outbox.limits import Limits
from byteport_agent.outbox.outbox import Outbox

__all__ = ["Entry", "FileOps", "InUse", "Limits", "NewerSchema", "Outbox", "OutboxError", "Reading"]
