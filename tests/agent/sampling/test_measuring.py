"""A driver is read again as long as it is not ready, and given up in the end."""

import pytest

from byteport.errors import BadReading, NotReady
from byteport_agent.sampling.measuring import measure


class Steps:
    """A driver that raises what it is given, step by step, and then returns a sample."""

    CHANNELS = (("temperature", "Cel", 1),)

    def __init__(self, *steps: Exception, wait_ms: int = 5) -> None:
        self.steps = list(steps)
        self.wait_ms = wait_ms
        self.starts = 0

    def start(self) -> int:
        self.starts += 1
        return self.wait_ms

    def read(self) -> tuple[float]:
        if self.steps:
            raise self.steps.pop(0)
        return (21.5,)


def waits(into: list[int], end_after: int = 100):
    def wait_ms(ms: int) -> bool:
        into.append(ms)
        return len(into) >= end_after

    return wait_ms


def test_one_step() -> None:
    waited: list[int] = []
    assert measure(Steps(), waits(waited)) == (21.5,)
    assert waited == [5]


def test_several_steps_are_waited_for_without_a_new_start() -> None:
    waited: list[int] = []
    driver = Steps(NotReady("one"), NotReady("two"))
    assert measure(driver, waits(waited)) == (21.5,)
    assert driver.starts == 1
    assert waited == [5, 5, 5]


def test_a_driver_that_needs_no_time_is_not_asked_without_a_pause() -> None:
    waited: list[int] = []
    measure(Steps(NotReady("once"), wait_ms=0), waits(waited))
    assert waited == [1, 1]


def test_a_driver_that_is_never_ready() -> None:
    with pytest.raises(NotReady, match="for ever"):
        measure(Steps(*[NotReady("for ever")] * 100), waits([]))


def test_other_errors_pass() -> None:
    with pytest.raises(BadReading):
        measure(Steps(BadReading("checksum")), waits([]))


def test_a_wait_that_is_ended() -> None:
    assert measure(Steps(), waits([], end_after=1)) is None
