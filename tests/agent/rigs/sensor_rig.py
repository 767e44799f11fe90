"""The command on simulated sensors: a program for a subprocess, with chips at the real smbus2."""

import subprocess
import sys

from agent_rig import command_env

_PROGRAM = """
import sys
from byteport_agent.cli import main
from byteport_mocks.fronts.i2c_dev import simulated_i2c_dev
from byteport_mocks.i2c import SimulatedI2C
{imports}
bus = SimulatedI2C()
{chips}
with simulated_i2c_dev({{1: bus}}):
    code = main(sys.argv[1:])
{after}
sys.exit(code)
"""


def run_on_chips(
    chips: "list[tuple[str, int]]",
    *words: str,
    setup: str = "",
    after: str = "",
    cwd: str | None = None,
) -> "subprocess.CompletedProcess[str]":
    """Run byteport-agent where i2c-1 has chips: (name, address) each."""
    imports = "\n".join(
        f"from byteport_mocks.chips.{name.lower()} import Simulated{name}" for name, _ in chips
    )
    attached = "\n".join(
        f"{name.lower()} = bus.attach(Simulated{name}({address}))" for name, address in chips
    )
    program = _PROGRAM.format(imports=imports, chips=f"{attached}\n{setup}", after=after)
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        env=command_env(),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
