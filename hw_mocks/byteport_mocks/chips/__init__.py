"""Simulated chips, one file each: `chips/bme280.py` holds `SimulatedBME280`.

How to write one (copy `mcp9808.py`):

* Work from the datasheet; name it and its sections in the docstring. Never import a driver, never
  share its arithmetic: write the inverse, quantity to raw counts, on your own.
* Base: `registers.RegisterChip` (constants WIDTH, WIDTHS, MSB_FIRST, AUTO_INCREMENT, WRITE_PAIRS,
  POINTER_BYTES, POINTER_MASK, POWER_ON, READ_ONLY, ID; hooks select, next_register, on_read,
  on_write; get, put, put_bytes, bank, restore), `sensirion.SensirionChip` (COMMAND_BYTES,
  DURATIONS_US of every command; hooks on_command, refuses, duration_us, stretches),
  `chip.MessageChip` (hooks on_message, reply, listens, accepts), `chip.Chip` (start, write_byte,
  read_byte, stop), `spi.SPIChip` (select, exchange, deselect), `uart.UARTDevice` (on_byte, emit).
* ADDRESSES: all possible ones (I2C only), the default first.
* QUANTITIES: a row (name, lowest, highest, resolution, value at first) for each channel, named and
  in units as in the driver's CHANNELS. A sweep sets values from lowest to highest and expects each
  back within resolution: the larger of one raw count and the driver's last decimal.
* UNSEEN: what no driver can tell of the part, by its nature: "id", "busy" (no ready bit), ..., or
  a fault that looks like a sample (`device`); the tests of every driver leave that out.
* `self.value_of("temperature")` is what a test set. Where the chip has a skip or error code, test
  `self.quantities["temperature"] is None` ("no sample") and send that code. Saturate at the raw
  limits as the chip does; never raise.
* Time: `self.begin(duration_us, repeat=False)` starts a conversion; `self.measured()` is called
  once its time is over (override: compute raws, put them into registers); `self.busy()` tells
  whether one runs; `self.halt()` stops it; `self.now_us()` is the only clock to ask.
* `reset()` (override) brings the state after power-on, apart from registers, which are back by
  then. It runs in the constructor, on `attach` and after a power cut: set options of the
  constructor before `super().__init__(address)`, and all other state in `reset`. A soft reset
  command calls `self.power_on()`.
* `self.stretch_us = 500` in a hook holds the clock line that long after the present byte.
* Two channels of one sample never come from two conversions; a burst read is consistent.
* No imports but `struct` and byteport_mocks; no float where the datasheet has an integer. Runs on
  MicroPython with 32-bit floats: no typing, enum, dataclasses, functools, `signed=True`, `{**d}`.
* Test it in tests/mocks/test_<chip>.py (plain functions, no pytest) by the datasheet's examples.

    bus = SimulatedI2C()
    chip = bus.attach(SimulatedMCP9808(0x19))
    chip.set(temperature=-10.25)
    bus.clock.sleep_ms(250)
    assert bus.readfrom_mem(0x19, 0x05, 2)[1] == 0x5C
"""
