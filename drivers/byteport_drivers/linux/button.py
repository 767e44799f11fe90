"""A push button or key between a pin and ground. Witness: gpiozero's Button on the same pin."""

from byteport_drivers.linux.edge_input import ToldEdges


class Button(ToldEdges):
    """Whether it is pressed now, and how often it was since the previous reading."""

    CHANNELS = (("pressed", "/", 0), ("presses", "count", 0))

    def __init__(
        self,
        pin: "int | str",
        *,
        pull: str = "up",
        active_low: bool = True,
        debounce_ms: float = 20,
    ) -> None:
        super().__init__(f"button {pin}", pin, pull, active_low, debounce_ms)

    def read(self) -> tuple[float, ...]:
        """Return the state now, and the presses since the previous reading."""
        return self.active(), self.taken_count()
