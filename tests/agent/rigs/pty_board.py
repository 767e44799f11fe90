"""A board on a cable, for tests: real MicroPython with a file system, behind a pseudo-terminal.

    with PtyBoard(tmp_path) as board:
        flash(board.port)                 # a path that stays while the cable comes and goes
        board.pull_after(1000)            # bytes to the board; it loses its power with the cable

Two terminals: one that a program on this machine opens, and one that MicroPython has as its serial
line; what passes is counted and kept.
"""

import os
import pty
import signal
import subprocess
import termios
import time
import tty
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from select import select
from threading import Lock, Thread

from micropythons import interpreter

FIRMWARE = Path(__file__).with_name("pty_firmware.py")
SOFT, HARD, RAW_SOFT, BOOTLOADER = 10, 11, 12, 13
_TO_HOST_S, _TO_BOARD_S = 0.1, 10
ROM_NOISE = b"ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13\r\n\xfe\x80\r\n"


class PtyBoard:
    """One board; ``received`` is all that it was sent, ``resets`` how often it was reset."""

    def __init__(
        self,
        folder: Path,
        *options: str,
        blocks: int = 128,
        name: str = "micropython",
        noise: bytes = ROM_NOISE,
    ) -> None:
        self.folder = folder
        self.port = str(folder / "ttyUSB0")
        self.options = list(options)
        self.received = bytearray()
        self.sent = bytearray()
        self.resets = 0
        self.bootloader = False
        self._noise = noise
        self._blocks = blocks
        self._name = name
        self._limit: int | None = None
        self._sign = b""
        self._sign_from = 0
        self._flash = folder / "flash.bin"
        self._state = folder / "state"
        self._lock, self._closing = Lock(), False
        self._process: subprocess.Popen[bytes] | None = None
        self._cable = self._line = -1
        self._ends: list[int] = []
        self._wake_reader, self._wake_writer = os.pipe()
        self._thread = Thread(target=self._relay)

    def __enter__(self) -> "PtyBoard":
        if not self._flash.exists():
            self._flash.write_bytes(b"\xff" * (4096 * self._blocks))
        self.plug()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing = True
        os.write(self._wake_writer, b"x")
        self._thread.join()
        with self._lock:
            self._unplug()
        os.close(self._wake_reader)
        os.close(self._wake_writer)

    def plug(self) -> None:
        """Give it a cable, and so power."""
        with self._lock:
            self._cable, slave = pty.openpty()
            tty.setraw(slave)
            self._line, self._serial = pty.openpty()
            os.set_blocking(self._cable, False)
            os.set_blocking(self._line, False)
            self._ends = [slave, self._serial]
            _cooked_output(self._serial)
            link = Path(self.port)
            link.unlink(missing_ok=True)
            link.symlink_to(os.ttyname(slave))
            os.close(slave)
            self._ends.remove(slave)
            self._boot("friendly", self._noise)
        os.write(self._wake_writer, b"x")

    def pull(self) -> None:
        """Take the cable, and so the power."""
        with self._lock:
            self._unplug()
        os.write(self._wake_writer, b"x")

    def pull_after(self, count: int | None) -> None:
        """Take the cable when so many bytes went to the board from now on; None: never."""
        with self._lock:
            self._limit = None if count is None else len(self.received) + count

    def pull_at(self, text: bytes) -> None:
        """Take the cable when the board was sent this from now on."""
        with self._lock:
            self._sign = text
            self._sign_from = len(self.received)

    @property
    def plugged(self) -> bool:
        return self._cable >= 0

    def run(self, source: str) -> str:
        """Run a program on the board's file system, as its owner would; return what it prints."""
        script = self.folder / "owner.py"
        body = FIRMWARE.read_text().replace("\nmain(*", "\n# ")
        script.write_text(f"{body}\nmount(open(sys.argv[1], 'r+b'), int(sys.argv[2]))\n{source}\n")
        with self._lock:
            self._stop()
            done = subprocess.run(
                [interpreter(self._name), str(script), str(self._flash), str(self._blocks)],
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            if self.plugged:
                self._boot("friendly", b"")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def files(self) -> dict[str, bytes]:
        """Return every file that is on the board."""
        listing = self.run(
            "import binascii\n"
            "def walk(folder):\n"
            "    for name, kind, *_ in os.ilistdir(folder):\n"
            "        path = (folder if folder != '/' else '') + '/' + name\n"
            "        if kind == 0x4000:\n"
            "            walk(path)\n"
            "        else:\n"
            "            with open(path, 'rb') as file:\n"
            "                print(path + '|' + binascii.hexlify(file.read()).decode())\n"
            "walk('/')"
        )
        pairs = (line.partition("|") for line in listing.splitlines())
        return {path: bytes.fromhex(content) for path, _, content in pairs}

    def write(self, files: "dict[str, bytes]") -> None:
        """Put files onto the board."""
        lines = []
        for path, content in files.items():
            for folder in _folders(path):
                above, _, name = folder.rpartition("/")
                there = f"os.listdir({above or '/'!r})"
                lines.append(f"if {name!r} not in {there}: os.mkdir({folder!r})")
            lines.append(f"with open({path!r}, 'wb') as file: file.write({content!r})")
        self.run("\n".join(lines))

    # The two lines

    def _relay(self) -> None:
        while not self._closing:
            with self._lock:
                process = self._process
                watched = [self._wake_reader, *(fd for fd in (self._cable, self._line) if fd >= 0)]
            ready, _, _ = select(watched, [], [], 0.02)
            with self._lock:
                self._take(ready)
                if process is not None and process is self._process and self.plugged:
                    self._look_at(process)

    def _take(self, ready: Iterable[int]) -> None:
        for fd in ready:
            if fd == self._wake_reader:
                os.read(fd, 100)
            elif fd == self._cable:
                self._to_board(_read(fd))
            elif fd == self._line:
                data = _read(fd)
                self.sent += data
                if self.plugged and data:
                    _write(self._cable, data, _TO_HOST_S)

    def _to_board(self, data: bytes) -> None:
        if not data:  # nobody has the port open
            time.sleep(0.001)
            return
        if self._limit is not None and len(self.received) + len(data) >= self._limit:
            data = data[: self._limit - len(self.received)]
            self._limit = None
            self.received += data
            self._unplug()
            return
        self.received += data
        if self._sign and self.received.find(self._sign, self._sign_from) >= 0:
            self._sign = b""
            self._unplug()
            return
        while data and self._process is not None:
            before, found, data = data.partition(b"\x03")
            _write(self._line, before, _TO_BOARD_S)
            if found and self._state.read_text() == "x":
                self._process.send_signal(signal.SIGINT)
                self._settle()
            elif found:
                _write(self._line, found, _TO_BOARD_S)

    def _settle(self) -> None:
        """Wait until what was interrupted has ended, as a board does before it reads on."""
        end = time.monotonic() + 2
        while self._state.read_text() == "x" and time.monotonic() < end:
            time.sleep(0.001)

    def _look_at(self, process: "subprocess.Popen[bytes]") -> None:
        code = process.poll()
        if code is None:
            return
        self.resets += 1
        if code == BOOTLOADER:
            self.bootloader = True
            self._unplug()
        elif code == RAW_SOFT:
            self._boot("raw", b"")
        elif code == SOFT:
            self._boot("friendly", b"")
        else:
            assert code == HARD, f"the firmware ended with {code}"
            self._boot("friendly", self._noise)

    def _boot(self, mode: str, noise: bytes) -> None:
        _write(self._cable, noise, _TO_HOST_S)
        self._state.write_text("r")
        self._process = subprocess.Popen(
            [
                interpreter(self._name),
                *(str(FIRMWARE), str(self._flash), str(self._blocks), str(self._state), mode),
                *self.options,
            ],
            stdin=self._serial,
            stdout=self._serial,
            stderr=self._serial,
            start_new_session=True,
        )

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _unplug(self) -> None:
        self._stop()
        for fd in (self._cable, self._line, *self._ends):
            if fd >= 0:
                with suppress(OSError):
                    os.close(fd)
        self._cable = self._line = -1
        self._ends = []
        Path(self.port).unlink(missing_ok=True)


def _read(fd: int) -> bytes:
    """Return what is there: nothing where nobody has the other end open, or opened it just now."""
    try:
        return os.read(fd, 4096)
    except OSError:  # EIO, EAGAIN
        return b""


def _write(fd: int, data: bytes, limit_s: float) -> None:
    """Write what the other end takes within a time; the rest is lost, as on a serial line."""
    end = time.monotonic() + limit_s
    while data:
        try:
            data = data[os.write(fd, data) :]
        except BlockingIOError:
            if time.monotonic() >= end:
                return
            time.sleep(0.001)


def _cooked_output(fd: int) -> None:
    """Let a line end as on a board, and nothing else be changed."""
    tty.setraw(fd)
    settings = termios.tcgetattr(fd)
    settings[1] |= termios.OPOST | termios.ONLCR
    termios.tcsetattr(fd, termios.TCSANOW, settings)


def _folders(path: str) -> list[str]:
    parts = path.strip("/").split("/")[:-1]
    return ["/" + "/".join(parts[:count]) for count in range(1, len(parts) + 1)]
