"""The board's own channels: what an ESP32 and a Pico W have, with and without Wi-Fi."""

import gc

from byteport.errors import BadReading, NotReady
from byteport_drivers.board.esp32 import ESP32
from byteport_mocks.board import SimulatedBoard
from chip_checks import names, take
from portable import raises
from read_memory import MICROPYTHON


def value_of(driver, reading, name):
    return reading[names(driver).index(name)]


def board_on(port="esp32"):
    board = SimulatedBoard(port)
    board.wifi.add_network("home", "secret", rssi=-61)
    return board


def join(board):
    import network

    wlan = network.WLAN(network.STA_IF)
    wlan.active(True)
    wlan.connect("home", "secret")
    board.clock.sleep_ms(5000)
    assert wlan.isconnected()
    return wlan


def test_chip_temperature_by_each_ports_formula():
    for port, tolerance in (("esp32", 0.3), ("rp2", 0.02)):
        board = board_on(port)
        with board:
            driver = ESP32()
            for celsius in (-40, -10.5, 0, 27, 85, 124.5):
                board.chip_celsius = celsius
                reading = take(driver, board.clock)
                assert abs(value_of(driver, reading, "mcu_temperature") - celsius) <= tolerance


def test_a_temperature_that_cannot_be():
    board = board_on()
    with board:
        driver = ESP32()
        board.chip_celsius = 200
        assert "ESP32" in str(raises(BadReading, take, driver, board.clock))


def test_free_memory():
    board = board_on()
    with board:
        driver = ESP32()
        free = value_of(driver, take(driver, board.clock), "free_heap")
        if not MICROPYTHON:
            assert free == board.free_heap
            return
        rubbish = [bytearray(10000)]
        kept = value_of(driver, take(driver, board.clock), "free_heap")
        assert free - kept > 9000
        rubbish.pop()
        assert value_of(driver, take(driver, board.clock), "free_heap") > kept + 9000
        gc.collect()


def cause_of(board):
    driver = ESP32()
    return value_of(driver, take(driver, board.clock), "reset_cause")


def test_reset_causes_of_an_esp32():
    board = board_on()
    causes = []

    def main():
        import machine

        causes.append(cause_of(board))
        if len(causes) == 1:
            machine.deepsleep(1000)
        if len(causes) == 2:
            machine.reset()
        if len(causes) == 3:
            machine.soft_reset()
        if len(causes) == 4:
            machine.WDT(timeout=1000)
            board.clock.sleep_ms(2000)

    with board:
        board.run(main, boots=5)
    assert causes == ["power_on", "deep_sleep", "hard_reset", "soft_reset", "watchdog"]


def test_reset_causes_of_a_pico():
    board = board_on("rp2")
    causes = []

    def main():
        import machine

        causes.append(cause_of(board))
        machine.WDT(timeout=1000)
        board.clock.sleep_ms(2000)

    with board:
        board.run(main, boots=2)
    assert causes == ["power_on", "watchdog"]


def test_a_cause_without_a_name():
    board = board_on()
    board.cause = 42
    with board:
        assert cause_of(board) == "42"


def test_signal_is_a_channel_while_there_is_a_link():
    for port in ("esp32", "rp2"):
        board = board_on(port)
        with board:
            driver = ESP32()
            assert "rssi" in names(ESP32)
            assert "rssi" not in names(driver)
            assert len(take(driver, board.clock)) == len(driver.CHANNELS) == 3
            wlan = join(board)
            reading = take(driver, board.clock)
            assert len(reading) == len(driver.CHANNELS) == 4
            assert value_of(driver, reading, "rssi") == -61
            driver.start()
            wlan.disconnect()
            assert "ESP32" in str(raises(NotReady, driver.read))
            assert len(take(driver, board.clock)) == len(driver.CHANNELS) == 3


def test_reading_allocates_little():
    if not MICROPYTHON:
        return
    board = board_on()
    with board:
        driver = ESP32()
        driver._temperature = lambda: 40
        driver.start()
        driver.read()
        gc.collect()
        before = gc.mem_free()
        reading = driver.read()  # collects first, so what is left is the reading and its garbage
        used = before - gc.mem_free()
        assert len(reading) == 3
        assert used <= 200, used
