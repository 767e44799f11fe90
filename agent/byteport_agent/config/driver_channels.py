"""Which channels a driver will have with given options, as far as that is known before it runs."""

from collections.abc import Mapping

from byteport_agent.config.driver_options import Options
from byteport_agent.driver_lookup.finder import FoundDriver

_AS_THEY_COME = ("program",)  # a program's JSON names its own, whatever CHANNELS say


def channel_names(
    found: FoundDriver, options: Options, given: Mapping[str, object]
) -> tuple[str, ...] | None:
    """Return the channels' names, None where only the running driver knows them."""
    declared = tuple(channel[0] for channel in getattr(found.kind, "CHANNELS", ()))
    if not declared or found.bus in _AS_THEY_COME:
        return None
    if "channels" in options.parameters:
        return _chosen(given.get("channels", options.parameters["channels"].default), declared)
    if "addresses" in options.parameters:  # each probe's is its channel's name
        addresses = given.get("addresses")
        return tuple(map(str, addresses)) if isinstance(addresses, list) and addresses else None
    if "name" in options.parameters and len(declared) == 1:
        return (str(given.get("name", declared[0])),)
    return declared


def _chosen(chosen: object, declared: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the names of the inputs that an option chose: 0 is ch0, "0-1" is ch0_1."""
    if chosen is None:
        return declared
    if not isinstance(chosen, (list, tuple)) or declared[0] != "ch0":
        return None
    return tuple(f"ch{each}".replace("-", "_") for each in chosen)
