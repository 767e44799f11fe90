"""A station's sensors: what fails is told and tried again, and never stops the rest."""

from byteport_mocks.chips.bme280 import SimulatedBME280
from byteport_mocks.chips.bmp180 import SimulatedBMP180
from byteport_mocks.chips.ds18b20 import SimulatedDS18B20
from byteport_mocks.chips.mcp3008 import SimulatedMCP3008
from byteport_mocks.faults import NackAddress, nth
from station_rig import BME280, Rig, near

CELLAR = {
    "name": "cellar",
    "driver": "bme280",
    "bus": "i2c-0",
    "address": 119,
    "interval_ms": 10000,
    "deadline_ms": 5000,
    "fields": {"temperature": "cellar_temp"},
}


def told(rig, level):
    return [text for _, each, text in rig.messages if each == level]


def test_a_sensor_that_was_never_there_stops_no_other():
    for port in ("esp32", "rp2"):
        rig = Rig(port, sensors=[CELLAR, BME280])
        rig.run(minutes=30)
        assert near(rig.times("temperature"), range(0, 1800, 30), 0.2)
        (text,) = told(rig, "warn")
        assert text.startswith("cellar suspended: bme280 at 0x77 on i2c-0 does not answer (")
        assert text.endswith("): wiring, power or address?")
        assert rig.told("W cellar retrying: ")


def test_a_sensor_that_comes_back_is_told_and_measures_again():
    rig = Rig(sensors=[CELLAR, BME280])
    chip = rig.board.i2c(0).attach(SimulatedBME280(0x77))
    rig.at(lambda: rig.board.i2c(0).detach(chip), minutes=5)
    rig.at(lambda: rig.board.i2c(0).attach(chip), minutes=25)
    rig.run(minutes=50)
    (text,) = told(rig, "info")
    assert text.startswith("cellar ok again after ")
    seconds = int(text.split(" ")[4])
    assert 1200 <= seconds <= 1800
    times = rig.times("cellar_temp")
    assert near(times[:30], range(0, 300, 10), 0.2)
    assert near(times[-60:], [times[-60] + 10 * n for n in range(60)], 0.2)
    assert near(rig.times("temperature"), range(0, 3000, 30), 0.3)


def test_a_disturbance_is_tried_again_at_once():
    rig = Rig()
    rig.at(lambda: rig.board.i2c(0).inject(NackAddress(nth(1))), seconds=59)
    rig.run(minutes=3)
    assert near(rig.times("temperature"), range(0, 180, 30), 0.3)
    assert not rig.told("W ")


def test_another_chip_where_one_was_expected():
    rig = Rig(sensors=[CELLAR])
    rig.board.i2c(0).attach(SimulatedBMP180(0x77))
    rig.run(minutes=2)
    assert "found a BMP180 (0x55) at 0x77 where a BME280 was expected" in told(rig, "warn")[0]


def test_no_such_driver():
    rig = Rig(sensors=[dict(CELLAR, driver="nosuchchip"), BME280])
    rig.run(minutes=2)
    text = "cellar suspended: there is no driver nosuchchip here: flash this board again"
    assert told(rig, "warn") == [text]
    assert len(rig.stored) == 4


def test_a_wrong_option_is_told():
    rig = Rig(sensors=[dict(CELLAR, options={"oversampling": 3}), BME280])
    rig.run(minutes=2)
    assert told(rig, "warn")[0].startswith("cellar suspended: bme280 failed: ValueError(")
    assert len(rig.stored) == 4


def test_filters():
    fields = {
        "temperature": {"name": "porch_temp", "offset": 1.0, "max": 30.0},
        "humidity": {"name": "rh", "window": 60000, "window_report": ["min", "max", "mean"]},
        "pressure": {"name": "hpa", "deadband": 1.0, "heartbeat": 120000},
    }
    rig = Rig(sensors=[dict(BME280, interval_ms=10000, fields=fields)])
    rig.at(lambda: rig.chip.set(temperature=35.0, humidity=60.0), seconds=95)
    rig.at(lambda: rig.chip.set(temperature=21.5), seconds=125)
    rig.run(minutes=5)
    assert len(rig.values("porch_temp")) == 27
    assert set(rig.values("porch_temp")) == {"22.50"}
    assert told(rig, "warn") == ["porch: porch_temp: 36.0 is above 30.0"] or told(rig, "warn")[
        0
    ].startswith("porch: porch_temp: 36")
    assert [round(float(each)) for each in rig.values("rh_min")] == [45, 45, 60, 60]
    assert [round(float(each)) for each in rig.values("rh_max")] == [45, 60, 60, 60]
    assert near(rig.times("rh_mean"), (60, 120, 180, 240), 0.3)
    assert 2 <= len(rig.values("hpa")) <= 4


