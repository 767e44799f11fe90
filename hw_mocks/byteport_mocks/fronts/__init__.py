"""The simulated buses in the shape of other libraries, so that those run on the same chips.

smbus2         SimulatedSMBus: smbus2.SMBus's calls on a simulated bus
i2c_dev        the real smbus2 on simulated buses
busio          CircuitPython's I2C and SPI: Adafruit's drivers
digitalio      CircuitPython's pins
circuitpython  imports of CircuitPython's modules without Blinka
virtual_time   Python's `time` for modules that sleep
"""
