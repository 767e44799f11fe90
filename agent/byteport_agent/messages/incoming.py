"""What a broker brought: texts for this device or a child of it, and whether they are fresh.

Source: Byteport API document v1.6, "messages": a JSON list of messages, or plain text; those that
are old, or of the future, are for the receiver to refuse.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from byteport_agent.durations import duration_text
from byteport_agent.outbox.boot_time import after_release

_AHEAD_MS = 5000  # a sender's clock may be a little before this one's
_MOST_BYTES = 65_536


class Message(NamedTuple):
    """One text; ``uid`` is whom it is for, None for plain text, which says it as little as when."""

    text: str
    uid: str | None = None
    namespace: str | None = None
    ts_ms: int | None = None


def read_messages(content: bytes) -> list[Message]:
    """Return the messages of what arrived; raise ValueError where it is neither text nor a list."""
    if len(content) > _MOST_BYTES:
        raise ValueError(f"it has {len(content)} bytes: at most {_MOST_BYTES}")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise ValueError("it is no text") from None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return [Message(text)]
    if isinstance(found, dict):
        found = [found]
    if not isinstance(found, list):
        return [Message(text)]
    return [_message(each) for each in found]


def refusal(message: Message, now_ms: int, max_age_ms: int, untimed: bool) -> str:
    """Return why a message is too old or of the future, empty where it is fresh."""
    if message.ts_ms is None:
        return "" if untimed else "it does not say how old it is (see untimed in [messages])"
    if not after_release(now_ms):
        return "this machine's clock is not set, so nobody knows how old it is"
    age_ms = now_ms - message.ts_ms
    if age_ms < -_AHEAD_MS:
        return f"it is from {duration_text(-age_ms)} in the future: is this machine's clock right?"
    if age_ms > max_age_ms:
        return f"it is {duration_text(age_ms)} old, more than {duration_text(max_age_ms)}"
    return ""


def _message(found: Any) -> Message:
    if not isinstance(found, Mapping) or not isinstance(found.get("data"), str):
        raise ValueError("it is no list of messages with data, namespace, uid and timestamp")
    uid, namespace = found.get("uid"), found.get("namespace")
    if not (isinstance(uid, str) and isinstance(namespace, str)):
        raise ValueError("a message in it lacks uid or namespace")
    try:
        ts_ms = int(1000 * float(str(found.get("timestamp", ""))))
    except (ValueError, OverflowError):
        raise ValueError("a message in it lacks a timestamp in seconds") from None
    return Message(found["data"], uid, namespace, ts_ms)