def test_telemetry():
    names = ["reset_cause", "free_heap", "rssi", "battery", "dropped", "backlog"]
    board = {
        "telemetry": names,
        "telemetry_interval_ms": 60000,
        "battery": {"pin": 35, "scale": 2.0},
    }
    for port, cause in (("esp32", "pwron"), ("rp2", "pwron")):
        rig = Rig(port, board=board)
        rig.board.adc_volts[35] = 1.95
        rig.run(minutes=5)
        assert rig.values("reset_cause") == [cause]
        assert len(rig.values("free_heap")) == 5
        assert set(rig.values("rssi")) == {"-61"}
        assert near([float(each) for each in rig.values("battery")], [3.9] * 5, 0.05)
        assert set(rig.values("dropped")) == {"0"}
        assert rig.values("backlog")[-1] == "1" or rig.values("backlog")[-1] == "0"


def test_what_telemetry_counts_as_dropped_is_told_in_no_message():
    board = {"telemetry": ["dropped"], "telemetry_interval_ms": 600000}
    rig = Rig(board=board, outbox={"max_bytes": 8192, "flush_records": 10, "flush_ms": 60000})
    rig.at(lambda: setattr(rig.service, "status", 503), minutes=1)
    rig.at(lambda: setattr(rig.service, "status", 200), hours=4)
    rig.run(hours=5)
    lost = sum([int(each) for each in rig.values("dropped")])
    assert lost > 100
    assert lost + len(rig.stored) == 630
    assert not [text for _, _, text in rig.messages if "lost" in text]


def test_events_between_two_readings():
    door = {"name": "door", "driver": "gpio", "pin": 27, "interval_ms": 60000, "deadline_ms": 5000}
    door["options"] = {"debounce_ms": 20}
    rig = Rig(sensors=[door])
    pin = rig.board.pin(27)
    pin.drive(0)
    rig.at(lambda: pin.drive(1), seconds=75)
    rig.at(lambda: pin.drive(0), seconds=76)
    rig.run(minutes=3)
    states = [(round(s), fields["state"]) for s, fields in rig.stored]
    assert (75, "1") in states, states
    assert (76, "0") in states, states
    assert len(states) == 5


def test_one_wire_adc_spi_and_a_pulled_pin():
    probe = {"name": "probe", "driver": "ds18x20", "pin": 4, "interval_ms": 10000}
    level = {"name": "level", "driver": "adc", "pin": 34, "interval_ms": 10000}
    eight = {"name": "eight", "driver": "mcp3008", "bus": "spi-1", "interval_ms": 10000}
    sensors = [dict(each, deadline_ms=5000) for each in (probe, level, eight)]
    buses = {"spi-1": {"sck": 18, "mosi": 23, "miso": 19, "cs": 5, "baudrate": 500000, "mode": 0}}
    rig = Rig(sensors=sensors, board={"buses": buses})
    rig.board.onewire(4).attach(SimulatedDS18B20())
    rig.board.adc_volts[34] = 1.0
    rig.board.attach_spi(1, 5, SimulatedMCP3008())
    rig.run(seconds=25)
    assert told(rig, "warn") == []
    for name in ("probe", "level", "eight"):
        assert len(rig.told("I " + name + " ")) >= 3, rig.lines


def test_a_reading_with_a_bad_number_is_none():
    rig = Rig()
    with rig.board:
        from byteport_drivers import bme280
    right = bme280.compensate
    rig.at(
        lambda: setattr(bme280, "compensate", lambda *_: (float("nan"), 45.0, 1000.0)), minutes=1
    )
    rig.at(lambda: setattr(bme280, "compensate", right), minutes=2)
    rig.run(minutes=4)
    assert 5 <= len(rig.stored) <= 7
    assert "nan" not in rig.values("temperature")
