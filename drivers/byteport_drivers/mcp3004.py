"""MCP3004: four voltages, 10 bits, over SPI. See `mcp3008`, datasheet and witnesses included."""

from byteport_drivers.mcp3008 import MCP3008


class MCP3004(MCP3008):
    """One chip, with the options of the MCP3008."""

    INPUTS = 4
    BITS = 10
    CHANNELS = tuple([(f"ch{n}", "V", 3) for n in range(4)])
