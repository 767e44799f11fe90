"""mqtt-io from PyPI on the same work, in an environment of its own: so many counters at 1 Hz.

Its sensor modules are found in its own package alone, so the counter is put there. It logs every
reading unless it is told not to; it is told.
"""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from processes import running

HOME = Path(__file__).parents[2] / ".tools" / "mqtt-io"
PYTHON = HOME / "bin" / "python"
_COUNTER = '''
"""Counts."""
from . import GenericSensor

REQUIREMENTS = ()
CONFIG_SCHEMA = {}


class Sensor(GenericSensor):
    def setup_module(self):
        self.count = 0

    def get_value(self, sens_conf):
        self.count += 1
        return self.count
'''


def install() -> None:
    """Install it where it is not yet."""
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
        subprocess.run([PYTHON, "-m", "pip", "-q", "-q", "install", "mqtt-io"], check=True)
    (package,) = HOME.glob("lib/python3*/site-packages/mqtt_io/modules/sensor")
    (package / "counter.py").write_text(_COUNTER)


def configuration(count: int, port: int) -> str:
    modules = "".join(f"  - name: m{n}\n    module: counter\n" for n in range(count))
    inputs = "".join(f"  - name: s{n}\n    module: m{n}\n    interval: 1\n" for n in range(count))
    return (
        f"mqtt:\n  host: 127.0.0.1\n  port: {port}\n  topic_prefix: bench\n"
        "logging:\n  version: 1\n  loggers:\n    mqtt_io:\n      level: WARNING\n"
        f"sensor_modules:\n{modules}sensor_inputs:\n{inputs}"
    )


@contextmanager
def mosquitto(folder: Path) -> Iterator[int]:
    """Run a broker on loopback; give its port."""
    program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "mosquitto.conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    with running([program, "-c", str(folder / "mosquitto.conf")]):
        ends = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if time.monotonic() > ends:
                    raise
                time.sleep(0.01)
        yield port
