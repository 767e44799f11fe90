"""What it means that a station's sensor gave no sample: words, another attempt, another state.

A module of its own, because a board needs it only when something went wrong.
"""

from byteport.compat import const, ticks_add, ticks_diff, ticks_ms
from byteport.errors import BadReading, DriverError, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.station_sensors import Sensor

_QUICK_RETRIES_MS = (20, 200)  # a disturbance is over by then, a broken wire is not
_PATIENT_FAILURES = const(5)
_PATIENT_MS = const(10000)
_MOST_WAIT_MS = const(600000)
_MOST_DOUBLINGS = const(10)
_LONGEST_MS = const(400000000)  # which ticks can tell, even after a day's sleep
_KEPT_FAILURES = const(3)  # in a row; a sensor that answers, if wrongly, is not begun anew at once


def failed(sensor: "Sensor", error: Exception) -> None:
    """Try again at once where that may help; else end the measurement and note the failure."""
    now = ticks_ms()
    disturbed = isinstance(error, (OSError, BadReading)) and sensor.state == "ok"
    if disturbed and sensor.tries < len(_QUICK_RETRIES_MS):
        sensor.at = ticks_add(now, _QUICK_RETRIES_MS[sensor.tries])
        sensor.tries += 1
        return
    sensor.busy = False
    if not sensor.row:
        sensor.failing_since = now
    elif ticks_diff(now, sensor.failing_since) > _LONGEST_MS:
        sensor.failing_since = ticks_add(now, -_LONGEST_MS)
    sensor.row += 1
    text = words(sensor, error)
    if not isinstance(error, (BadReading, NotReady)) or sensor.row % _KEPT_FAILURES == 0:
        sensor.driver = None  # a new one proves the chip and loads its calibration again
    state = _state_of(sensor, error, now)
    if state == "suspended":
        sensor.doublings = min(sensor.doublings + 1, _MOST_DOUBLINGS)
        wait = max(sensor.interval_ms, 1000) << sensor.doublings
        sensor.retry_at = ticks_add(now, min(wait, _MOST_WAIT_MS))
    if state != sensor.state:
        sensor.lasting = sensor.lasting or state != "retrying"
        sensor.change("warn", state, state + ": " + text)
    sensor.miss(now)


def recovered(sensor: "Sensor") -> None:
    """Note that there is a sample again."""
    after_s = ticks_diff(ticks_ms(), sensor.failing_since) // 1000
    sensor.row = sensor.doublings = 0
    if sensor.state != "ok":
        sensor.change("info", "ok", f"ok again after {after_s} s")
    sensor.lasting = False


def words(sensor: "Sensor", error: Exception) -> str:
    """Return what an error means for whoever has to mend it."""
    get = sensor.settings.get
    driver = get("driver")
    if isinstance(error, OSError):
        address = get("address")
        where = f" at 0x{address:02x}" if address else ""
        on = f" on {get('bus')}" if get("bus") else ""
        return f"{driver}{where}{on} does not answer ({error}): wiring, power or address?"
    if isinstance(error, DriverError):
        return str(error)
    return f"{driver} failed: {error!r}"


def _state_of(sensor: "Sensor", error: Exception, now: int) -> str:
    few = sensor.row < _PATIENT_FAILURES
    if few or ticks_diff(now, sensor.failing_since) < _PATIENT_MS:
        return "retrying"
    return "stale" if isinstance(error, NotReady) else "suspended"
