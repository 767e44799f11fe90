"""The simulated board: its modules, resets, sleep, watchdog, time, Wi-Fi."""

import sys

from byteport_mocks.board import SimulatedBoard
from byteport_mocks.chips.ds18b20 import SimulatedDS18B20
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
from byteport_mocks.faults import FlipBit, NackAddress, nth
from byteport_mocks.pulses import SimulatedDHT11, SimulatedDHT22
from byteport_mocks.spi import SPIChip
from byteport_mocks.uart import UARTDevice
from portable import raises


def test_its_modules_are_there_while_it_is_entered():
    before = sys.modules.get("network"), sys.modules.get("time")
    board = SimulatedBoard("rp2")
    with board:
        import machine
        import network

        assert machine.reset_cause() == machine.PWRON_RESET
        assert not hasattr(machine, "DEEPSLEEP_RESET")
        assert network.STAT_GOT_IP == 3
        assert raises(ImportError, __import__, "esp32")
    assert (sys.modules.get("network"), sys.modules.get("time")) == before


def test_without_a_board_the_modules_say_so():
    with SimulatedBoard():
        import machine
    assert "with board" in str(raises(RuntimeError, machine.reset_cause))


def test_i2c():
    board = SimulatedBoard("esp32")
    chip = board.i2c(0).attach(SimulatedMCP9808())
    with board:
        import time

        import machine

        i2c = machine.I2C(0, scl=machine.Pin(22), sda=machine.Pin(21), freq=100000)
        chip.set(temperature=-1)
        time.sleep_ms(250)
        assert i2c.readfrom_mem(0x18, 5, 2) == b"\x3f\xf0"
        assert raises(OSError, i2c.readfrom, 0x42, 1).errno == 19
        assert machine.SoftI2C(scl=machine.Pin(22), sda=machine.Pin(21)) is i2c


def test_pins():
    board = SimulatedBoard()
    with board:
        from machine import Pin, Signal, time_pulse_us

        button = Pin(4, Pin.IN, Pin.PULL_UP)
        assert Pin(4) is button
        assert button.value() == 1
        pressed = []
        button.irq(pressed.append, Pin.IRQ_FALLING)
        board.pin(4).drive(0)
        assert pressed == [button]
        led = Signal(Pin(2, Pin.OUT), invert=True)
        led.on()
        assert board.pin(2).level == 0
        assert led.value() == 1
        led.off()
        assert board.pin(2).level == 1
        echo = Pin(5, Pin.IN)
        board.pin(5).play(((0, 500), (1, 580), (0, 0)))
        assert 575 <= time_pulse_us(echo, 1, 30000) <= 585
        assert time_pulse_us(echo, 1, 3000) == -2
        board.pin(5).drive(1)
        assert time_pulse_us(echo, 1, 3000) == -1


def test_adc():
    board = SimulatedBoard("esp32")
    board.adc_volts[34] = 1.65
    with board:
        from machine import ADC, Pin

        adc = ADC(Pin(34), atten=ADC.ATTN_11DB)
        assert adc.read_u16() == 32768
        assert adc.read() == 2048
        assert adc.read_uv() == 1650000
        adc.atten(ADC.ATTN_0DB)
        assert adc.read_u16() == 65535
        assert ADC(Pin(35)).read_u16() == 0
    pico = SimulatedBoard("rp2")
    pico.adc_volts[26] = 3.3
    pico.chip_celsius = 27
    with pico:
        from machine import ADC

        assert ADC(0).read_u16() == 65535
        assert abs(ADC(ADC.CORE_TEMP).read_u16() * 3.3 / 65535 - 0.706) < 0.0001


class Echo(SPIChip):
    def exchange(self, byte):
        return byte ^ 0xFF


def test_spi_chips_are_selected_by_their_pins():
    board = SimulatedBoard()
    spi_counter = board.attach_spi(1, cs=5, chip=Echo())
    with board:
        from machine import SPI, Pin

        spi, select = SPI(1, baudrate=1000000, sck=Pin(18)), Pin(5, Pin.OUT, value=1)
        assert spi.read(2) == b"\xff\xff"
        select(0)
        assert spi.read(2, 0x0F) == b"\xf0\xf0"
        spi.write(b"\x00")
        select(1)
        assert spi.read(1) == b"\xff"
    assert (spi_counter.transactions, spi_counter.wire_bytes) == (1, 3)


class Hello(UARTDevice):
    def on_byte(self, byte):
        self.emit(b"hello")


def test_uart():
    board = SimulatedBoard()
    board.attach_uart(2, Hello())
    with board:
        from machine import UART

        uart = UART(2, baudrate=9600, tx=17, rx=16, timeout=10)
        uart.write(b"?")
        board.clock.sleep_ms(10)
        assert uart.read() == b"hello"
        raises(OSError, UART, 1)


