"""The loop on a virtual clock: due times and slow jobs."""

from agent_rig import VirtualClock

from byteport_agent.loop import AgentLoop


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
