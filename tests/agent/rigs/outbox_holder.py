"""A process that holds an outbox until it is killed, or tells whose it is.

usage: outbox_holder.py PATH
"""

import os
import sys
import time

from outbox_rig import SetClock

from byteport_agent.outbox import InUse, Outbox


def main(path: str) -> int:
    try:
        outbox = Outbox(path, ["one"], SetClock(), print)
    except InUse as error:
        os.write(1, f"{error.pid} {error}\n".encode())
        return 75
    os.write(1, b"open\n")
    while not outbox.trouble:
        time.sleep(60)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
