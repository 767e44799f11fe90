"""The agent on simulated hardware as a pytest fixture, beside those of byteport_mocks.

    def test_the_porch(simulated_pi, run_agent, chaos_server):
        simulated_pi.attach(SimulatedBME280()).set(temperature=21.5)
        agent = run_agent("agent.toml")
        agent.run("10m")
        assert set(chaos_server.values("porch_temp")) == {"21.50"}

What the fixture needs is imported when it is used.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from byteport_agent.testing.simulated_agent import SimulatedAgent


@pytest.fixture
def run_agent(
    simulated_pi: Any, chaos_server: Any, tmp_path: Path, request: pytest.FixtureRequest
) -> "Iterator[Callable[..., SimulatedAgent]]":
    """A function that starts an agent with a configuration file, which sends to `chaos_server`.

    A path is relative to where pytest runs or to the test's file. ``url`` is another service. The
    agent ends with the test.
    """
    from byteport_agent.config.problems import MistakesError
    from byteport_agent.testing.simulated_agent import SimulatedAgent

    with ExitStack() as agents:

        def start(path: Path | str, url: str = "", **options: Any) -> SimulatedAgent:
            folder = tmp_path / f"agent{len(list(tmp_path.glob('agent*')))}"
            service = url or chaos_server.url
            file = _found(Path(path), request.path.parent)
            try:
                agent = SimulatedAgent(file, folder, simulated_pi.clock, service, **options)
            except MistakesError as error:
                error.add_note("\n".join(map(str, error.problems)))  # which pytest shows
                raise
            return agents.enter_context(agent)

        yield start


def _found(path: Path, folder: Path) -> Path:
    """Return a file's path as it is, or in the folder; raise FileNotFoundError where neither is."""
    for candidate in (path, folder / path):
        if candidate.is_file():
            return candidate
    raise FileNotFoundError(f"run_agent: {path} is neither in {Path.cwd()} nor in {folder}")
