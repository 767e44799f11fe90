"""Kills and disturbs the agent for as long as one likes; fails where a reading is lost or changed.

usage: run.py [SEEDS [FIRST]]    so many runs of tests/agent/rigs/chaos_run.py, from that seed on

Every second run has one connection for each device, and so a call more under way when it is killed.
"""

import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "agent/rigs"), str(TESTS)]

from chaos_run import run  # noqa: E402 (found by the line above)
from chaos_worker import DEVICES  # noqa: E402


def main(seeds: int = 5, first: int = 1) -> int:
    failed = 0
    for seed in range(first, first + seeds):
        with tempfile.TemporaryDirectory(prefix="byteport-soak-") as folder:
            tally = run(Path(folder), seed, connections=1 if seed % 2 else len(DEVICES))
        print(tally, flush=True)
        for complaint in tally.complaints():
            failed += 1
            print(f"  FAILED: {complaint}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
