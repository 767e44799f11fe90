"""MCP3204: four voltages, 12 bits, over SPI. See `mcp3008`, datasheet and witnesses included."""

from byteport_drivers.mcp3008 import MCP3008


class MCP3204(MCP3008):
    """One chip, with the options of the MCP3008."""

    INPUTS = 4
    BITS = 12
    CHANNELS = tuple([(f"ch{n}", "V", 4) for n in range(4)])
