"""A login console on the serial port that a sensor is at: both would read the sensor's bytes."""

from collections.abc import Iterator
from os.path import realpath

from byteport_agent.doctor.boot_settings import boot_file
from byteport_agent.doctor.bus_kinds import SERIAL
from byteport_agent.doctor.finding import Finding, listed, problem
from byteport_agent.doctor.machine import Machine
from byteport_agent.doctor.needs import Needs
from byteport_agent.doctor.switching_on import raspi_config


def check_console(machine: Machine, needs: Needs) -> Iterator[Finding]:
    """Yield each port that a sensor needs and the kernel's command line gives a console."""
    words = machine.text("/proc/cmdline").split()
    consoles = [word[8:].partition(",")[0] for word in words if word.startswith("console=")]
    for path, sensors in needs.of(SERIAL.bus).items():
        if realpath(machine.root + path).rpartition("/")[2] in consoles:
            by_hand = f"sudo nano {boot_file(machine).replace('config', 'cmdline')}"
            yield problem(
                SERIAL.subject,
                f"{path}, which {listed(sensors)} needs, has a login console on it",
                "give the port to the sensor, and restart the machine",
                raspi_config(machine, "do_serial_cons 1", by_hand),
            )
