"""A motion sensor (PIR, HC-SR501, radar) with an output that is high for a few seconds.

Its output holds by itself, so a reading between two motions sees none: motion since the previous
reading counts too. Witness: gpiozero's MotionSensor on the same pin.
"""

from byteport_drivers.linux.gpio import GPIO


class PIR(GPIO):
    """Whether something moves, or did since the previous reading."""

    CHANNELS = (("motion", "/", 0),)

    def read(self) -> tuple[float, ...]:
        """Return 1 for motion now or since the previous reading."""
        count = self.taken_count()
        return (int(count > 0 or self.active() == 1),)
