"""How a bus that is not there comes to be there: a module, the firmware's settings, a restart."""

from byteport_agent.doctor.boot_settings import boot_file, has_setting, is_on
from byteport_agent.doctor.bus_kinds import I2C, SERIAL, Kind
from byteport_agent.doctor.machine import Machine

Remedy = tuple[str, str]  # in words, and what to type


def how_to_get(machine: Machine, kind: Kind, path: str) -> Remedy:
    """Return what makes a device file of a kind appear."""
    if path.startswith(("/dev/ttyUSB", "/dev/ttyACM")):
        return "plug the adapter in; this shows the port that it gets", "ls -l /dev/serial/by-id"
    if kind.module and machine.found(kind.hardware):
        load = f"sudo modprobe {kind.module}"
        always = f"echo {kind.module} | sudo tee /etc/modules-load.d/{kind.module}.conf"
        return f"load the module {kind.module}, now and at each start", f"{load}; {always}"
    if machine.is_pi and kind.raspi_config:
        setting = "dtparam=uart0=on" if kind is SERIAL and machine.is_pi_5 else kind.setting
        function = f"{kind.raspi_config} 0"
        return switch_on(machine, _is_switched_on(machine, kind), function, setting)
    right = f": is {path} right?" if path else ""
    return f"this machine has no such bus, or its driver is not loaded{right}", ""


def switch_on(machine: Machine, switched: bool, function: str, setting: str) -> Remedy:
    """Return what switches on by a function of raspi-config, or by a line in config.txt."""
    if switched:
        file = boot_file(machine)
        return f"restart the machine, so that what {file} switches on is there", "sudo reboot"
    by_hand = f"echo {setting} | sudo tee -a {boot_file(machine)}"
    return "switch it on and restart the machine", raspi_config(machine, function, by_hand)


def raspi_config(machine: Machine, function: str, by_hand: str) -> str:
    """Return the command line that configures a Raspberry Pi, then restarts it."""
    has_it = machine.exists("/usr/bin/raspi-config")
    return f"{f'sudo raspi-config nonint {function}' if has_it else by_hand}; sudo reboot"


def _is_switched_on(machine: Machine, kind: Kind) -> bool:
    if kind is SERIAL:
        return is_on(machine, "uart0") or has_setting(machine, "enable_uart", "1")
    return is_on(machine, "i2c(_arm|1)?" if kind is I2C else "spi")
