"""Texts that `byteport-agent new-driver` writes, of a chip that is not sold, called SKELETON.

Each is complete and passes the project's tests of drivers; what is to be changed is the chip.
"""

from importlib.resources import files

BUSES = ("i2c", "spi", "uart")


def skeleton(file: str, name: str) -> str:
    """Return a text with the driver's name in place of the skeleton's."""
    text = files(__name__).joinpath(f"{file}.txt").read_text(encoding="utf-8")
    return text.replace("SKELETON", name.upper()).replace("skeleton", name)
