"""The loop on a virtual clock: due times, slow jobs, failing drivers."""

from collections.abc import Sequence

from agent_rig import VirtualClock

from byteport.errors import BadReading
from byteport_agent.loop import AgentLoop, Sampler
from byteport_agent.record import Record


class Thermometer:
    CHANNELS = (("temperature", "Cel", 1),)

    def __init__(self, answers: Sequence[object] = ()) -> None:
        self.answers = list(answers)

    def start(self) -> int:
        return 40

    def read(self) -> tuple[float]:
        answer = self.answers.pop(0) if self.answers else 21.45
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, float)
        return (answer,)


def test_jobs_run_on_their_grids() -> None:
    clock = VirtualClock(stop_after_ms=3000)
    loop = AgentLoop(clock)
    runs: list[tuple[str, int]] = []
    loop.every(1000, lambda: runs.append(("slow", clock.now_ms)))
    loop.every(400, lambda: runs.append(("fast", clock.now_ms)))
    loop.run()
    assert [at for name, at in runs if name == "slow"] == [0, 1000, 2000]
    assert [at for name, at in runs if name == "fast"] == list(range(0, 3000, 400))


def test_a_job_that_takes_long_causes_no_burst() -> None:
    clock = VirtualClock(stop_after_ms=5000)
    loop = AgentLoop(clock)
    runs: list[int] = []

    def job() -> None:
        runs.append(clock.now_ms)
        clock.now_ms += 2500 if len(runs) == 1 else 0

    loop.every(1000, job)
    loop.run()
    assert runs == [0, 3000, 4000]


def test_a_sampler_waits_as_long_as_the_driver_says() -> None:
    clock = VirtualClock()
    records: list[Record] = []
    Sampler(Thermometer(), "dev", clock, records.append, print)()
    assert records == [Record("dev", 1_410_613_385_163, (("temperature", "21.4"),))]


def test_a_stop_during_the_measurement_leaves_no_record() -> None:
    clock = VirtualClock(stop_after_ms=10)
    records: list[Record] = []
    Sampler(Thermometer(), "dev", clock, records.append, print)()
    assert records == []


def test_a_failure_is_told_once_and_leaves_no_record() -> None:
    errors = [BadReading("crc"), BadReading("crc"), OSError(121, "Remote I/O error")]
    driver = Thermometer([*errors, 1.0, BadReading("crc"), float("nan")])
    records: list[Record] = []
    told: list[str] = []
    sampler = Sampler(driver, "dev", VirtualClock(), records.append, told.append)
    for _ in range(7):
        sampler()
    assert [record.fields for record in records] == [
        (("temperature", "1.0"),),
        (("temperature", "21.4"),),
    ]
    assert told == [
        "no reading: crc",
        "no reading: [Errno 121] Remote I/O error",
        "no reading: crc",
        "no reading: temperature is nan",
    ]
