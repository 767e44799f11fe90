"""A simulation's sum in words."""

from typing import Any

from byteport_agent.durations import duration_text
from byteport_agent.simulation.battery import CURRENTS, USABLE
from byteport_agent.simulation.plan import BOOT_MS, TLS_MS


def report(summary: dict[str, Any]) -> list[str]:
    """Return the lines of what `--json` prints."""
    return [
        *_readings(summary),
        *_board(summary),
        *_battery(summary),
    ]


def _readings(summary: dict[str, Any]) -> list[str]:
    lost = f"lost       {summary['lost']}"
    if summary["lost"]:
        lost += (
            f": {summary['lost_in_ram']} were in RAM alone at a power cut or reset, "
            f"{summary['lost_without_time']} have no known time, "
            f"{summary['dropped']} had no room"
        )
    in_order = "in order" if not summary["out_of_order"] else "NOT in order"
    return [
        f"read       {summary['read']}",
        f"delivered  {summary['delivered']}, {in_order}, "
        f"times right to {duration_text(summary['worst_time_error_ms'])}",
        f"waiting    {summary['waiting']} in the outbox at the end",
        lost,
        f"repeated   {summary['duplicates']}",
        f"longest gap {duration_text(round(1000 * summary['longest_gap_s']))} from one reading of "
        "a sensor to its next",
    ]


def _board(summary: dict[str, Any]) -> list[str]:
    resets = ", ".join(f"{count} by {name}" for name, count in summary["resets"].items())
    grown = summary["heap_end"] - summary["heap_first_hour"]
    return [
        f"started    {summary['boots']} times; resets: {resets or 'none'}",
        f"memory     {grown:+d} bytes since the first hour",
        f"radio      {summary['radio_on_s']:.0f} s on, {summary['radio_on_s_per_reading']:.2f} s "
        f"a reading, joined {summary['joins']} times",
    ]


def _battery(summary: dict[str, Any]) -> list[str]:
    life = summary["battery"]
    return [
        f"battery    {life['days']:.0f} days from {life['mah']:g} mAh, {life['mean_ma']:.2f} mA in "
        "the mean, of the chip alone",
    ]


def assumptions(kind: str, port: str) -> list[str]:
    """Return what the battery's estimate rests on."""
    currents = CURRENTS[kind]
    return [
        f"{currents.radio:g} mA with the radio on, {currents.awake:g} mA awake without it, "
        f"{currents.asleep:g} mA asleep ({currents.source})",
        f"{USABLE:.0%} of the battery can be used; regulator, LED and sensors are not counted",
        f"a start takes {BOOT_MS[port]} ms, joining Wi-Fi 2.5 s, a TLS handshake {TLS_MS[port]} ms",
    ]
