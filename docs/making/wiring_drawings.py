"""Draws docs/wiring/*.svg from wiring.toml: the Pi's header, a module, and the wires between.

python docs/making/wiring_drawings.py
"""

from collections.abc import Iterator
from pathlib import Path
from tomllib import loads
from typing import Any

from pi_header import PINS

HERE = Path(__file__).parent
FOLDER = HERE.parent / "wiring"

WIDTH, HEIGHT, PITCH, TOP = 640, 420, 18, 46
ODD_X, EVEN_X = 118, 138  # the header's two rows
LANES_X, LANE = 262, 18
MODULE_X, MODULE_WIDTH = 470, 120
COLOURS = {"3.3 V": "#c9302c", "5 V": "#a3141f", "GND": "#222222"}
SIGNALS = ("#1f6fb2", "#2a8c4a", "#a86a00", "#7a3fa0")
STYLE = 'font-family="DejaVu Sans, Verdana, sans-serif"'


def drawing(facts: dict[str, Any]) -> str:
    """Return one diagram."""
    return "\n".join(_lines(facts)) + "\n"


def _lines(facts: dict[str, Any]) -> Iterator[str]:
    wires = facts["wires"]
    named = ", ".join(f"{name} to pin {pin} ({PINS[pin]})" for name, pin in wires)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" {STYLE} font-size="12">'
    )
    yield f"<title>{facts['title']} at a Raspberry Pi: {named}</title>"
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    yield from _header({pin for _, pin in wires})
    yield from _module(facts)
    for number, (_, pin) in enumerate(wires):
        yield _wire(facts, number, pin)
    yield from _resistors(facts)
    for pin in sorted({pin for _, pin in wires}):
        yield from _label(pin)
    yield "</svg>"


def _header(used: set[int]) -> Iterator[str]:
    yield '<text x="128" y="24" text-anchor="middle" font-weight="bold">Raspberry Pi</text>'
    box = f'x="{ODD_X - 14}" y="{TOP - 12}" width="48" height="{20 * PITCH + 7}"'
    yield f'<rect {box} rx="5" fill="#2f3437"/>'
    for pin, name in PINS.items():
        x, y = pin_place(pin)
        fill = COLOURS.get(name, "#f2c037") if pin in used else "#7d8588"
        yield f'<circle cx="{x}" cy="{y}" r="5" fill="{fill}" stroke="#fff" stroke-width="0.8"/>'


def _label(pin: int) -> Iterator[str]:
    """Yield a pin's number and name; a wire goes behind it."""
    y = pin_place(pin)[1]
    name = f'<tspan fill="#555">{PINS[pin]}</tspan>'
    anchor, at, text = (
        ("end", ODD_X - 20, f"{name} {pin}") if pin % 2 else ("start", EVEN_X + 24, f"{pin} {name}")
    )
    if pin % 2 == 0:
        width = 7 * len(f"{pin} {PINS[pin]}") + 2
        yield f'<rect x="{at - 2}" y="{y - 5}" width="{width}" height="10" fill="#ffffff"/>'
    yield f'<text x="{at}" y="{y + 4}" font-size="11" text-anchor="{anchor}">{text}</text>'


def pin_place(pin: int) -> tuple[int, int]:
    """Return where a header's pin is drawn."""
    return (ODD_X if pin % 2 else EVEN_X), TOP + (pin - 1) // 2 * PITCH


def colour(pin: int, number: int) -> str:
    """Return a wire's colour: red and black for power, others in turn."""
    return COLOURS.get(PINS[pin], SIGNALS[number % len(SIGNALS)])


