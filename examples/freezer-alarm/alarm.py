"""Alarm for a freezer: a buzzer, and a message in the device's log panel in Byteport.

    python alarm.py         # beside `byteport-agent run`, in the folder of agent.toml

It sounds when the freezer has been too warm for ten minutes, and just as well when nobody knows
how cold it is: the probe fails, its last reading is old, or no agent runs. Byteport is told once
when it begins and once when it is over; the buzzer needs no network.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from time import monotonic, sleep

from gpiozero import Buzzer

from byteport import Client
from byteport.errors import ByteportError

WARMEST_CEL = -12.0
GRACE_S = 600  # a door that was open is no alarm
OLDEST_S = 300
LOOK_EVERY_S = 30
BUZZER_PIN = 27
SENSOR, FIELD = "freezer", "freezer_temp"
CONFIGURATION = Path(__file__).with_name("agent.toml")


def agent_status():
    """Return what the agent knows, None where no agent answers."""
    command = "-m", "byteport_agent", "status", "--json", "-c", str(CONFIGURATION)
    try:
        answer = subprocess.run([sys.executable, *command], capture_output=True, timeout=60)
        return json.loads(answer.stdout)
    except (subprocess.TimeoutExpired, ValueError):  # it hangs, or says nothing
        return None


def trouble(status):
    """Return what is wrong, "" where the freezer is known to be cold."""
    if status is None:
        return "nobody watches the freezer: no agent runs"
    sensor = next((each for each in status["sensors"] if each["name"] == SENSOR), None)
    if sensor is None:
        return f"nobody watches the freezer: the agent has no sensor {SENSOR}"
    if sensor["last_ms"] is None:
        return f"the freezer's probe has not been read yet: {sensor['reason']}"
    age_s = (status["now_ms"] - sensor["last_ms"]) // 1000
    if age_s > OLDEST_S:
        return f"the freezer's probe was last read {age_s // 60} minutes ago: {sensor['reason']}"
    cel = float(sensor["values"][FIELD])
    return f"the freezer has {cel:g} degrees" if cel > WARMEST_CEL else ""


class Alarm:
    """Sounds while there has been trouble for longer than GRACE_S; ``tell`` gets level and text."""

    def __init__(self, buzzer, tell):
        self._buzzer = buzzer
        self._tell = tell
        self._since = None
        self._sounds = False

    def look(self, trouble, now_s):
        """Take what is wrong now, "" for nothing."""
        if not trouble:
            self._since = None
        elif self._since is None:
            self._since = now_s
        due = self._since is not None and now_s - self._since >= GRACE_S
        if due != self._sounds:
            self._sounds = due
            (self._buzzer.on if due else self._buzzer.off)()
            self._tell("error" if due else "info", trouble or "the freezer is cold again")


def byteport_log():
    """Return a function that sends a message to Byteport, as the device of agent.toml."""
    device = tomllib.loads(CONFIGURATION.read_text())["device"]
    key = CONFIGURATION.with_name(device["key_file"]).read_text().strip()
    client = Client(device["namespace"], key, device["uid"])

    def tell(level, text):
        print(text, flush=True)
        try:
            client.log(text, level)
        except ByteportError as error:
            print(error, flush=True)  # it sounds all the same

    return tell


def main():
    alarm = Alarm(Buzzer(BUZZER_PIN), byteport_log())
    while True:
        alarm.look(trouble(agent_status()), monotonic())
        sleep(LOOK_EVERY_S)


if __name__ == "__main__":
    main()
