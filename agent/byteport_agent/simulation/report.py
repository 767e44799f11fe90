"""A simulation's figures in words."""

from typing import Any

from byteport_agent.durations import duration_text
from byteport_agent.simulation.battery import CURRENTS, USABLE
from byteport_agent.simulation.plan import BOOT_MS, TLS_MS

_JOIN_S = 2.5  # of the simulated Wi-Fi
_WIDTH = 11


def report(summary: dict[str, Any]) -> list[str]:
    """Return lines for what `--json` prints."""
    rows = {**_readings(summary), **_board(summary)}
    return [f"{name:<{_WIDTH}}{text}" for name, text in rows.items()]


def _readings(summary: dict[str, Any]) -> dict[str, str]:
    order = "NOT in order" if summary["out_of_order"] else "in order"
    right_to = duration_text(summary["worst_time_error_ms"])
    gap = duration_text(round(1000 * summary["longest_gap_s"]))
    return {
        "read": str(summary["read"]),
        "delivered": f"{summary['delivered']}, {order}, times right to {right_to}",
        "waiting": f"{summary['waiting']} in the outbox at the end",
        "lost": f"{summary['lost']}{_why_lost(summary)}",
        "repeated": str(summary["duplicates"]),
        "gap": f"{gap} at most from one value of a field to its next",
    }


def _why_lost(summary: dict[str, Any]) -> str:
    reasons = {
        "in RAM alone at a power cut or reset": summary["lost_in_ram"],
        "of a time that nobody knew": summary["lost_without_time"],
        "for which there was no room": summary["dropped"],
    }
    told = [f"{count} {reason}" for reason, count in reasons.items() if count]
    return f": {', '.join(told)}" if told else ""


def _board(summary: dict[str, Any]) -> dict[str, str]:
    resets = ", ".join(f"{name} {count}" for name, count in summary["resets"].items())
    grown = summary["heap_end"] - summary["heap_first_hour"]
    radio = f"{summary['radio_on_s']:.0f} s on, {summary['radio_on_s_per_reading']:.2f} s a reading"
    life = summary["battery"]
    of_chip = f"{life['mean_ma']:.2f} mA in the mean, of the chip alone"
    return {
        "starts": f"{summary['boots']}; resets: {resets or 'none'}",
        "memory": f"{grown:+d} bytes since the first hour",
        "radio": f"{radio}, joined {summary['joins']} times",
        "battery": f"{life['days']:.0f} days from {life['mah']:g} mAh: {of_chip}",
    }


def assumptions(kind: str, port: str) -> list[str]:
    """Return what the battery's estimate rests on."""
    radio, awake, asleep, source = CURRENTS[kind]
    return [
        f"{radio:g} mA with the radio on, {awake:g} mA awake without it, {asleep:g} mA asleep",
        source,
        f"{USABLE:.0%} of the battery can be used; regulator, LED and sensors are not counted",
        f"a start takes {BOOT_MS[port]} ms, joining {_JOIN_S} s, TLS {TLS_MS[port]} ms to compute",
    ]
