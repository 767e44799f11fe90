"""What ended a board's program before: shown when it is flashed, and forgotten by the board.

`byteport.boot_log` counts starts that ended badly; after ten the board is in safe mode. Whoever
flashes it has mended something, and be it a wire, so that the count begins anew.
"""

from byteport_agent.boards.board_link import BoardLink

_TAKE = """\
import os
try:
    with open("/boots.txt") as f:
        print(f.read())
    os.remove("/boots.txt")
except OSError:
    pass
"""


def take_boot_errors(link: BoardLink) -> list[str]:
    """Return the errors that the board has not told yet, oldest first, and let it begin anew."""
    lines = link.run(_TAKE, "looking for what ended its program").splitlines()
    return [line for line in lines[1:] if line.strip()]
