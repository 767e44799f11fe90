"""Wi-Fi for a station that sleeps: it joins while nothing else is to be done, and quickly."""

from byteport.compat import const, ticks_diff, ticks_ms
from byteport.wifi import JOINING, PICO, UP

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Callable

    from byteport.wifi import Wifi

_LOOK_MS = const(20)
_WEAKEST = const(-128)


def join(wifi: "Wifi", limit_ms: int, wait_ms: "Callable[[int], object]") -> bool:
    """Try every network once; return whether one was joined, with the radio off if not.

    ``wait_ms(ms)`` sleeps so long and feeds the watchdog.
    """
    start = ticks_ms()
    wifi.on(start)
    while wifi.poll(ticks_ms()) == JOINING and ticks_diff(ticks_ms(), start) < limit_ms:
        wait_ms(_LOOK_MS)
    if wifi.state != UP:
        wifi.off()
    return wifi.state == UP


def learn(wifi: "Wifi") -> None:
    """Note in its `hint` where a Pico W is, so that its next join is no search; blocks for 2 s."""
    if wifi.port == PICO and wifi.up:
        wifi.feed()
        strongest = _WEAKEST
        for ssid, bssid, channel, rssi, _, _ in wifi.wlan.scan():
            if ssid == wifi.ssid.encode() and rssi > strongest:
                strongest = rssi
                wifi.hint = bytes((wifi.index, channel)) + bssid
        wifi.feed()
