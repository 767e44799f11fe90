"""A board on a PC: `machine`, `network` and the like on the simulated buses and virtual clock.

    board = SimulatedBoard("esp32")
    board.i2c(0).attach(SimulatedMCP9808())
    board.wifi.add_network("home", "secret")
    with board:                          # import machine, network, … find the simulated ones
        import main                      # the program, as it runs on the board
        endings = board.run(main.main, boots=3)

    endings          # ["deepsleep", "wdt", "returned"]

Modules that stand in: machine, network, ntptime, esp32, dht, onewire, ds18x20, neopixel, socket
and time.
On MicroPython the same works, so a program for a board runs on a PC's MicroPython too.
"""

from byteport_mocks.board.simulated_board import SimulatedBoard

__all__ = ["SimulatedBoard"]