def test_deep_sleep_ends_the_program_and_starts_it_again():
    board = SimulatedBoard("esp32")
    seen = []

    def main():
        import machine

        rtc = machine.RTC()
        seen.append((machine.reset_cause(), rtc.memory(), board.clock.ticks_ms()))
        rtc.memory(b"boot" + bytes((48 + len(seen),)))
        if len(seen) < 3:
            machine.deepsleep(60000)

    with board:
        assert board.run(main, boots=5) == ["deepsleep", "deepsleep", "returned"]
    assert seen == [(1, b"", 0), (4, b"boot1", 60000), (4, b"boot2", 120000)]
    assert board.boots == 3


def test_a_sleep_without_end():
    board = SimulatedBoard()

    def main():
        import machine

        machine.deepsleep()

    with board:
        assert board.run(main, boots=5) == ["deepsleep"]


def test_no_except_exception_survives_a_reset():
    board = SimulatedBoard()

    def main():
        import machine

        while True:
            try:
                machine.reset()
            except Exception:
                pass

    with board:
        assert board.run(main, boots=2) == ["reset", "reset"]
        assert board.cause == 2


def test_the_watchdog_bites_and_a_fed_one_does_not():
    board = SimulatedBoard("esp32")
    fed = []

    def main():
        import time

        import machine

        dog = machine.WDT(timeout=5000)
        for _ in range(3):
            time.sleep_ms(4000)
            dog.feed()
            fed.append(board.clock.ticks_ms())
        try:
            time.sleep_ms(6000)
        except Exception:
            fed.append("survived")

    with board:
        assert board.run(main) == ["wdt"]
        assert fed == [4000, 8000, 12000]
        assert board.clock.ticks_ms() == 17000
        board.clock.sleep_ms(60000)  # and it is gone after the reset
        import machine

        assert machine.reset_cause() == machine.WDT_RESET


def test_a_bite_in_the_middle_of_a_transaction():
    board = SimulatedBoard("esp32")
    board.i2c(0).attach(SimulatedMCP9808())

    def main():
        import machine

        i2c = machine.I2C(0, freq=100)
        machine.WDT(timeout=200)
        i2c.readfrom_mem(0x18, 6, 2)

    with board:
        assert board.run(main) == ["wdt"]
        assert board.i2c(0).readfrom_mem(0x18, 6, 2) == b"\x00\x54"


def test_a_picos_watchdog_is_short_and_its_sleep_a_reset():
    board = SimulatedBoard("rp2")
    with board:
        import machine

        raises(ValueError, machine.WDT, timeout=8389)
        assert not hasattr(machine.RTC(), "memory")
        assert board.run(lambda: machine.deepsleep(1000)) == ["deepsleep"]
        assert machine.reset_cause() == machine.WDT_RESET
    assert board.clock.ticks_ms() == 1000


def test_timers():
    board = SimulatedBoard()
    times = []
    with board:
        from machine import Timer

        timer = Timer(0)
        timer.init(mode=Timer.PERIODIC, period=100, callback=lambda _: times.append("periodic"))
        Timer(1, mode=Timer.ONE_SHOT, period=150, callback=lambda _: times.append("once"))
        board.clock.sleep_ms(310)
        timer.deinit()
        board.clock.sleep_ms(1000)
    assert times == ["periodic", "once", "periodic", "periodic"]


def test_time_is_unknown_until_ntp_answers():
    for port, at_start in (("esp32", 2000), ("rp2", 2021)):
        board = SimulatedBoard(port, utc_s=1767225600)
        board.wifi.add_network("home", "secret")
        board.ntp_failures = 1
        with board:
            import time

            import machine
            import network
            import ntptime

            assert time.gmtime()[0] == at_start
            assert raises(OSError, ntptime.settime).errno != 0
            wlan = network.WLAN(network.STA_IF)
            wlan.active(True)
            wlan.connect("home", "secret")
            time.sleep(3)
            raises(OSError, ntptime.settime)
            ntptime.settime()
            assert time.gmtime()[:3] == (2026, 1, 1)
            assert time.time() == 1767225604 - time.epoch_s
            assert machine.RTC().datetime()[:7] == (2026, 1, 1, 3, 0, 0, 4)
            machine.RTC().datetime((2027, 2, 3, 0, 4, 5, 6, 0))
            assert time.localtime()[:6] == (2027, 2, 3, 4, 5, 6)
            assert time.mktime((2027, 2, 3, 4, 5, 6, 0, 0)) == time.time()


def test_the_rtc_goes_on_through_an_esp32s_sleep():
    board = SimulatedBoard("esp32")
    board.set_rtc_us(board.utc_us())
    with board:
        import machine

        board.run(lambda: machine.deepsleep(1000))
        assert board.rtc_us() == board.utc_us()
        board.power_cycle()
        assert board.rtc_us() != board.utc_us()


