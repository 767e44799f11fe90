"""Lets `python -m byteport_agent` do what the command `byteport-agent` does."""

import sys

from byteport_agent.cli import main

if __name__ == "__main__":
    sys.exit(main())
