"""Whether each sensor gives a reading now: this alone touches hardware, and only when asked to.

Sensors of one bus take turns, as in the agent; a bus that hangs keeps no other waiting.
"""

import shlex
from collections.abc import Iterator, Sequence
from functools import partial
from time import monotonic, sleep
from typing import Any

from byteport.errors import DriverError
from byteport_agent.buses.shared import root_of
from byteport_agent.command_errors import CommandError
from byteport_agent.config import Sensor
from byteport_agent.config.settings import toml
from byteport_agent.doctor.finding import Finding, ok, problem
from byteport_agent.doctor.tasks import Task
from byteport_agent.driver_lookup.maker import make_driver
from byteport_agent.record import channel_texts
from byteport_agent.sampling.measuring import measure

_SUBJECT = "sensors"
_MOST_S = 20  # for a sensor
_ALL_S = 60


class SensorChecks:
    """One reading of every sensor, all buses at once, from now on; `findings` waits for them."""

    def __init__(self, sensors: Sequence[Sensor]) -> None:
        self._sensors = sensors
        self._found: dict[str, Finding] = {}
        self._deadline_s = monotonic() + _ALL_S
        lanes: dict[str, list[Sensor]] = {}
        for sensor in sensors:
            lanes.setdefault(root_of(sensor.bus) or sensor.name, []).append(sensor)
        self._tasks = [Task(partial(self._read, lane)) for lane in lanes.values()]

    def findings(self) -> Iterator[Finding]:
        """Yield what was found, in the order of the configuration."""
        for task in self._tasks:
            try:
                task.result(self._deadline_s)
            except TimeoutError:
                continue
        for sensor in self._sensors:
            yield self._found.get(sensor.name) or problem(
                _SUBJECT,
                f"{sensor.name} gave no reading in {_ALL_S} s: it, or one on its bus, hangs",
                "cut the power of the sensors on this bus and give it back, then try one alone",
                once_command(sensor),
            )

    def _read(self, lane: Sequence[Sensor]) -> None:
        for sensor in lane:
            self._found[sensor.name] = check_sensor(sensor)


def check_sensor(sensor: Sensor) -> Finding:
    """Return a sensor's reading, or why there is none."""
    try:
        made = make_driver(sensor.found, sensor.bus or None, sensor.address, sensor.options)
        try:
            return _reading(sensor, made.driver)
        except OSError as error:
            return _failed(sensor, made.error_text(error))
        finally:
            made.close()
    except (DriverError, CommandError, OSError) as error:
        return _failed(sensor, str(error))
    except Exception as error:  # a third party's driver may raise anything
        return _failed(sensor, f"{type(error).__name__}: {error}")


def _reading(sensor: Sensor, driver: Any) -> Finding:
    values = measure(driver, _wait)
    assert values is not None
    texts = channel_texts(driver.CHANNELS, values)
    units = {name: unit for name, unit, _ in driver.CHANNELS}
    shown = ", ".join(f"{name} {text} {units[name]}".rstrip(" /") for name, text in texts)
    return ok(_SUBJECT, f"{sensor.name} ({sensor.driver}): {shown}")


def _failed(sensor: Sensor, text: str) -> Finding:
    advice = "mend what it says; then this takes one reading"
    return problem(_SUBJECT, f"{sensor.name}: {text}", advice, once_command(sensor))


def once_command(sensor: Sensor) -> str:
    """Return the command that takes one reading; none for a program, whose line may be secret."""
    if sensor.found.bus == "program":
        return ""
    words = ["byteport-agent", "once", sensor.driver]
    if sensor.bus:
        words += ["--bus", sensor.bus]
    if sensor.address is not None:
        address = sensor.address
        words += ["--address", f"0x{address:02x}" if isinstance(address, int) else address]
    for name, value in sensor.options.items():
        if isinstance(value, (str, int, float)):
            words += ["--option", f"{name}={toml(value)}"]
    return shlex.join(words)


def _wait(ms: int) -> bool:
    sleep(ms / 1000)
    return False
