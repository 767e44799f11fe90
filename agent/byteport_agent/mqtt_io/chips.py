"""What each of mqtt-io's sensor modules is here: driver, place, options, and channels by type.

Values stay the numbers that mqtt-io gave, by `scale` where a driver has another unit. Read from
mqtt-io 2.7.0, mqtt_io/modules/sensor: CONFIG_SCHEMA, SENSOR_SCHEMA and get_value of each.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from re import fullmatch

from byteport_agent.mqtt_io.sensor_table import FieldFilters
from byteport_agent.mqtt_io.yaml_tables import Entry, LeftError

Channel = tuple[str, FieldFilters]
_BUS, _ADDRESS = "bus", "address"
_DHT = {"dht22": "dht22", "am2302": "dht22", "dht21": "dht22", "dht11": "dht11"}
_FAMILIES = {"ds18b20": "28", "ds1822": "22"}
_MCP = ("mcp3004", "mcp3008", "mcp3204", "mcp3208")
_VEML_GAINS = (0.125, 0.25, 1, 2)
_ADS_GAINS = (1, 2, 4, 8, 16)
_ADS_COUNTS_PER_VOLT = 8000  # 32768 / 4.096 V at gain 1
_REFERENCE_VOLTS = 3.3


@dataclass(frozen=True)
class Chip:
    """Where one `[[sensor]]` is; ``channel_of`` says what an input of mqtt-io is there."""

    driver: str
    settings: Mapping[str, object]
    channel_of: Callable[[Entry], Channel]


def _typed(channels: Mapping[str, str | Channel], default: str) -> Callable[[Entry], Channel]:
    def channel_of(sensor_input: Entry) -> Channel:
        kind = sensor_input.text("type", default)
        if kind not in channels:
            raise LeftError(sensor_input.line_of("type"), f"type {kind!r} is not measured here")
        found = channels[kind]
        return (found, {}) if isinstance(found, str) else (found[0], dict(found[1]))

    return channel_of


def _only(name: str, **filters: object) -> Callable[[Entry], Channel]:
    return lambda _: (name, dict(filters))


def _same(*names: str) -> Callable[[Entry], Channel]:
    return _typed({name: name for name in names}, names[0])


def _i2c(module: Entry, default: int | None = None) -> dict[str, object]:
    address = module.needed_whole("chip_addr") if default is None else None
    return {
        _BUS: f"i2c-{module.whole('i2c_bus_num', 1)}",
        _ADDRESS: module.whole("chip_addr", default or 0) if address is None else address,
    }


def _ads1x15(module: Entry) -> Chip:
    kind, gain = module.text("type", "ADS1115"), module.number("gain", 1)
    if kind.upper() != "ADS1115":
        raise LeftError(module.line_of("type"), f"there is no driver for {kind!r}: only ADS1115")
    if gain not in _ADS_GAINS and round(gain, 3) != 0.667:
        raise LeftError(module.line_of("gain"), "gain must be 2/3, 1, 2, 4, 8 or 16")
    written: object = int(gain) if gain >= 1 else "2/3"
    module.used.add("pins")  # the inputs say which

    def channel_of(sensor_input: Entry) -> Channel:
        pin = sensor_input.whole("pin", 0)
        kind = sensor_input.text("type", "value")
        if pin not in range(4):
            raise LeftError(sensor_input.line_of("pin"), "pin must be 0 to 3")
        counts: FieldFilters = {"scale": _ADS_COUNTS_PER_VOLT * gain, "decimals": 0}
        return f"ch{pin}", {} if kind == "voltage" else counts

    return Chip("ads1115", {**_i2c(module, 0x48), "gain": written}, channel_of)


def _aht20(_: Entry) -> Chip:
    settings: dict[str, object] = {_BUS: "i2c-1", _ADDRESS: 0x38}
    return Chip("aht20", settings, _same("temperature", "humidity"))


def _bh1750(module: Entry) -> Chip:
    return Chip("bh1750", _i2c(module), _only("illuminance"))


def _bme280(module: Entry) -> Chip:
    return Chip("bme280", _i2c(module), _same("temperature", "humidity", "pressure"))


def _bme680(module: Entry) -> Chip:
    return Chip("bme680", _i2c(module), _same("temperature", "humidity", "pressure"))


def _bmp085(module: Entry) -> Chip:
    pascals: Channel = ("pressure", {"scale": 100, "decimals": 0})
    channels: dict[str, str | Channel] = {"temperature": "temperature", "pressure": pascals}
    return Chip("bmp180", _i2c(module), _typed(channels, "temperature"))


def _dht22(module: Entry) -> Chip:
    kind = module.text("type", "dht22").lower()
    if kind not in _DHT:
        raise LeftError(module.line_of("type"), f"there is no driver for {kind!r}")
    settings = {"pin": module.needed_whole("pin")}
    return Chip(_DHT[kind], settings, _same("temperature", "humidity"))


def _ds18b(module: Entry) -> Chip:
    kind, address = module.text("type", "DS18B20").lower(), module.needed("address", str, "a text")
    if kind not in _FAMILIES:
        raise LeftError(module.line_of("type"), f"there is no driver for {kind!r}")
    digits = address.lower().removeprefix(f"{_FAMILIES[kind]}-")
    if not fullmatch("[0-9a-f]{12}", digits):
        raise LeftError(module.line_of("address"), "address must have 12 hexadecimal digits")
    return Chip("ds18b20", {_ADDRESS: f"{_FAMILIES[kind]}-{digits}"}, _only("temperature"))


def _ina219(module: Entry) -> Chip:
    shunt_ohms = module.number("shunt_ohms", 0.1)
    if not 0 < shunt_ohms <= 1000:
        raise LeftError(module.line_of("shunt_ohms"), "shunt_ohms must be above 0")
    module.used.update(("max_amps", "voltage_range", "gain"))  # the whole range is measured
    channels = {
        "power": "power",
        "current": "current",
        "bus_voltage": "voltage",
        "shunt_voltage": "shunt_voltage",
    }
    settings = {**_i2c(module), "shunt_ohms": shunt_ohms}
    return Chip("ina219", settings, _typed(channels, "power"))


def _lm75(module: Entry) -> Chip:
    return Chip("lm75", _i2c(module), _only("temperature"))


def _spi(module: Entry) -> dict[str, object]:
    port, device = module.whole("spi_port", 0), module.whole("spi_device", 0)
    return {_BUS: f"spi-{port}.{device}"}


def _mcp3008(module: Entry) -> Chip:
    module.used.add("chip_addr")  # which mqtt-io does not look at either
    counts: FieldFilters = {"scale": 1024 / _REFERENCE_VOLTS, "decimals": 0}

    def channel_of(sensor_input: Entry) -> Channel:
        number = sensor_input.needed_whole("channel")
        if number not in range(8):
            raise LeftError(sensor_input.line_of("channel"), "channel must be 0 to 7")
        return f"ch{number}", dict(counts)

    return Chip("mcp3008", _spi(module), channel_of)


def _mcp3xxx(module: Entry) -> Chip:
    kind, number = module.needed_text("type").lower(), module.whole("channel", 0)
    if kind not in _MCP:
        raise LeftError(module.line_of("type"), f"there is no driver for {kind!r}")
    if number not in range(int(kind[-1])):
        raise LeftError(module.line_of("channel"), f"{kind} has no channel {number}")
    module.used.add("max_voltage")  # the value is a share of it
    pair = f"_{number ^ 1}" if module.yes("differential") else ""
    share = _only(f"ch{number}{pair}", scale=1 / _REFERENCE_VOLTS, decimals=4)
    return Chip(kind, _spi(module), share)


def _mhz19(module: Entry) -> Chip:
    settings = {_BUS: module.needed_text("device"), "temperature": False}
    return Chip("mhz19", settings, _only("co2"))


def _pms5003(module: Entry) -> Chip:
    dust = {"pm10_std": "pm1", "pm25_std": "pm25", "pm100_std": "pm10"}
    sizes = ("03", "05", "10", "25", "50", "100")
    channels = {**dust, **{f"gr{size}um": f"particles_{size}" for size in sizes}}
    return Chip("pms5003", {_BUS: module.needed_text("serial_port")}, _typed(channels, "pm25_std"))


def _sht4x(module: Entry) -> Chip:
    return Chip("sht4x", _i2c(module, 0x44), _same("temperature", "humidity"))


def _veml7700(module: Entry) -> Chip:
    gain, integration_ms = module.number("gain", 0.125), module.whole("integration_time", 25)
    if gain not in _VEML_GAINS or integration_ms not in (25, 50, 100, 200, 400, 800):
        raise LeftError(module.line, "gain or integration_time is none that a VEML7700 has")
    lux: Channel = ("illuminance", {})
    settings = {**_i2c(module, 0x10), "gain": gain, "integration_ms": integration_ms}
    return Chip("veml7700", settings, _typed({"lux": lux, "lux_corrected": lux}, "lux"))


CHIPS: dict[str, Callable[[Entry], Chip]] = {
    "ads1x15": _ads1x15,
    "aht20": _aht20,
    "bh1750": _bh1750,
    "bme280": _bme280,
    "bme680": _bme680,
    "bmp085": _bmp085,
    "dht22": _dht22,
    "ds18b": _ds18b,
    "ina219": _ina219,
    "lm75": _lm75,
    "mcp3008": _mcp3008,
    "mcp3xxx": _mcp3xxx,
    "mhz19": _mhz19,
    "pms5003": _pms5003,
    "sht4x": _sht4x,
    "veml7700": _veml7700,
}
NO_DRIVER = {
    "adxl345": "circuitpython:adafruit_adxl34x.ADXL345",
    "as3935": "",
    "counter": "",
    "ens160": "circuitpython:adafruit_ens160.ENS160",
    "mock": "",
    "tsl2561": "circuitpython:adafruit_tsl2561.TSL2561",
    "veml6075": "circuitpython:adafruit_veml6075.VEML6075",
}
