"""P2: kills while fifty clients store. What a client saw a 200 of is there, and once."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

from agent_rig import KEY, NAMESPACE, RIGS
from config_rig import write_keys
from gateway_rig import GatewayRig

from byteport import Client
from byteport.errors import SendError

WRITER = RIGS / "gateway_writer.py"
KILLS = int(os.environ.get("GATEWAY_KILLS", "2"))
CLIENTS = 50
TS_MS = 1_800_000_000_000


class Board(threading.Thread):
    """Stores numbers in order, each again until it is confirmed, wherever the gateway is."""

    def __init__(self, number: int, place: "list[str]") -> None:
        super().__init__(daemon=True)
        self._device = f"board-{number}"
        self._place = place
        self._first_again = False
        self.confirmed = 0
        self.ends = False

    def run(self) -> None:
        client, url = None, ""
        while not self.ends:
            if client is None or url != self._place[0]:
                if client is not None:
                    client.close()
                url = self._place[0]
                client = Client(NAMESPACE, KEY, self._device, url, timeout=20)
            ts_ms = TS_MS + 10 * self.confirmed
            ts = f"{ts_ms // 1000}.{ts_ms % 1000:03d}"
            try:
                client.store({"count": self.confirmed, "text": f"å {self.confirmed}"}, ts)
            except SendError:
                continue
            self.confirmed += 1
        if client is not None:
            client.close()


def started(directory: Path) -> "tuple[subprocess.Popen[str], str]":
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, str(WRITER), str(directory)], stdout=subprocess.PIPE, text=True, env=env
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_P2_killed_while_fifty_clients_store(tmp_path: Path) -> None:
    write_keys(tmp_path)
    (tmp_path / "gateway.key").write_text(KEY)
    place = ["http://127.0.0.1:1"]
    boards = [Board(number, place) for number in range(CLIENTS)]
    process, place[0] = started(tmp_path)
    for board in boards:
        board.start()
    for _ in range(KILLS):
        before = sum(board.confirmed for board in boards)
        while sum(board.confirmed for board in boards) < before + 3 * CLIENTS:
            boards[0].join(0.002)
        process.send_signal(signal.SIGKILL)
        with process:
            process.wait()
        process, place[0] = started(tmp_path)
    after = [board.confirmed for board in boards]
    while any(board.confirmed <= then for board, then in zip(boards, after, strict=True)):
        boards[0].join(0.01)  # until each has had its first one confirmed that was in doubt
    for board in boards:
        board.ends = True
        board.join(30)
    process.send_signal(signal.SIGTERM)
    with process:
        assert process.wait(30) == 0
    rig = GatewayRig(tmp_path)
    times = Counter(
        (series.device, ts_ms)
        for series in rig.gateway.history.all_series()
        if series.field == "count"
        for column in rig.gateway.history.values(series, 0, 1 << 50)
        for ts_ms in column.times
    )
    rig.close()
    for number, board in enumerate(boards):
        stored = sorted(
            (ts_ms - TS_MS) / 10 for device, ts_ms in times if device == f"board-{number}"
        )
        assert stored == list(range(len(stored)))  # a second copy would be at 0.1 more
        assert board.confirmed <= len(stored) <= board.confirmed + 1
