"""One reading of one driver for a person who waits for it: patiently, and with words for errors."""

from collections.abc import Sequence
from time import monotonic, sleep

from byteport.errors import NotReady
from byteport_agent.command_errors import CommandError
from byteport_agent.driver_lookup.maker import MadeDriver
from byteport_agent.sampling.measuring import measure

_LOOK_AGAIN_S = 0.1


def one_reading(made: MadeDriver, timeout_s: float) -> Sequence[float | str]:
    """Return a sample; a sensor that is not ready is asked again until the time is over.

    Raises CommandError for that and for a bus's errors, else what the driver raises.
    """
    deadline_s = monotonic() + timeout_s
    while True:
        try:
            values = measure(made.driver, _wait)
        except NotReady as error:
            if monotonic() > deadline_s:
                raise CommandError(f"{error} (asked for {timeout_s:g} s)") from None
            sleep(_LOOK_AGAIN_S)
        except OSError as error:
            raise CommandError(made.error_text(error)) from None
        else:
            assert values is not None  # no wait here is ended
            return values


def _wait(ms: int) -> bool:
    sleep(ms / 1000)
    return False
