"""A digital input on a pin of this machine: door contact, float switch, relay, any 0 or 1.

Through gpiozero, on whatever pin factory it finds. Witness: gpiozero's own MockFactory.
"""

from byteport_drivers.linux.edge_input import ToldEdges


class GPIO(ToldEdges):
    """The state of one pin: 1 is high, or low where ``active_low``."""

    CHANNELS = (("state", "/", 0),)

    def __init__(
        self,
        pin: "int | str",
        *,
        pull: str = "none",
        active_low: bool = False,
        debounce_ms: float = 0,
    ) -> None:
        sensor = f"{type(self).__name__.lower()} {pin}"
        super().__init__(sensor, pin, pull, active_low, debounce_ms)

    def read(self) -> tuple[float, ...]:
        """Return the state now."""
        return (self.active(),)
