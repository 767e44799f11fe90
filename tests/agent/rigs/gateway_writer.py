"""An agent with a gateway in a process of its own, to be killed: prints its URL, and serves.

usage: gateway_writer.py DIRECTORY
"""

import sys
from pathlib import Path

from gateway_rig import CONFIGURATION, DEVICE

from byteport_agent.clock import SystemClock
from byteport_agent.config import parse
from byteport_agent.service.agent import Agent
from byteport_agent.service.logs import AgentLog
from byteport_agent.stopping import StopSignal

directory = Path(sys.argv[1])
configuration = parse(f"{DEVICE}{CONFIGURATION}", directory / "agent.toml", {})
with StopSignal() as stop:
    clock = SystemClock(stop)
    agent = Agent(configuration, clock, AgentLog("text", "warning").logger)
    agent.start()
    assert agent.gateway is not None
    print(agent.gateway.url, flush=True)
    while not clock.wait_ms(1000):
        pass
    agent.stop()
