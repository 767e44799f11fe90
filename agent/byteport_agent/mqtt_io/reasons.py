"""Why a key or section of mqtt-io has no place here, or needs none."""

SECTIONS = (
    (
        "mqtt",
        "is not taken over: readings go to Byteport; docs/moving-from-mqtt-io.md tells of brokers",
        True,
    ),
    ("digital_outputs", "is an output: nothing is switched from this file", False),
    ("stream_modules", "is a stream: only values are stored; `command` runs a program", False),
    ("logging", "is not needed: the journal has what the agent tells", True),
    ("reporting", "is not there: nothing is reported to anyone", True),
    ("options", "is not needed: nothing is installed while it runs", True),
)
REASONS = {
    "bouncetime": "is without effect where nothing is an interrupt",
    "burst": "is one ping here: `median = 5` at the field smooths over readings",
    "edge": "is both: each change is told",
    "ha_discovery": "is the broker's: Byteport shows a device without it",
    "interrupt": "is both: each change is told",
    "interrupt_for": "is not needed: the other chip is read by itself",
    "low_power": "is not done: the chip measures all the time",
    "off_payload": "is 0 here",
    "on_payload": "is 1 here",
    "output_g": "is not there",
    "oversampling": "is the whole chip's here: `oversampling = 4` beside its driver",
    "poll_interval": "is not needed: a change is told at once",
    "poll_when_interrupt_for": "is not needed: the other chip is read by itself",
    "publish": "is not needed: a change is told at once",
    "range": "is not set: the sensor keeps the range that it has",
    "retain": "is the broker's: Byteport keeps every value",
    "type": "is without effect: there is one value",
}
