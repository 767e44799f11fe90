"""Putting a board's modules where `import machine` finds them, and the old ones back.

Modules of byteport that are loaded already get the board's time too: names that they took from
`byteport.compat` or `time` are replaced in them. Those that are loaded meanwhile get this machine's
time when the board leaves. What becomes of a program's modules: `program_modules`.
"""

import gc
import select as real_select
import socket as real_socket
import sys
import time as real_time

from byteport import compat
from byteport_mocks.board import dht, ds18x20, esp32, machine, neopixel, network, ntptime, onewire
from byteport_mocks.board.internet import BoardSelect
from byteport_mocks.board.sockets import BoardSocket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from byteport_mocks.board.simulated_board import SimulatedBoard

_CPYTHON = sys.implementation.name == "cpython"
if _CPYTHON:
    from byteport_mocks.board import program_modules

_REAL = {"time": real_time, "socket": real_socket, "select": real_select}
_TICKS = ("ticks_ms", "ticks_add", "ticks_diff", "sleep_ms")
_HARDWARE = ("machine", "network", "onewire", "dht")
_OWN = _TICKS + ("EPOCH_OFFSET", "Stream")  # noqa: RUF005 (MicroPython)
_MISSING = {  # what a port does not have
    "esp32": ("esp32.mcu_temperature", "network.PicoWLAN", "machine.PicoRTC"),
    "rp2": (
        "network.PicoWLAN",
        "machine.PicoRTC",
        "esp32",
        "machine.DEEPSLEEP_RESET",
        "machine.HARD_RESET",
        "machine.SOFT_RESET",
        "machine.wake_reason",
    ),
}


class Module:
    """A module as one port has it."""


class Installation:
    """What one board replaces, and what was there before."""

    def __init__(self, board: "SimulatedBoard") -> None:
        self._board = board
        self._before: "dict[str, object]" = {}
        self._patched: "list[tuple[object, str, object]]" = []
        self._own: "dict[str, object]" = {}
        self._gave_mem_free = False
        self._adopted = 0  # how many modules there were
        self._depth = 0  # how often the board was entered
        self._loaded: "set[str]" = set()  # modules that were there before
        self._stand_ins: "dict[str, object]" = {}
        self._import: "Callable[..., object]"

    def install(self) -> None:
        self._depth += 1
        if self._depth > 1:
            return
        self._own = {name: getattr(compat, name) for name in _OWN}
        self._stand_ins = self._modules()
        for name, module in self._stand_ins.items():
            self._before[name] = sys.modules.get(name)
            sys.modules[name] = module  # type: ignore[assignment]
        if _CPYTHON:
            program_modules.give(self._stand_ins)
            self._loaded = set(sys.modules)
            self._import = program_modules.install_import()
        if not hasattr(gc, "mem_free"):  # CPython
            gc.mem_free = lambda: self._board.free_heap  # type: ignore[attr-defined]
            self._gave_mem_free = True
        self.adopt()

    def uninstall(self) -> None:
        self._depth -= 1
        if self._depth:
            return
        patched = self._patched
        if _CPYTHON:
            program_modules.put_import(self._import)
            program_modules.note(self._stand_ins, self._loaded)
        for module in _byteports():
            self._give_back(module)
        for module, name, value in patched:
            setattr(module, name, value)
        self._patched = []
        for name, module in self._before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module  # type: ignore[assignment]
        self._before = {}
        self._adopted = 0
        if self._gave_mem_free:
            del gc.mem_free  # type: ignore[attr-defined]
            self._gave_mem_free = False

    def adopt(self) -> None:
        """Give the board's time to byteport's modules that are loaded by now."""
        if len(sys.modules) == self._adopted:
            return
        self._adopted = len(sys.modules)
        board_time = sys.modules["time"]
        for module in _byteports():
            self._patch(module, board_time)

    def _patch(self, module: object, board_time: object) -> None:
        for name in _TICKS:
            self._replace(module, name, getattr(board_time, name))
        self._replace(module, "EPOCH_OFFSET", board_time.epoch_s)  # type: ignore[attr-defined]
        for name, real in _REAL.items():
            if getattr(module, name, None) is real:
                self._replace(module, name, sys.modules[name])
        for name in _HARDWARE:
            # what they took from a board before, which may have been of another port
            self._replace(module, name, sys.modules.get(name))
        if self._board.internet:
            self._replace_stream(module)

    def _replace_stream(self, module: object) -> None:
        """Give CPython a board's connections, whose waits pass on the virtual clock."""
        if _CPYTHON and hasattr(module, "Stream"):
            from byteport_mocks.board.virtual_stream import VirtualStream

            self._replace(module, "Stream", VirtualStream)

    def _give_back(self, module: object) -> None:
        for name, value in self._own.items():
            if hasattr(module, name):
                setattr(module, name, value)
        for name, value in _REAL.items():
            if getattr(module, name, None) is sys.modules[name]:
                setattr(module, name, value)

    def _replace(self, module: object, name: str, value: object) -> None:
        present = getattr(module, name, None)
        if present is not None and present != value:
            self._patched.insert(0, (module, name, present))
            setattr(module, name, value)

    def _modules(self) -> "dict[str, object]":
        port = self._board.port
        sources = {
            "machine": machine,
            "network": network,
            "ntptime": ntptime,
            "esp32": esp32,
            "dht": dht,
            "onewire": onewire,
            "ds18x20": ds18x20,
            "neopixel": neopixel,
        }
        modules: "dict[str, object]" = {
            "time": self._board.time(),
            "socket": BoardSocket(self._board),
            "select": BoardSelect(self._board, real_select),
        }
        for name, source in sources.items():
            if name not in _MISSING[port]:
                modules[name] = _as_on(port, name, source)
        for constant, value in network.STATUSES[port].items():
            setattr(modules["network"], constant, value)
        if port == "rp2":
            modules["network"].WLAN = network.PicoWLAN  # type: ignore[attr-defined]
            modules["machine"].RTC = machine.PicoRTC  # type: ignore[attr-defined]
        return modules


def _byteports() -> "list[object]":
    """Return the modules of byteport and its drivers that are loaded."""
    names = [name for name in sys.modules if name.split(".")[0] in ("byteport", "byteport_drivers")]
    return [sys.modules[name] for name in names]


def _as_on(port: str, name: str, source: object) -> Module:
    """Return a module with the public names that it has on a port."""
    module = Module()
    for attribute in dir(source):
        if not attribute.startswith("_") and f"{name}.{attribute}" not in _MISSING[port]:
            setattr(module, attribute, getattr(source, attribute))
    return module