def _module(facts: dict[str, Any]) -> Iterator[str]:
    rows = max(len(facts["wires"]), len(facts.get("free", ())))
    height = (rows - 1) * row_pitch(facts) + 60
    y = row_y(facts, 0) - 30
    box = f'x="{MODULE_X}" y="{y}" width="{MODULE_WIDTH}" height="{height}"'
    yield f'<rect {box} rx="8" fill="#eaf2ea" stroke="#3d6b45" stroke-width="1.5"/>'
    middle = MODULE_X + MODULE_WIDTH / 2
    yield (
        f'<text x="{middle:g}" y="{y - 10}" text-anchor="middle" font-weight="bold">'
        f"{facts['title']}</text>"
    )
    for number, (name, _) in enumerate(facts["wires"]):
        place = row_y(facts, number)
        yield f'<circle cx="{MODULE_X + 10}" cy="{place}" r="4" fill="#c8a94b"/>'
        yield f'<text x="{MODULE_X + 22}" y="{place + 4}">{name}</text>'
    for number, name in enumerate(facts.get("free", ())):
        place = row_y(facts, number)
        right = MODULE_X + MODULE_WIDTH
        yield f'<circle cx="{right - 10}" cy="{place}" r="4" fill="#c8a94b"/>'
        yield f'<text x="{right - 22}" y="{place + 4}" text-anchor="end">{name}</text>'


def row_pitch(facts: dict[str, Any]) -> int:
    """Return how far a module's pins are apart: wider where resistors are between them."""
    return 62 if "divider" in facts or "pull_up" in facts else 40


def row_y(facts: dict[str, Any], number: int) -> int:
    """Return the height of a module's pin."""
    return 110 + number * row_pitch(facts)


def _wire(facts: dict[str, Any], number: int, pin: int) -> str:
    x, y = pin_place(pin)
    end_y, lane = row_y(facts, number), LANES_X + lane_of(facts, number) * LANE
    # an odd pin's wire leaves between two pins of the other row
    out = f"M{x} {y} V{y + PITCH // 2} H{lane}" if pin % 2 else f"M{x} {y} H{lane}"
    return (
        f'<path d="{out} V{end_y} H{MODULE_X + 10}" fill="none" stroke="{colour(pin, number)}" '
        'stroke-width="2.4" stroke-linejoin="round"/>'
    )


def lane_of(facts: dict[str, Any], number: int) -> int:
    """Return a wire's lane; wires that end lower turn nearer to the header's pins."""
    return len(facts["wires"]) - 1 - number


def _resistors(facts: dict[str, Any]) -> Iterator[str]:
    rows = {name: row_y(facts, number) for number, (name, _) in enumerate(facts["wires"])}
    for kind, x in (("pull_up", 400), ("divider", 372)):
        if kind in facts:
            part = facts[kind]
            yield from _standing(x, rows[part["pin"]], rows[part["to"]], part["text"])
    if "divider" in facts:
        part = facts["divider"]
        y = rows[part["pin"]]
        yield f'<rect x="404" y="{y - 7}" width="40" height="14" fill="#fff" stroke="#222"/>'
        yield f'<text x="424" y="{y - 12}" text-anchor="middle">{part["series"]}</text>'


def _standing(x: int, one: int, other: int, text: str) -> Iterator[str]:
    top, bottom = min(one, other), max(one, other)
    middle = (top + bottom) // 2
    yield f'<path d="M{x} {top} V{bottom}" stroke="#222" stroke-width="1.8"/>'
    yield f'<rect x="{x - 7}" y="{middle - 18}" width="14" height="36" fill="#fff" stroke="#222"/>'
    yield f'<text x="{x + 12}" y="{middle + 4}">{text}</text>'
    for y in (top, bottom):
        yield f'<circle cx="{x}" cy="{y}" r="3" fill="#222"/>'


def descriptions() -> dict[str, dict[str, Any]]:
    """Return what is drawn, by driver."""
    return loads((HERE / "wiring.toml").read_text(encoding="utf-8"))


if __name__ == "__main__":
    for driver, facts in descriptions().items():
        (FOLDER / f"{driver}.svg").write_text(drawing(facts), encoding="utf-8")
