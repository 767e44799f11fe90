"""What messages to the device may do, what they switch, and where figures are shown: see \
`sections`, of which this is a part."""

from collections.abc import Mapping
from dataclasses import dataclass

from byteport_agent.config import broker_kinds, kinds
from byteport_agent.config.settings import setting
from byteport_agent.keys import FoundKey

ACTUATORS = {"led": (0.0, 1.0), "relay": (0.0, 1.0), "pwm": (0.0, 1.0), "servo": (-1.0, 1.0)}
DIGITAL = ("led", "relay")
OWN_PORT = "127.0.0.1:9185"
RESERVED = ("read", "interval", "run")


@dataclass(frozen=True, kw_only=True)
class Actuator:
    """`[[actuator]]`: an output pin that a message to the device sets, as `pump=on;` or `pump=2s;`.

    Its safe state is set at the start, at the end, and where time or broker run out.
    """

    name: str = setting(
        kinds.NAME,
        "name",
        "What messages call it; no `read`, `interval` or `run`.",
        example='"pump"',
        required=True,
    )
    kind: str = setting(
        kinds.choice(*ACTUATORS),
        "kind",
        "`led` and `relay` are 0 or 1, `pwm` is 0 to 1, `servo` is -1 to 1.",
        example='"relay"',
        required=True,
    )
    pin: int | str = setting(
        broker_kinds.PIN,
        "pin",
        "Its BCM number, or a name that gpiozero knows.",
        example="17",
        required=True,
    )
    active_low: bool = setting(
        kinds.YES_NO,
        "active_low",
        "It is on where the pin is low, as with many relay boards.",
        example="true",
        default=False,
    )
    safe: float = setting(kinds.NUMBER, "safe", "Its safe state.", example="0.1", default=0)
    pulse_ms: int = setting(
        kinds.duration("10ms", "1d"),
        "pulse",
        "How long `pump=pulse;` switches it on.",
        example='"2s"',
        default="1s",
    )
    timeout_ms: int | None = setting(
        kinds.duration("10ms", "36500d"),
        "timeout",
        "It goes back to its safe state so long after it was set.",
        example='"10m"',
    )
    on_loss_ms: int | None = setting(
        kinds.duration("0s", "36500d"),
        "on_loss",
        "It goes to its safe state where no broker that messages come from has been reached for "
        "so long. Without it, it stays.",
        example='"1m"',
    )
    device: str | None = setting(
        kinds.NAME,
        "device",
        "The child device that it belongs to, if it is not this one's.",
        example='"6000"',
    )


@dataclass(frozen=True, kw_only=True)
class Messages:
    """`[messages]`: what a message to the device may do, from an output with `messages = true`.

    A message is text such as `pump=on; read=porch; interval=porch 5s; run=restart-camera;`. What
    came of it is a message in the device's log panel.
    """

    max_age_ms: int = setting(
        kinds.duration("1s", "1d"),
        "max_age",
        "Older ones are refused.",
        example='"5m"',
        default="60s",
    )
    untimed: bool = setting(
        kinds.YES_NO,
        "untimed",
        "Take plain text too, which does not say how old it is.",
        example="true",
        default=False,
    )
    read: bool = setting(
        kinds.YES_NO,
        "read",
        "`read=porch;` reads a sensor now.",
        example="false",
        default=True,
    )
    interval: bool = setting(
        kinds.YES_NO,
        "interval",
        "`interval=porch 5s;` reads it so often, until the agent starts again or its "
        "configuration changes.",
        example="false",
        default=True,
    )
    commands: Mapping[str, tuple[str, ...]] = setting(
        broker_kinds.COMMANDS,
        "commands",
        "Programs that `run=NAME;` runs, with their words; no shell.",
        example='{ restart-camera = ["/usr/local/bin/camera", "restart"] }',
        default={},
    )
    command_timeout_ms: int = setting(
        kinds.duration("1s", "1h"),
        "command_timeout",
        "After so long a program is ended.",
        example='"5m"',
        default="30s",
    )


@dataclass(frozen=True, kw_only=True)
class Prometheus:
    """`[prometheus]`: shows last values and the agent's own figures to Prometheus, at `/metrics`; \
needs the extra `prometheus`."""

    listen: str | None = setting(
        kinds.LISTEN,
        "listen",
        "A port of its own. Without it, `/metrics` is at the `[gateway]`; where there is none, at "
        f"`{OWN_PORT}`.",
        example='"0.0.0.0:9185"',
    )
    token_file: str | None = setting(
        kinds.PATH,
        "token_file",
        "File with the token that Prometheus has to send (`authorization` in its own "
        "configuration). Without it: `$CREDENTIALS_DIRECTORY/prometheus.token`, else the "
        "environment variable `BYTEPORT_PROMETHEUS_TOKEN`; else none is asked for.",
        example='"prometheus.token"',
    )
    token_text: object = setting(
        broker_kinds.secret("token"),
        "token",
        "The token itself. Better is a file of its own, which `token_file` names.",
        example='"s3cret"',
        read=False,
    )
    token: FoundKey | None = None

    @property
    def own_listen(self) -> str:
        """Where it listens if it is not at the gateway."""
        return self.listen or OWN_PORT
