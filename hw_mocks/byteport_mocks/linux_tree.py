"""The files in which Linux shows its sensors, in a directory: 1-Wire, IIO and hwmon.

    tree = W1Tree(tmp_path)
    probe = tree.add(temperature=21.5)
    probe.set_temperature(-10.125)
    probe.fail_reading("crc")       # "empty", "power_on", "no_file", "io_error"; probe.mend()

Each tree has ``root``, below which paths are as on the real system (sys/bus/w1/devices, …), so a
driver that takes the root of its file system runs on it. Formats are those of the kernel's
w1_therm, ABI/testing/sysfs-bus-iio and hwmon/sysfs-interface. Files are plain: what the kernel
does while a file is read or written (750 ms of conversion, say) a test does by method.
"""

import shutil
from pathlib import Path

from byteport_mocks.chips.ds18b20 import SimulatedDS18B20

_READS_AS_EIO = "/proc/self/mem"  # its first byte is never mapped


class Folder:
    """One device's directory of attributes, whose files can be made to fail."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._attributes: "dict[str, str]" = {}
        path.mkdir(parents=True)

    def set(self, **attributes: object) -> None:
        """Write attribute files; the sysfs newline is added."""
        for name, value in attributes.items():
            self._attributes[name] = f"{value}\n"
            self._write(name, self._attributes[name])

    def fail(self, name: str, how: str = "io_error") -> None:
        """Let an attribute be "empty", "no_file", an "io_error" when read, or any other text."""
        self._remove(name)
        if how == "io_error":
            (self.path / name).symlink_to(_READS_AS_EIO)
        elif how != "no_file":
            self._write(name, "" if how == "empty" else how)

    def mend(self) -> None:
        """Let all attributes be as they were set."""
        self.path.mkdir(exist_ok=True)
        for name, text in self._attributes.items():
            self._write(name, text)

    def unplug(self) -> None:
        """Remove the device; `mend` brings it back."""
        shutil.rmtree(self.path)

    def _remove(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)

    def _write(self, name: str, text: str) -> None:
        self._remove(name)
        (self.path / name).write_text(text)


class W1Probe(Folder):
    """One DS18B20 under sys/bus/w1/devices: w1_slave, temperature, resolution, conv_time."""

    def __init__(self, path: Path, chip: SimulatedDS18B20) -> None:
        super().__init__(path)
        self._chip = chip
        self.address = path.name

    def set_temperature(self, temperature: float) -> None:
        """Set the temperature, as if a conversion had just ended."""
        self._chip.set(temperature=temperature)
        self._chip.measured()
        self._show()

    def fail_reading(self, how: str) -> None:
        """Let readings fail.

        "crc" is a frame with a wrong checksum, "empty" what the kernel gives for a failed
        conversion, "power_on" 85.000 from a probe that lost its power, "io_error" and "no_file"
        what they say.
        """
        if how == "power_on":
            self._chip.power_on()
            self._show()
        elif how == "crc":
            self._write("w1_slave", self._frame_text(valid=False))
            self.fail("temperature", "io_error")
        else:
            self.fail("w1_slave", how)
            self.fail("temperature", how)

    def _show(self) -> None:
        self.set(
            w1_slave=self._frame_text(valid=True)[:-1],
            temperature=self._millidegrees(),
            resolution=12,
            conv_time=750,
            ext_power=1,
        )

    def _millidegrees(self) -> int:
        raw = int.from_bytes(self._chip.scratchpad()[:2], "little", signed=True)
        return raw * 1000 // 16 if raw >= 0 else -(-raw * 1000 // 16)

    def _frame_text(self, valid: bool) -> str:
        frame = bytearray(self._chip.scratchpad())
        checksum = frame[8]
        if not valid:
            frame[0] ^= 1
        text = " ".join(f"{byte:02x}" for byte in frame)
        verdict = "YES" if valid else "NO"
        return f"{text} : crc={checksum:02x} {verdict}\n{text} t={self._millidegrees()}\n"


class W1Tree:
    """sys/bus/w1/devices with probes, and w1_bus_master1 for conversions of all at once."""

    def __init__(self, root: "Path | str") -> None:
        self.root = Path(root)
        self.devices = self.root / "sys/bus/w1/devices"
        self.master = Folder(self.devices / "w1_bus_master1")
        self.probes: "list[W1Probe]" = []
        self.master.set(therm_bulk_read=0, w1_master_slave_count=0, w1_master_slaves="not found.")

    def add(self, temperature: float = 21.5, serial: "int | None" = None) -> W1Probe:
        """Connect a DS18B20 and return it."""
        serial = len(self.probes) + 1 if serial is None else serial
        probe = W1Probe(self.devices / f"28-{serial:012x}", SimulatedDS18B20(serial))
        probe.set_temperature(temperature)
        self.probes.append(probe)
        names = "\n".join(each.address for each in self.probes)
        self.master.set(w1_master_slave_count=len(self.probes), w1_master_slaves=names)
        return probe

    def bulk_asked(self) -> bool:
        """Tell whether a driver has written "trigger" to therm_bulk_read."""
        return (self.master.path / "therm_bulk_read").read_text().strip() == "trigger"

    def bulk_state(self, state: int) -> None:
        """Show what the kernel shows: -1 converting, 1 done and not yet read, 0 nothing."""
        self.master.set(therm_bulk_read=state)


class KernelDevices:
    """A folder for each device, numbered in the order in which they are added."""

    PLACE = ""
    PREFIX = ""

    def __init__(self, root: "Path | str") -> None:
        self.root = Path(root)
        self.devices = self.root / self.PLACE
        self.devices.mkdir(parents=True, exist_ok=True)
        self._count = 0

    def add(self, name: str, **attributes: object) -> Folder:
        """Add a device by its name, with the files that show its values."""
        folder = Folder(self.devices / f"{self.PREFIX}{self._count}")
        self._count += 1
        folder.set(name=name, **attributes)
        return folder


class IIOTree(KernelDevices):
    """Sensors that the kernel drives, with attributes such as in_temp_input=21500."""

    PLACE = "sys/bus/iio/devices"
    PREFIX = "iio:device"


class HwmonTree(KernelDevices):
    """Chips with attributes such as temp1_input=48200, temp1_label="CPU", in0_input=3300."""

    PLACE = "sys/class/hwmon"
    PREFIX = "hwmon"
