"""`byteport-agent status`: what a running agent says of itself, for people and for programs."""

from pathlib import Path
from typing import Any

import pytest
from service_rig import ServiceRig, output, sensor

from byteport_agent.commands.status import outbox_path, status_lines
from byteport_agent.config import load
from waiting import wait_for

TEXT = """
[device]
namespace = "myownspace"
uid = "greenhouse-1"
key = "s3cretk3y"
[[sensor]]
name = "machine"
driver = "system"
"""


def status(**changes: Any) -> dict[str, Any]:
    return {
        "version": "0.1.0",
        "pid": 123,
        "now_ms": 1_800_000_060_000,
        "uptime_ms": 7_200_000,
        "namespace": "myownspace",
        "device": "greenhouse-1",
        "sensors": [
            {
                "name": "porch",
                "driver": "bme280",
                "place": "0x76 on i2c-1",
                "interval_ms": 30_000,
                "state": "ok",
                "reason": "",
                "since_ms": 1_799_996_460_000,
                "last_ms": 1_800_000_055_000,
                "values": {"porch_temp": "21.50", "info": "a\nb"},
                "units": {"porch_temp": "Cel"},
                "readings": 240,
            }
        ],
        "outputs": [
            {
                "name": "byteport",
                "state": "waiting",
                "reason": "down",
                "backlog": 4321,
                "delivered": 10_000,
                "rejected": 1,
                "lost": 0,
                "last_delivery_ms": None,
                "retry_in_ms": 4000,
            }
        ],
        "outbox": {
            "path": "/var/lib/outbox.db",
            "used_bytes": 2_000_000,
            "trouble": "",
            "in_memory": 0,
            "dead_letters": 1,
        },
        "figures": {"rss": 25_600},
        **changes,
    }


def test_people_see_all_of_it_in_columns() -> None:
    assert status_lines(status()) == [
        "byteport-agent 0.1.0, myownspace.greenhouse-1, process 123, running for 2 h, 25 MiB",
        "outbox /var/lib/outbox.db: 2MB; 1 reading that an output would not take",
        "",
        "SENSOR  STATE     FOR   LAST  EVERY  READINGS  VALUES",
        "porch   ok     60 min  5.0 s   30 s       240  porch_temp=21.50°C info=a\\nb",
        "",
        "OUTPUT    STATE    BACKLOG  DELIVERED  REJECTED  LOST   LAST",
        "byteport  waiting    4,321     10,000         1     0  never  down, tried again in 4.0 s",
    ]


def test_a_long_reason_is_told_whole_below() -> None:
    reason = "status 403: wrong key " + 5 * "or something else " + "and this is what to do"
    (output,) = status()["outputs"]
    lines = status_lines(status(outputs=[{**output, "reason": reason}]))
    assert lines[-2:] == ["", f"byteport: {reason}"]
    assert lines[-3].endswith("…")


def test_a_failing_disk_is_told() -> None:
    outbox = {**status()["outbox"], "trouble": "the disk is full (SQLITE_FULL)", "in_memory": 7}
    assert "the disk is full (SQLITE_FULL), 7 readings in memory" in "\n".join(
        status_lines(status(outbox=outbox, sensors=[], outputs=[]))
    )


def test_a_running_agent_answers_with_what_can_be_shown(tmp_path: Path) -> None:
    rig = ServiceRig(tmp_path)
    agent = rig.start(sensor("one") + output())
    wait_for(lambda: agent.status()["sensors"][0]["state"] != "starting")
    lines = status_lines(agent.status())
    agent.stop()
    assert any(line.startswith("one ") for line in lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "outbox.db"),
        ("[outbox]\npath = 'data/o.db'", "data/o.db"),
        ("[outbox]\npath = '/var/o.db'", "/var/o.db"),
        ("outbox = 3", "outbox.db"),
        ("not [ toml", "outbox.db"),
    ],
)
def test_the_outbox_is_found_whatever_else_is_wrong_with_the_file(
    tmp_path: Path, text: str, expected: str
) -> None:
    (tmp_path / "agent.toml").write_text(text)
    assert outbox_path(tmp_path / "agent.toml") == str(tmp_path / expected)


def test_the_outbox_of_a_service_is_where_it_may_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = {"XDG_CONFIG_HOME": f"{tmp_path}/config", "XDG_STATE_HOME": f"{tmp_path}/state"}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "config/byteport-agent/agent.toml"
    path.parent.mkdir(parents=True)
    path.write_text(TEXT)
    assert outbox_path(path) == load(path, environ).outbox.path == f"{path.parent}/outbox.db"
    (tmp_path / "state/byteport-agent").mkdir(parents=True)
    expected = f"{tmp_path}/state/byteport-agent/outbox.db"
    assert outbox_path(path) == load(path, environ).outbox.path == expected


def test_without_an_agent_it_says_so(command: Any, tmp_path: Path) -> None:
    (tmp_path / "agent.toml").write_text("")
    run = command("status", "-c", str(tmp_path / "agent.toml"))
    assert run.returncode == 3
    assert run.stderr == (
        f"byteport-agent status: no agent runs with the outbox {tmp_path}/outbox.db; "
        "'byteport-agent run' or 'systemctl start byteport-agent' starts one\n"
    )
