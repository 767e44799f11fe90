"""Whatever the service answers and whenever the process dies: what always holds for what is sent.

Readings of three devices; calls overlap, are confirmed, fail with or without having been stored, or
never end because the process is killed. Then the service works, and all that is left is sent.
More examples: DELIVERY_EXAMPLES=2000.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from delivery_rig import DELIVERED, HOUR_MS, Rig, number_of
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_agent.delivery.dispatch import Wait
from byteport_agent.delivery.outcome import Call, Kind, Outcome

DEVICES = ("dev-a", "dev-b", "dev-c")
FAILURES = {
    "lost": Kind.UNKNOWN,
    "stored and lost": Kind.UNKNOWN,
    "limited": Kind.LIMITED,
    "refused": Kind.REFUSED,
    "no device": Kind.NO_DEVICE,
    "rejected": Kind.REJECTED,
    "too large": Kind.TOO_LARGE,
    "invalid": Kind.INVALID,
}
AT_ONCE = 3
EXAMPLES = int(os.environ.get("DELIVERY_EXAMPLES", "25"))

steps = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(DEVICES), st.integers(1, 8)),
    st.tuples(st.just("call"), st.just(""), st.just(0)),
    st.tuples(st.just("answer"), st.sampled_from(["ok", "ok", "ok", *FAILURES]), st.integers(0, 2)),
    st.tuples(st.just("pass"), st.just(""), st.sampled_from([100, 5000, HOUR_MS, 25 * HOUR_MS])),
    st.tuples(st.just("kill"), st.sampled_from(["stored", "lost"]), st.just(0)),
)


class Service:
    """What was stored, field by field, and what may have been stored twice for a reason."""

    def __init__(self) -> None:
        self.stored: dict[tuple[str, str], list[int]] = {}
        self.rejected: set[int] = set()
        self.excuses = 0
        self.in_parts = False

    def store(self, call: Call) -> None:
        for entry in call.entries:
            if entry.ts_ms is None:
                continue
            fields = entry.fields if call.many else call.fields
            for name, _ in fields:
                self.stored.setdefault((call.device, name), []).append(number_of(entry))

    def excuse(self, call: Call) -> None:
        """Allow that a call's entries are stored once more."""
        self.excuses += len(call.entries)

    def refuse(self, call: Call) -> None:
        self.rejected |= {number_of(entry) for entry in call.entries}


class Run:
    """The output, the calls that are under way, and the service."""

    def __init__(self, path: Path, **options: Any) -> None:
        self.rig = Rig(path, connections=AT_ONCE, **options)
        self.service = Service()
        self.under_way: list[Call] = []

    def step(self, what: str, how: str, number: int) -> None:
        if what == "put":
            for _ in range(number):
                self.rig.put([how], f1="1", f2="2")
        elif what == "pass":
            self.rig.clock.ticks += number
        elif what == "kill":
            self.kill(stored=how == "stored")
        elif what == "answer" and self.under_way:
            self.answer(self.under_way.pop(number % len(self.under_way)), how)
        elif what == "call" and len(self.under_way) < AT_ONCE:
            step = self.rig.dispatch.next()
            if isinstance(step, Wait):
                self.rig.clock.ticks += step.ms
            else:
                assert step.device not in {call.device for call in self.under_way}
                self.under_way.append(step)

    def answer(self, call: Call, how: str) -> None:
        if how in ("ok", "stored and lost"):
            self.service.store(call)
        if how == "stored and lost":
            self.service.excuse(call)
        if how in ("rejected", "too large", "invalid"):
            self.service.refuse(call)
        self.service.in_parts |= how in ("too large", "invalid")
        outcome = DELIVERED if how == "ok" else Outcome(FAILURES[how], how)
        self.rig.dispatch.answered(call, outcome)

    def kill(self, stored: bool) -> None:
        for call in self.under_way:
            if stored:
                self.service.store(call)
                self.service.excuse(call)
        self.under_way = []
        self.rig.reopen()

    def end(self) -> None:
        """Answer what is under way, and then all that is left."""
        while self.under_way:
            self.answer(self.under_way.pop(), "ok")

        def answer(call: Call) -> Outcome:
            self.service.store(call)
            return DELIVERED

        self.rig.answer = answer
        self.rig.put(DEVICES, f1="1", f2="2")  # a last one that was refused waits for another
        self.rig.run(6 * HOUR_MS)


def check(run: Run) -> None:
    rig, service = run.rig, run.service
    assert (rig.outbox.backlog("byteport"), rig.outbox.lost("byteport")) == (0, 0)
    letters = [entry for _, _, entry in rig.outbox.dead_letters()]
    dead = {(entry.id - 1, name) for entry in letters for name, _ in entry.fields}
    assert {number for number, _ in dead} <= service.rejected
    stored = {(n, name) for (_, name), numbers in service.stored.items() for n in numbers}
    made = {(number, name) for number in range(rig.made) for name in ("n1", "f1", "f2")}
    assert made - stored <= dead
    for numbers in service.stored.values():
        one_by_one = list(dict.fromkeys(numbers)) if rig.settings.packets else numbers
        assert one_by_one == sorted(one_by_one)
    if not service.in_parts:
        repeated = [len(numbers) - len(set(numbers)) for numbers in service.stored.values()]
        assert sum(repeated) <= 3 * service.excuses


@pytest.mark.parametrize("packets", [False, True])
@given(todo=st.lists(steps, max_size=80))
@settings(max_examples=EXAMPLES, deadline=None)
def test_nothing_is_lost_and_nothing_comes_twice_without_a_reason(
    tmp_path_factory: pytest.TempPathFactory, packets: bool, todo: list[tuple[str, str, int]]
) -> None:
    run = Run(tmp_path_factory.mktemp("property") / "outbox.db", packets=packets)
    try:
        for step in todo:
            run.step(*step)
        run.end()
        check(run)
    finally:
        run.rig.outbox.close()
