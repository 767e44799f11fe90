"""What an output says: a line for a change, none while it stays, few on a network that flaps."""

from byteport_agent.delivery.notices import Notices

MINUTE_MS = 60_000
WAIT = "! readings wait, none is lost ('byteport-agent doctor' looks why): why"


class Lines:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.notices = Notices(
            lambda text: self.lines.append(f"! {text}"), lambda text: self.lines.append(text)
        )

    def state(self, state: str, now: int, device: str = "", reason: str = "why") -> None:
        self.notices.state(device, state, reason, now)


def test_a_line_for_each_change() -> None:
    said = Lines()
    for now in range(0, 5000, 1000):
        said.state("waiting", now)
    said.state("ok", 5000)
    said.state("ok", 6000)
    assert said.lines == [WAIT, "readings are sent again, after 5.0 s"]


def test_what_somebody_has_to_mend_is_always_told() -> None:
    said = Lines()
    said.state("waiting", 0)
    said.state("held", 10, reason="wrong key")
    said.state("ok", 20)
    said.state("held", 30, reason="wrong key")
    held = "! readings are held, until this is mended: wrong key"
    assert said.lines[1:] == [held, "readings are sent again, after 0.0 s", held]


def test_a_network_that_flaps_is_told_of_every_ten_minutes() -> None:
    said = Lines()
    for second in range(0, 3600, 2):
        said.state("waiting", second * 1000)
        said.state("ok", second * 1000 + 1000)
    assert len(said.lines) == 2 * 6
    assert said.lines.count(WAIT) == 6


def test_what_lasts_is_told_all_the_same() -> None:
    said = Lines()
    said.state("waiting", 0)
    said.state("ok", 1000)
    said.state("waiting", 2000)
    said.state("waiting", 2000 + MINUTE_MS)
    said.state("ok", 2000 + 2 * MINUTE_MS)
    assert said.lines[2:] == [WAIT, "readings are sent again, after 2 min"]


def test_one_device_has_lines_of_its_own() -> None:
    said = Lines()
    said.state("waiting", 0, "boiler")
    said.state("waiting", 1000)
    assert said.lines == [WAIT]
    said.state("waiting", MINUTE_MS, "boiler")
    said.state("ok", MINUTE_MS + 1, "boiler")
    said.state("held", MINUTE_MS + 2, "boiler", "register it")
    assert said.lines[1:] == [
        WAIT.replace("readings", "readings of boiler"),
        "readings of boiler are sent again, after 60 s",
        "! readings of boiler are held, until this is mended: register it",
    ]


def test_dead_letters_are_told_of_together() -> None:
    said = Lines()
    for number in range(100):
        said.notices.buried("boiler", 1, "status 400", number * 1000)
    said.notices.buried("tank", 2, "status 406", 10 * MINUTE_MS)
    assert said.lines == [
        "! a reading of boiler became a dead letter: status 400",
        "! 101 readings became dead letters, the last of tank: status 406",
    ]
