"""The days before the demo: every field has them, and the history opens them as its own."""

from pathlib import Path

from byteport_agent.demo.past import put_past
from byteport_agent.demo.station import BOARD, DEVICE
from byteport_agent.gateway.history import History
from byteport_agent.gateway.history_file import DAY_MS, HistoryFile

NOW_MS = 1_800_014_400_000


def test_four_days_of_every_field_end_now(tmp_path: Path) -> None:
    path = str(tmp_path / "history.db")
    put_past(path, NOW_MS)
    file, history = HistoryFile(path), History()
    history.use(file)
    found = history.all_series()
    assert {each.device for each in found} == {DEVICE, BOARD}
    assert all(NOW_MS - each.last_ms <= 2 * 60_000 for each in found)
    for stored in file.series():
        assert file.count(stored.id, NOW_MS - 4 * DAY_MS, NOW_MS) > 500
    assert len(file.messages(NOW_MS, None, ["info", "warn"], 10)) == 3
    file.close()
