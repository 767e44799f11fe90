"""An output's state as others see it, out of what its service and its devices are in."""

from byteport_agent.delivery.dispatch import Dispatch
from byteport_agent.delivery.output import OutputStatus
from byteport_agent.delivery.service import HELD, OK, WAITING


def status_of(
    dispatch: Dispatch, name: str, kind: str, backlog: int, lost: int, now: int
) -> OutputStatus:
    """Return the status; ``kind`` is the output's type, ``now`` is in ticks."""
    state, reason, until = _worst(dispatch)
    counts = dispatch.counts
    return OutputStatus(
        name=name,
        type=kind,
        state=state,
        reason=reason,
        backlog=backlog,
        delivered=counts.delivered,
        rejected=counts.rejected,
        lost=lost,
        errors=counts.errors,
        last_delivery_ms=counts.last_delivery_ms,
        retry_in_ms=None if state == OK else max(until - now, 0),
    )


def _worst(dispatch: Dispatch) -> tuple[str, str, int]:
    """Return the state of all, else that of a device that is held, else of one that waits."""
    service = dispatch.service
    if service.state != OK:
        return service.state, service.reason, service.until
    queues = dispatch.feed.queues.values()
    for state in (HELD, WAITING):
        found = sorted((one for one in queues if one.state == state), key=lambda one: one.until)
        if found:
            others = f" (and {len(found) - 1} more devices)" if len(found) > 1 else ""
            return state, f"{found[0].device}: {found[0].reason}{others}", found[0].until
    return OK, "", 0
