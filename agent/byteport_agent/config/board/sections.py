"""What a board is configured with beside the sections that it shares with the agent.

A file with `[board]` is a board's. Times are milliseconds, sizes bytes; passwords are `Secret`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from byteport_agent.config import kinds
from byteport_agent.config.board import kinds as board_kinds
from byteport_agent.config.board.board_type import BoardType
from byteport_agent.config.broker_sections import MqttTarget
from byteport_agent.config.output_sections import ByteportTarget
from byteport_agent.config.problems import Problem
from byteport_agent.config.sections import Device, Sensor
from byteport_agent.config.settings import setting
from byteport_agent.keys import NO_KEY, Secret

TELEMETRY = ("reset_cause", "free_heap", "rssi", "battery", "dropped", "backlog")


@dataclass(frozen=True, kw_only=True)
class Wifi:
    """`[[board.wifi]]`: a network; of several the first in reach is joined."""

    ssid: str = setting(
        board_kinds.SSID, "ssid", "The network's name, of 2.4 GHz.", example='"home"', required=True
    )
    password_file: str | None = setting(
        kinds.PATH,
        "password_file",
        "File with the password alone. Without it and `password` the network is open.",
        example='"wifi.key"',
    )
    password_text: object = setting(
        board_kinds.PASSWORD,
        "password",
        "The password itself. Better is a file of its own, which `password_file` names.",
        example='"correct horse"',
        read=False,
    )
    hidden: bool = setting(
        kinds.YES_NO, "hidden", "It does not tell its name.", example="true", default=False
    )
    static: tuple[str, ...] | None = setting(
        board_kinds.STATIC,
        "static",
        "A fixed address, its mask, the router and the DNS server; without it DHCP.",
        example='["192.168.1.20", "255.255.255.0", "192.168.1.1", "192.168.1.1"]',
    )
    password: Secret | None = None


@dataclass(frozen=True, kw_only=True)
class I2CBus:
    """`[board.i2c-0]` and others: the pins of an I2C bus, where they are not the usual ones."""

    sda: int | str = setting(board_kinds.PIN, "sda", "The data pin.", example="21")
    scl: int | str = setting(board_kinds.PIN, "scl", "The clock pin.", example="22")
    freq: int = setting(
        kinds.whole(1000, 1_000_000),
        "freq",
        "Hertz; some chips do no more than the default.",
        example="400000",
        default=100_000,
    )


@dataclass(frozen=True, kw_only=True)
class SPIBus:
    """`[board.spi-1]` and others: the pins of an SPI bus; one chip is on it."""

    sck: int | str = setting(board_kinds.PIN, "sck", "The clock pin.", example="18")
    mosi: int | str = setting(board_kinds.PIN, "mosi", "The pin that sends.", example="23")
    miso: int | str = setting(board_kinds.PIN, "miso", "The pin that receives.", example="19")
    cs: int | str = setting(
        board_kinds.PIN, "cs", "The pin that selects the chip.", example="5", required=True
    )
    baudrate: int = setting(
        kinds.whole(1000, 40_000_000),
        "baudrate",
        "Hertz; a driver may want another.",
        example="4000000",
        default=500_000,
    )
    mode: int = setting(
        kinds.whole(0, 3), "mode", "A driver may want another.", example="1", default=0
    )


@dataclass(frozen=True, kw_only=True)
class UARTBus:
    """`[board.uart-1]` and others: the pins of a serial bus."""

    tx: int | str = setting(board_kinds.PIN, "tx", "The pin that sends.", example="17")
    rx: int | str = setting(board_kinds.PIN, "rx", "The pin that receives.", example="16")
    baudrate: int = setting(
        kinds.whole(300, 2_000_000),
        "baudrate",
        "A driver may want another.",
        example="115200",
        default=9600,
    )


@dataclass(frozen=True, kw_only=True)
class Battery:
    """`[board.battery]`: where the battery's voltage is measured, for `telemetry`."""

    pin: int | str = setting(
        board_kinds.PIN, "pin", "The pin that measures it.", example="35", required=True
    )
    scale: float = setting(
        kinds.number(0, above=True),
        "scale",
        "How many times the voltage at the pin the battery's is: 2 behind two equal resistors.",
        example="2.0",
        default=1.0,
    )


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """`[board.alarms]`: values that are sent at once: `porch_temp = { below = 2 }`, by field."""

    below: float | None = setting(
        kinds.NUMBER, "below", "Lower values are an alarm.", example="2.0"
    )
    above: float | None = setting(
        kinds.NUMBER, "above", "Higher values are an alarm.", example="40.0"
    )


