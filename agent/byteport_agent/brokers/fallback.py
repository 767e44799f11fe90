"""What brokers' outputs share: which entries go together, and where those go that no data form \
carries."""

from byteport_agent.brokers.data_form import carries
from byteport_agent.config import BrokerTarget, ByteportTarget, Device
from byteport_agent.delivery.byteport_answers import Answers
from byteport_agent.delivery.byteport_link import ByteportLink
from byteport_agent.delivery.packing import Packing
from byteport_agent.keys import Secret

_MOST_BYTES = 120_000  # a call, as the outbox counts them


def packing_of(settings: BrokerTarget) -> Packing:
    """Return which entries an output may send in one call."""
    if not settings.in_data_form:
        return Packing(settings.most_together, max_bytes=_MOST_BYTES)
    return Packing(
        settings.most_together, lambda entry: carries(entry.fields), max_bytes=_MOST_BYTES
    )


def fallback_link(settings: BrokerTarget, device: Device, answers: Answers) -> ByteportLink | None:
    """Return the way by HTTP, where the settings name one."""
    if settings.fallback_url is None:
        return None
    target = ByteportTarget(
        type="byteport",
        name=settings.name,
        url=settings.fallback_url,
        timeout_ms=settings.timeout_ms,
    )
    return ByteportLink(target, device, answers)


def secrets_of(settings: BrokerTarget, device: Device) -> list[Secret]:
    """Return what no text of this output may hold."""
    keys = [settings.password, device.key if settings.fallback_url else None]
    return [key.secret for key in keys if key is not None]
