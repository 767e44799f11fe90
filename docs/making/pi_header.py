"""The Raspberry Pi's 40-pin header, and where its buses are on it.

Odd pins are in the row away from the board's edge. From the Raspberry Pi documentation, "GPIO and
the 40-pin header".
"""

PINS = {
    1: "3.3 V", 2: "5 V",
    3: "GPIO 2", 4: "5 V",
    5: "GPIO 3", 6: "GND",
    7: "GPIO 4", 8: "GPIO 14",
    9: "GND", 10: "GPIO 15",
    11: "GPIO 17", 12: "GPIO 18",
    13: "GPIO 27", 14: "GND",
    15: "GPIO 22", 16: "GPIO 23",
    17: "3.3 V", 18: "GPIO 24",
    19: "GPIO 10", 20: "GND",
    21: "GPIO 9", 22: "GPIO 25",
    23: "GPIO 11", 24: "GPIO 8",
    25: "GND", 26: "GPIO 7",
    27: "GPIO 0", 28: "GPIO 1",
    29: "GPIO 5", 30: "GND",
    31: "GPIO 6", 32: "GPIO 12",
    33: "GPIO 13", 34: "GND",
    35: "GPIO 19", 36: "GPIO 16",
    37: "GPIO 26", 38: "GPIO 20",
    39: "GND", 40: "GPIO 21",
}  # fmt: skip
# what a bus's signals are wired to
BUS_PINS = {
    "i2c": {"SDA": 3, "SCL": 5},
    "spi": {"SCLK": 23, "MOSI": 19, "MISO": 21, "CS": 24},
    "uart": {"the sensor's RX": 8, "its TX": 10},
    "w1": {"data": 7},
}


def pin_of(gpio: int) -> int:
    """Return the header's pin of a GPIO."""
    return next(pin for pin, name in PINS.items() if name == f"GPIO {gpio}")
