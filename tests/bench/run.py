"""Runs every benchmark beside this file and writes docs/figures.md; fails where a target is missed.

usage: run.py [NAME…]    bench_NAME.py alone
"""

import importlib
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parent)]

import record  # noqa: E402 (found by the line above)
from figures import Figure, table  # noqa: E402


def main(names: list[str]) -> int:
    names = names or sorted(path.stem[6:] for path in FOLDER.glob("bench_*.py"))
    measured: dict[str, list[Figure]] = {}
    for name in names:
        print(f"measuring {name} …", file=sys.stderr)
        measured[name] = importlib.import_module(f"bench_{name}").figures()
        print(f"\n{table(measured[name])}\n", flush=True)
    record.write(measured)
    for line in record.regressions(measured, record.committed()):
        print(line)
    return 0 if all(each.reached for rows in measured.values() for each in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
