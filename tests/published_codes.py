"""Codes of thermometers as their maker's datasheets print them, where two chips share a table."""

TI_12_BITS = (  # code, degrees
    (0x7FF, 127.9375),
    (0x640, 100),
    (0x500, 80),
    (0x4B0, 75),
    (0x320, 50),
    (0x190, 25),
    (0x004, 0.25),
    (0x000, 0),
    (0xFFC, -0.25),
    (0xE70, -25),
    (0xC90, -55),
)
