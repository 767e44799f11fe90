"""What a board's firmware adds to MicroPython's unix port: its flash memory, its raw REPL, resets.

It runs on that port, behind a terminal that `pty_board` owns, with standard input and output as the
serial line. The protocol is that of shared/runtime/pyexec.c and docs/reference/repl.rst. The file
system is littlefs in a file of the host, so that it outlives a reset. Exit codes ask for what the
unix port has not: a reset.

    pty_firmware.py FLASH_FILE BLOCKS STATE_FILE MODE OPTION…
"""

import builtins
import os
import sys

import vfs

SOFT, HARD, RAW_SOFT, BOOTLOADER = 10, 11, 12, 13
_BLOCK = 4096
_WINDOW = 128
_RAW = "raw REPL; CTRL-B to exit\n"


class Flash:
    """A file as a block device (os.AbstractBlockDev, extended interface)."""

    def __init__(self, file, blocks):
        self._file = file
        self._blocks = blocks

    def readblocks(self, number, buffer, offset=0):
        self._file.seek(number * _BLOCK + offset)
        self._file.readinto(buffer)

    def writeblocks(self, number, buffer, offset=None):
        self._file.seek(number * _BLOCK + (offset or 0))
        self._file.write(buffer)
        self._file.flush()

    def ioctl(self, operation, _):
        if operation == 4:
            return self._blocks
        if operation == 5:
            return _BLOCK
        return 0


class Reset(BaseException):
    """Ends the program, whatever runs."""


class Module:
    """A module that the unix port has not."""


class Repl:
    """The serial line: friendly or raw REPL."""

    def __init__(self, state):
        self._state = state
        self._globals = {"__name__": "__main__"}

    def running(self, runs):
        """Tell the host whether Ctrl-C is a signal now, or a character."""
        self._state.seek(0)
        self._state.write("x" if runs else "r")
        self._state.flush()

    def char(self):
        try:
            data = sys.stdin.buffer.read(1)
        except KeyboardInterrupt:
            return "\x03"
        if not data:
            raise Reset(0)
        return chr(data[0])

    def execute(self, source):
        """Run a text; return what was raised."""
        self.running(True)
        try:
            exec(source, self._globals)
        except Reset:
            raise
        except BaseException as error:
            return error
        finally:
            self.running(False)
        return None

    def run_file(self, name):
        try:
            with open(name) as file:
                source = file.read()
        except OSError:
            return
        error = self.execute(source)
        if error is not None:
            sys.print_exception(error)

    def friendly(self):
        """Until Ctrl-A, which asks for the raw one, or Ctrl-D."""
        banner()
        while True:
            c = self.char()
            if c == "\x01":
                return
            if c == "\x02":
                banner()
            elif c == "\x04":
                sys.stdout.write("\nMPY: soft reboot\n")
                raise Reset(SOFT)
            elif c in "\r\x03":
                sys.stdout.write("\n>>> ")

    def raw(self):
        """Until Ctrl-B."""
        sys.stdout.write(_RAW + ">")
        line = ""
        while True:
            c = self.char()
            if c == "\x01" and line == "\x05A":
                line = ""
                source = self.pasted()
                if source is not None:
                    self.answer(source)
                sys.stdout.write(">")
            elif c == "\x01":
                sys.stdout.write(_RAW + ">")
                line = ""
            elif c == "\x02":
                sys.stdout.write("\n")
                return
            elif c == "\x03":
                line = ""
            elif c == "\x04" and not line:
                sys.stdout.write("\nMPY: soft reboot\n")
                raise Reset(RAW_SOFT)
            elif c == "\x04":
                sys.stdout.write("OK")
                self.answer(line)
                line = ""
                sys.stdout.write(">")
            else:
                line += c

    def pasted(self):
        """Read in raw-paste mode, with flow control; None if it was interrupted."""
        sys.stdout.buffer.write(bytes((82, 1, _WINDOW, 0, 1)))
        source = bytearray()
        left = 2 * _WINDOW
        while True:
            c = self.char()
            if c == "\x03":
                sys.stdout.write("\x04")
                return None
            if c == "\x04":
                sys.stdout.write("\x04")
                return source.decode()
            source.append(ord(c))
            left -= 1
            if left == _WINDOW:
                sys.stdout.write("\x01")
                left += _WINDOW

    def answer(self, source):
        error = self.execute(source)
        sys.stdout.write("\x04")
        if error is not None:
            sys.print_exception(error)
        sys.stdout.write("\x04")


def banner():
    sys.stdout.write(
        "\n" + sys.modules["sys"].version + '\nType "help()" for more information.\n>>> '
    )


def mount(file, blocks):
    """Put the flash memory where a board has it, formatted if it is new."""
    flash = Flash(file, blocks)
    try:
        disk = vfs.VfsLfs2(flash)
    except OSError:
        vfs.VfsLfs2.mkfs(flash)
        disk = vfs.VfsLfs2(flash)
    vfs.umount("/")
    vfs.mount(disk, "/")
    os.chdir("/")


def reset():
    raise Reset(HARD)


def bootloader():
    raise Reset(BOOTLOADER)


def add_modules(options):
    """Add what ports of boards have, and what a test wants of them."""
    missing = [option[3:] for option in options if option.startswith("no-")]
    for name in ("machine", "network", "esp32", "dht", "onewire"):
        if name not in missing:
            module = sys.modules[name] = Module()
            module.__name__ = name
    if "machine" in sys.modules:
        sys.modules["machine"].reset = reset
        sys.modules["machine"].bootloader = bootloader
    refuse(missing)
    given = dict([option.split("=", 1) for option in options if "=" in option])
    if "frozen" in given:
        sys.modules["byteport"] = Module()
        sys.modules["byteport"].__version__ = given["frozen"]
    fake = sys.modules["sys"] = Module()
    for attribute in dir(sys):
        setattr(fake, attribute, getattr(sys, attribute))
    fake.platform = given.get("platform", "esp32")
    fake.implementation = Module()
    fake.implementation.name = "micropython"
    numbers = given.get("version", "1.25.0")
    fake.implementation.version = tuple(map(int, numbers.split(".")))
    fake.implementation._mpy = sys.implementation._mpy
    fake.implementation._machine = given.get("machine", "Generic ESP32 module with ESP32")
    fake.version = "3.4.0; MicroPython v" + numbers


def refuse(missing):
    """Have no module of these names, whether the unix port has one or not."""
    real = builtins.__import__

    def without_those(name, *more):
        if name in missing:
            raise ImportError("no module named '" + name + "'")
        return real(name, *more)

    builtins.__import__ = without_those


def simulated_board(options):
    """Import what simulates hardware, where an option names its folders."""
    for option in options:
        if option.startswith("mocks="):
            sys.path.extend(option[6:].split(":"))
            import pty_station

            return pty_station
    return None


def main(flash_path, blocks, state_path, mode, *options):
    state = open(state_path, "w")  # noqa: SIM115 (until the reset)
    repl = Repl(state)
    repl.running(False)
    station = simulated_board(options)
    mount(open(flash_path, "r+b"), int(blocks))  # noqa: SIM115
    sys.path[:] = ["", ".frozen", "/lib"]
    add_modules(options)
    if station:
        station.enter()
        sys.modules["machine"].reset = reset
        sys.modules["machine"].bootloader = bootloader
    try:
        repl.run_file("boot.py")
        if mode != "raw":
            repl.run_file("main.py")
            repl.friendly()
        while True:
            repl.raw()
            repl.friendly()
    except Reset as asked:
        sys.exit(asked.args[0])


main(*sys.argv[1:])