@dataclass(frozen=True, kw_only=True)
class BoardOutbox:
    """`[outbox]` of a board: where readings wait until they are delivered."""

    max_bytes: int = setting(
        kinds.size("16kB"),
        "max_bytes",
        "The most that it takes of the flash memory; then the oldest go, and are counted.",
        example='"1MB"',
        default="400kB",
    )
    flush_records: int = setting(
        kinds.whole(1, 100),
        "flush_records",
        "So many readings are kept in RAM before they are written; a power cut loses fewer.",
        example="1",
        default=10,
    )
    flush_ms: int = setting(
        kinds.duration("1s", "1d"),
        "flush_interval",
        "The oldest that a reading in RAM gets; each write wears the flash memory.",
        example='"10s"',
        default="1m",
    )


@dataclass(frozen=True, kw_only=True)
class Board:
    """`[board]`: the board that measures by itself, after `byteport-agent flash`."""

    type: str = setting(
        kinds.TEXT,
        "type",
        "`esp32`, `esp32-s2`, `esp32-s3`, `esp32-c3`, `esp32-c6`, `pico-w`, `pico2-w`, or a file "
        "of pins such as `./my-board.toml`.",
        example='"esp32"',
        required=True,
    )
    sleep: str = setting(
        kinds.choice("none", "deep"),
        "sleep",
        "`deep`: sleeps between readings, for batteries.",
        example='"deep"',
        default="none",
    )
    send_every: int = setting(
        kinds.whole(1, 1000),
        "send_every",
        'With `sleep = "deep"`: Wi-Fi is joined at each so many wakes, and on an alarm.',
        example="6",
        default=10,
    )
    hostname: str = setting(
        board_kinds.HOSTNAME,
        "hostname",
        "Its name in the network; without it the device's uid.",
        example='"greenhouse"',
    )
    country: str | None = setting(
        board_kinds.COUNTRY, "country", "Whose Wi-Fi channels are used.", example='"SE"'
    )
    ca: str | None = setting(
        kinds.PATH,
        "ca",
        "File with the CA certificate to trust. Without it the output's `ca`, else `flash` takes "
        "it from the service, as this machine trusts it.",
        example='"my-ca.pem"',
    )
    led: int | str | None = setting(
        board_kinds.PIN,
        "led",
        'Pin of an LED that tells of joining, sending and failures; `"LED"` on a Pico.',
        example="2",
    )
    led_active_low: bool = setting(
        kinds.YES_NO, "led_active_low", "It is on at a low pin.", example="true", default=False
    )
    watchdog_ms: int = setting(
        kinds.duration("0s", "1h"),
        "watchdog",
        "A program that hangs so long is started again; `0s`: never.",
        example='"8s"',
        default="8s",
    )
    reset_after_ms: int = setting(
        kinds.duration("1m", "6d"),
        "reset_after",
        "After so long without a success the board starts again.",
        example='"1h"',
        default="15m",
    )
    telemetry: tuple[str, ...] = setting(
        board_kinds.choices(*TELEMETRY),
        "telemetry",
        "What it sends of itself, as fields of these names.",
        example='["rssi", "reset_cause"]',
        default=[],
    )
    telemetry_interval_ms: int = setting(
        kinds.duration("10s", "6d"),
        "telemetry_interval",
        "How often.",
        example='"1h"',
        default="5m",
    )
    ntp: tuple[str, ...] = setting(
        board_kinds.HOSTS,
        "ntp",
        "Time servers; with `[]` the time is taken from the service's answers alone.",
        example='["192.168.1.1"]',
        default=["pool.ntp.org"],
    )
    wifi_tables: object = setting(
        kinds.TABLES,
        "wifi",
        "The networks, see below.",
        example='[{ ssid = "home", password_file = "wifi.key" }]',
        read=False,
    )
    alarm_table: object = setting(
        kinds.TABLE,
        "alarms",
        "See below.",
        example="{ porch_temp = { below = 2.0, above = 40.0 } }",
        read=False,
    )
    battery_table: object = setting(
        kinds.TABLE, "battery", "See below.", example="{ pin = 35, scale = 2.0 }", read=False
    )
    kind: BoardType = field(repr=False)
    wifi: tuple[Wifi, ...]
    alarms: Mapping[str, Alarm]
    battery: Battery | None = None
    buses: Mapping[str, I2CBus | SPIBus | UARTBus]  # those that a sensor is on


@dataclass(frozen=True, kw_only=True)
class BoardConfiguration:
    """A whole board's file that has no mistake, and what its owner should be warned of."""

    path: Path
    device: Device
    sensors: tuple[Sensor, ...]
    outbox: BoardOutbox
    output: ByteportTarget | MqttTarget
    board: Board
    warnings: tuple[Problem, ...] = field(default=(), compare=False)

    def secrets(self) -> list[Secret]:
        """Return key and passwords, to be hidden wherever text is shown."""
        found = [each.password for each in self.board.wifi]
        if self.device.key is not NO_KEY:
            found.append(self.device.key.secret)
        if isinstance(self.output, MqttTarget) and self.output.password is not None:
            found.append(self.output.password.secret)
        return [each for each in found if each is not None]
