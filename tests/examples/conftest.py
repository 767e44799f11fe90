"""Where the examples are."""

from collections.abc import Callable
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def example() -> Callable[[str], Path]:
    """A function that gives the path of a file of an example."""
    return lambda name: EXAMPLES / name
