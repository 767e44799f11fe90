"""Brings a board's files to what they should be, so that a cable pulled anywhere does no harm.

`main.py` goes first and comes last: a board with half of the files runs none of them, and a second
run goes on where the first was. Files that are right already are not touched; files of ours that
are not needed any more go, above all a `.py` that would win over its `.mpy`. Readings stay.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

from byteport_agent.boards.board_link import BoardLink
from byteport_agent.boards.survey import OUR_FOLDERS, Survey, largest_files, surveyed
from byteport_agent.command_errors import CommandError

MAIN = "/main.py"
_OUR_PLACES = tuple(f"{folder}/" for folder in OUR_FOLDERS)
_KEPT_MAIN = "/main-before.py"
_SPARE_BLOCKS = 4  # of directories, and of a file while its old content is still there


@dataclass(frozen=True)
class Plan:
    """What is to be done: files to write, files to remove, and whether a user's main.py is kept."""

    write: dict[str, bytes]
    remove: tuple[str, ...]
    unchanged: int
    has_main: bool
    keeps_main: bool

    @property
    def changes(self) -> bool:
        return bool(self.write or self.remove)

    @property
    def total_bytes(self) -> int:
        return sum(map(len, self.write.values()))


def planned(wanted: dict[str, bytes], survey: Survey) -> Plan:
    """Return what brings a board to the files that are wanted."""
    write = {
        path: content
        for path, content in wanted.items()
        if survey.files.get(path, (0, ""))[1] != _digest(content)
    }
    ours = (path for path in survey.files if path.startswith(_OUR_PLACES))
    remove = tuple(sorted(path for path in ours if path not in wanted))
    has_main = MAIN in survey.files
    users = MAIN in write and has_main and "/station.json" not in survey.files
    if write or remove:
        write[MAIN] = wanted[MAIN]  # which is away meanwhile
    return Plan(write, remove, len(wanted) - len(write), has_main, users)


def check_room(plan: Plan, survey: Survey, link: BoardLink) -> None:
    """Raise CommandError where the board has no room for it, with what takes the room."""
    size = survey.block_bytes
    replaced = [
        survey.files[path][0] for path in (*plan.write, *plan.remove) if path in survey.files
    ]
    room = survey.free_blocks + sum(_blocks(each, size) for each in replaced)
    needed = sum(_blocks(len(each), size) for each in plan.write.values()) + _SPARE_BLOCKS
    if needed > room:
        raise CommandError(
            f"the board's file system has {room * size // 1000} kB of room and "
            f"{needed * size // 1000} kB are needed: remove files of yours: {largest_files(link)}"
        )


def install(link: BoardLink, plan: Plan, progress: Callable[[str, int], object]) -> None:
    """Do what is planned, check every file, and leave the board ready to be reset.

    ``progress`` is called with a path and the bytes of it that were written.
    """
    if plan.has_main:
        _stop_main(link, plan)
    _remove(link, plan.remove)
    _make_folders(link, plan.write)
    for path, content in sorted(plan.write.items(), key=lambda item: item[0] == MAIN):
        if path == MAIN:
            _verify(link, {p: c for p, c in plan.write.items() if p != MAIN})
        link.write(path, content, lambda count, path=path: progress(path, count))  # type: ignore[misc]
    _verify(link, {MAIN: plan.write[MAIN]} if MAIN in plan.write else plan.write)


def _stop_main(link: BoardLink, plan: Plan) -> None:
    """Take main.py away and restart: only a reset ends a watchdog that it has started."""
    take = f"os.rename({MAIN!r}, {_KEPT_MAIN!r})" if plan.keeps_main else f"os.remove({MAIN!r})"
    link.run(f"import os\n{take}", "stopping the board's program")
    link.restart()


def _remove(link: BoardLink, paths: Iterable[str]) -> None:
    gone = tuple(paths)
    if not gone:
        return
    folders = sorted({path.rpartition("/")[0] for path in gone}, key=len, reverse=True)
    link.run(
        f"import os\nfor p in {gone!r}: os.remove(p)\n"
        f"for p in {tuple(folders)!r}:\n try: os.rmdir(p)\n except OSError: pass",
        "removing old files",
    )


def _make_folders(link: BoardLink, paths: Iterable[str]) -> None:
    folders = {
        "/".join(parts[:count])
        for parts in (path.split("/")[:-1] for path in paths)
        for count in range(2, len(parts) + 1)
    }
    if folders:
        ordered = tuple(sorted(folders))
        link.run(
            f"import os\nfor p in {ordered!r}:\n try: os.mkdir(p)\n except OSError: pass",
            "making folders",
        )


def _verify(link: BoardLink, written: dict[str, bytes]) -> None:
    if not written:
        return
    there = surveyed(link, written).files
    for path, content in written.items():
        size, digest = there.get(path, (-1, ""))
        # a firmware without hashlib has sizes alone
        if size != len(content) or digest not in ("", _digest(content)):
            raise CommandError(
                f"{path} was written and reads back as something else: try again; if that does not "
                "help, the board's flash memory is worn"
            )


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def _blocks(size: int, block_bytes: int) -> int:
    return -(-size // block_bytes)
