"""What an outbox may use."""

from typing import NamedTuple


class Limits(NamedTuple):
    """Bounds of the file and of memory, in bytes and milliseconds; an age of 0 is none."""

    max_bytes: int = 64 << 20
    max_age_ms: int = 0
    sync_interval_ms: int = 6000
    max_ring_bytes: int = 4 << 20
    max_wal_bytes: int = 1 << 20
