"""What the outbox costs, on the disk that temporary files are on: readings of five fields each.

The start with a damaged file is that of a week's backlog, a reading every ten seconds.
"""

import tempfile
from pathlib import Path

from figures import Figure

from byteport_agent.outbox.measure import damaged_start_s, measure

READINGS = 20_000
A_WEEK = 7 * 24 * 360


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        cost = measure(str(Path(folder) / "outbox.db"), READINGS)
        start_s = damaged_start_s(str(Path(folder) / "damaged.db"), A_WEEK)
    return [
        Figure("outbox: readings committed one by one", cost.rows_per_second, "/s", 2000),
        Figure("outbox: readings delivered by the hundred", cost.drained_per_second, "/s", 10_000),
        Figure("outbox: processor per reading committed", cost.append_us, "µs", 250, True),
        Figure("outbox: processor per reading acknowledged", cost.acknowledge_us, "µs", 60, True),
        Figure("outbox: file per reading", cost.file_bytes_per_reading, "bytes", 400, True),
        Figure("outbox: start with a damaged week", start_s, "s", 5, True),
    ]
