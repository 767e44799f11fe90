"""The board whose modules are installed: `machine` and the others act on this one."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from byteport_mocks.board.simulated_board import SimulatedBoard

_installed: "list[SimulatedBoard]" = []


def current() -> "SimulatedBoard":
    """Return the installed board."""
    if not _installed:
        raise RuntimeError("no simulated board is installed: use `with board:` around this")
    return _installed[-1]


def enter(board: "SimulatedBoard") -> None:
    _installed.append(board)


def leave() -> None:
    _installed.pop()
