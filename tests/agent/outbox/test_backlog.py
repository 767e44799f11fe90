"""A month without a network, and what is lost where there is more than the limits allow."""

from pathlib import Path

from outbox_rig import NOW_MS, Rig

from byteport_agent.outbox import Limits, Reading

MINUTES = 30 * 24 * 60


def test_30_days_offline_fit_and_are_drained_oldest_first(tmp_path: Path) -> None:
    """43,200 readings of five fields, one a minute, in the file as it is left; not one is lost."""
    rig = Rig(tmp_path / "outbox.db", "one")
    names = [f"greenhouse_field_{n}" for n in range(5)]
    for start in range(0, MINUTES, 20):
        readings = []
        for minute in range(start, start + 20):
            fields = tuple((name, f"{minute % 1000}.{n}5") for n, name in enumerate(names))
            readings.append(Reading("greenhouse-1", "porch", fields, rig.clock.ticks))
            rig.clock.ticks += 60_000
        rig.outbox.append(readings)
        rig.outbox.upkeep()
    rig.reopen()
    used = sum(path.stat().st_size for path in tmp_path.iterdir())
    print(f"{used / (1 << 20):.1f} MB, {used / MINUTES:.0f} bytes a reading")
    assert used < 64 << 20
    drained: list[int | None] = []
    while entries := rig.outbox.batch("one", 500):
        drained += [entry.ts_ms for entry in entries]
        rig.outbox.acknowledge("one", entries[-1].id)
    assert drained == [NOW_MS + 60_000 * minute for minute in range(MINUTES)]
    assert rig.outbox.lost("one") == rig.outbox.backlog("one") == 0


def test_D2_each_output_is_told_what_it_lost(tmp_path: Path) -> None:
    """Blocks go while one output is far ahead, in a file that is killed and opened again."""
    limits = Limits(max_bytes=64 * 1024, max_wal_bytes=16384)
    rig = Rig(tmp_path / "outbox.db", limits=limits)
    had = {"one": 0, "two": 0}
    for lap in range(30):
        rig.put(100)
        rig.clock.ticks += 6000
        rig.outbox.upkeep()
        had["one"] += len(rig.deliver("one", 90))
        had["two"] += len(rig.deliver("two", 20))
        if lap % 10 == 5:
            rig.reopen()
    for name, delivered in had.items():
        assert delivered + rig.outbox.lost(name) + rig.outbox.backlog(name) == 3000
    assert rig.outbox.lost("two") > 1500
    assert rig.outbox.lost("one") < 200
    assert rig.outbox.used_bytes() <= 64 * 1024
