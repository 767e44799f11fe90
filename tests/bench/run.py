"""Runs every benchmark beside this file and prints one table; fails where a target is missed.

usage: run.py [NAME…]    bench_NAME.py alone
"""

import importlib
import platform
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parent)]

from figures import Figure, table  # noqa: E402 (found by the line above)


def main(names: list[str]) -> int:
    names = names or sorted(path.stem[6:] for path in FOLDER.glob("bench_*.py"))
    figures: list[Figure] = []
    for name in names:
        print(f"measuring {name} …", file=sys.stderr)
        figures += importlib.import_module(f"bench_{name}").figures()
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}\n")
    print(table(figures))
    return 0 if all(figure.reached for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
