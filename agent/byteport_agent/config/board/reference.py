"""The part of docs/configuration.md that is about boards."""

from byteport_agent.config.board.board_type import BoardType
from byteport_agent.config.board.sections import (
    Alarm,
    Battery,
    Board,
    BoardOutbox,
    I2CBus,
    SPIBus,
    UARTBus,
    Wifi,
)

BOARD_SECTIONS = (Board, Wifi, I2CBus, SPIBus, UARTBus, Battery, Alarm, BoardOutbox, BoardType)
BOARD_EXAMPLE = """\
[device]
namespace = "myownspace"
uid = "greenhouse-1"
key_file = "byteport.key"

[[sensor]]
name = "porch"
driver = "bme280"
bus = "i2c-0"                      # the default
interval = "5m"
fields = { temperature = "porch_temp", humidity = { name = "porch_rh", offset = -2.0 } }

[[sensor]]
name = "door"
driver = "gpio"
pin = 27
pull = "up"                        # none, up or down; the default is the driver's
interval = "5m"

[[output]]
type = "byteport"

[board]
type = "esp32"
sleep = "deep"
telemetry = ["rssi", "battery"]
battery = { pin = 35, scale = 2.0 }
alarms = { porch_temp = { below = 2.0, above = 40.0 } }

[[board.wifi]]
ssid = "home"
password_file = "wifi.key"

[board.i2c-0]
sda = 21
scl = 22
"""
BOARD_TEXT = f"""\
# A board's file

A file with `[board]` is a board's: `byteport-agent flash -c station.toml` puts what it says onto an
ESP32 or Pico W, which then measures and sends by itself; [boards.md](boards.md) tells how.

```toml
{BOARD_EXAMPLE}```

`[device]`, `[[sensor]]`, its `fields` and `[[output]]` are as above, with these differences:

* There is one `[[output]]`, of `type` `byteport` or `mqtt`, with `url`, `timeout`, `retry_min`,
  `retry_max` and `ca`. For Byteport it has `method` too; for a broker `dialect`, `user`,
  `password_file` or `password`, `client_id`, `keep_alive`, `window`, and `base` and `retain` of
  plain topics. There is no `[gateway]`.
* `driver` is one that `byteport-agent sensors` lists for boards, or a file beside this one in which
  file and class are named alike, `./my_sensor.py:MySensor`; it is read, and goes onto the board.
* `bus` is `i2c-0`, `spi-1`, `uart-1` and so on, as MicroPython counts them. Without it `i2c-0`,
  `spi-1` or `uart-1`. Their pins are MicroPython's own unless a table says others; `byteport-agent
  check` shows them all. Those of `gpio`, `adc`, `dht22` and the like are `pin = 4`, and `pull`.
* Passwords and the API key go into a file of their own on the board.
* A file of pins may have `[i2c-0]`, `[spi-1]`, `[uart-1]` and others too, with the pins that a bus
  has without a table in the board's file, and with lists of those that it can have:
  `sda = 33`, `sda_pins = "33 35"`.
"""
