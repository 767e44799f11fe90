"""What every output takes, and what one to Byteport takes; others have sections of their own.

All have the keys of `Output`, which is what the rest of the agent knows of any.
"""

from dataclasses import dataclass
from typing import Any

from byteport_agent.config import broker_kinds, kinds
from byteport_agent.config.settings import setting
from byteport_agent.keys import FoundKey

BYTEPORT_URL = "https://api.byteport.se"
_CALLS_OF = "The most calls a second."


def type_setting(name: str) -> Any:
    return setting(
        kinds.choice(name), "type", "What it speaks.", example=f'"{name}"', required=True
    )


def secret_settings(what: str) -> tuple[Any, Any]:
    """Return the two settings of a secret: its file, and itself."""
    variable = f"`BYTEPORT_NAME_{what.upper()}`"
    file = setting(
        kinds.PATH,
        f"{what}_file",
        f"File with the {what}. Without it: `$CREDENTIALS_DIRECTORY/NAME.{what}`, else the "
        f"environment variable {variable}, with the output's name for NAME.",
        example=f'"broker.{what}"',
    )
    meaning = f"The {what} itself. Better is a file of its own, which `{what}_file` names."
    return file, setting(broker_kinds.secret(what), what, meaning, example='"s3cret"', read=False)


def connections_setting() -> Any:
    return setting(
        kinds.whole(1, 16),
        "connections",
        "The most at once; a device's readings stay in order.",
        example="1",
        default=4,
    )


@dataclass(frozen=True, kw_only=True)
class Output:
    """`[[output]]`: where readings are sent."""

    type: str = type_setting("byteport")
    name: str = setting(
        kinds.NAME,
        "name",
        "Its name in messages; what was delivered is remembered by it. Without it, its type.",
        example='"up"',
    )
    url: str
    timeout_ms: int = setting(
        kinds.duration("100ms", "10m"),
        "timeout",
        "For one whole call.",
        example='"10s"',
        default="20s",
    )
    max_rate: float = setting(
        kinds.number(0, above=True), "max_rate", _CALLS_OF, example="0.5", default=50
    )
    retry_min_ms: int = setting(
        kinds.duration("100ms", "1h"),
        "retry_min",
        "The first wait after a failure.",
        example='"2s"',
        default="1s",
    )
    retry_max_ms: int = setting(
        kinds.duration("1s", "1d"),
        "retry_max",
        "The longest wait after failures.",
        example='"10m"',
        default="5m",
    )
    ca: str | None = setting(
        kinds.PATH,
        "ca",
        "File with the CA certificates to trust; without it the machine's.",
        example='"my-ca.pem"',
    )
    connections: int = 1

    @property
    def most_together(self) -> int:
        """How many readings one call can carry while there is a backlog."""
        return 1

    @property
    def manner(self) -> str:
        """In one word, what is special about how it sends."""
        return ""


@dataclass(frozen=True, kw_only=True)
class ByteportTarget(Output):
    """`[[output]]` with `type = "byteport"`: sends to Byteport, or to an agent's gateway."""

    type: str = type_setting("byteport")
    url: str = setting(
        kinds.URL,
        "url",
        "The service.",
        example='"http://192.168.1.20:8080"',
        default=BYTEPORT_URL,
    )
    method: str = setting(
        kinds.choice("POST", "GET", "auto"),
        "method",
        "`GET` puts the key into the URL, which servers log; `auto`: GET if short.",
        example='"auto"',
        default="POST",
    )
    connections: int = connections_setting()
    packets: bool = setting(
        kinds.YES_NO,
        "packets",
        "Drain a backlog with many readings in a call; needs a legacy key.",
        example="true",
        default=False,
    )
    legacy_key_file: str | None = setting(
        kinds.PATH,
        "legacy_key_file",
        "File with the legacy key. Without it: `$CREDENTIALS_DIRECTORY/legacy.key`, else the "
        "environment variable `BYTEPORT_LEGACY_KEY`.",
        example='"legacy.key"',
    )
    legacy_key: FoundKey | None = None

    @property
    def most_together(self) -> int:
        return 100 if self.packets else 1

    @property
    def manner(self) -> str:
        return self.method