def test_ticks_wrap_as_on_a_board():
    board = SimulatedBoard()
    board.clock.sleep_ms((1 << 30) - 5)
    with board:
        import time

        start = time.ticks_ms()
        time.sleep_ms(10)
        assert time.ticks_ms() == 5
        assert time.ticks_diff(time.ticks_ms(), start) == 10
        assert time.ticks_add(start, 10) == 5


def test_names_can_be_imported_from_time():
    board = SimulatedBoard()
    with board:
        from time import sleep_ms, ticks_add, ticks_diff, ticks_ms

        start = ticks_ms()
        sleep_ms(10)
        assert ticks_diff(ticks_ms(), ticks_add(start, 3)) == 7


def test_dht():
    board = SimulatedBoard()
    board.attach_dht(4, SimulatedDHT22()).set(temperature=-10.1, humidity=65.2)
    eleven = board.attach_dht(5, SimulatedDHT11())
    eleven.inject(FlipBit(byte=0, bit=0, when=nth(1)))
    eleven.inject(NackAddress(when=nth(2)))
    with board:
        import dht
        from machine import Pin

        sensor = dht.DHT22(Pin(4))
        sensor.measure()
        assert abs(sensor.temperature() + 10.1) < 0.01
        assert abs(sensor.humidity() - 65.2) < 0.01
        sensor = dht.DHT11(Pin(5))
        assert str(raises(Exception, sensor.measure)) == "checksum error"
        raises(OSError, sensor.measure)
        sensor.measure()
        assert (sensor.temperature(), sensor.humidity()) == (21, 45)
        raises(OSError, dht.DHT11(Pin(6)).measure)


def test_ds18x20():
    board = SimulatedBoard()
    probe = board.onewire(4).attach(SimulatedDS18B20())
    probe.set(temperature=-10.125)
    with board:
        import ds18x20
        import onewire
        from machine import Pin

        sensors = ds18x20.DS18X20(onewire.OneWire(Pin(4)))
        roms = sensors.scan()
        assert roms == [probe.rom]
        assert sensors.read_temp(roms[0]) == 85
        sensors.convert_temp()
        board.clock.sleep_ms(750)
        assert sensors.read_temp(roms[0]) == -10.125
        sensors.write_scratch(roms[0], b"\x00\x00\x1f")
        assert sensors.read_scratch(roms[0])[4] == 0x1F
        board.onewire(4).inject(FlipBit(byte=0, bit=0))
        assert str(raises(Exception, sensors.read_temp, roms[0])) == "CRC error"
        board.onewire(4).detach(probe)
        raises(onewire.OneWireError, sensors.convert_temp)


def test_esp32():
    board = SimulatedBoard("esp32")
    board.chip_celsius = 50
    with board:
        import esp32

        assert esp32.raw_temperature() == 122
        assert not hasattr(esp32, "mcu_temperature")
        store = esp32.NVS("byteport")
        store.set_i32("boots", 7)
        store.set_blob("key", b"abc")
        assert raises(OSError, esp32.NVS("byteport").get_i32, "boots").errno == -4354
        store.commit()
        board.power_cycle()
        store = esp32.NVS("byteport")
        buffer = bytearray(5)
        assert store.get_i32("boots") == 7
        assert store.get_blob("key", buffer) == 3
        assert buffer == b"abc\x00\x00"
        store.erase_key("key")
        raises(OSError, store.get_blob, "key", buffer)


def test_neopixel():
    board = SimulatedBoard()
    with board:
        from machine import Pin
        from neopixel import NeoPixel

        pixels = NeoPixel(Pin(8), 2)
        pixels.fill((1, 2, 3))
        pixels[1] = (9, 9, 9)
        assert 8 not in board.pixels
        pixels.write()
        assert board.pixels[8] == [(1, 2, 3), (9, 9, 9)]
        assert (len(pixels), pixels[0]) == (2, (1, 2, 3))


def test_the_rest_of_machine():
    board = SimulatedBoard("rp2")
    with board:
        import gc

        import machine

        assert len(machine.unique_id()) == 8
        assert machine.freq() == 125000000
        machine.freq(48000000)
        state = machine.disable_irq()
        machine.enable_irq(state)
        machine.lightsleep(500)
        machine.idle()
        assert board.clock.ticks_ms() == 501
        assert gc.mem_free() > 0


def test_dates():
    from byteport_mocks.board.dates import join, split

    assert split(0) == (1970, 1, 1, 0, 0, 0, 3, 1)
    assert split(951782400) == (2000, 2, 29, 0, 0, 0, 1, 60)
    assert split(4102444799) == (2099, 12, 31, 23, 59, 59, 3, 365)
    for seconds in range(0, 4102444800, 86400 * 97 + 12345):
        year, month, day, hour, minute, second = split(seconds)[:6]
        assert join(year, month, day, hour, minute, second) == seconds
