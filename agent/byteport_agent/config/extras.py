"""The packages that a section needs and that are not always there, by the extra that has them."""

from importlib.util import find_spec

from byteport_agent.config.tables import Table

_PACKAGES = {  # by extra: the package as it is installed, and as it is imported
    "mqtt": ("paho-mqtt", "paho.mqtt"),
    "stomp": ("stomp.py", "stomp"),
    "prometheus": ("prometheus-client", "prometheus_client"),
    "pi": ("gpiozero", "gpiozero"),
    "mdns": ("zeroconf", "zeroconf"),
}


def need(table: Table, extra: str, *keys: str) -> None:
    """Add a mistake where the package of an extra is not installed."""
    package, module = _PACKAGES[extra]
    if not has_module(module):
        table.mistake(_text(package, extra), *keys)


def want(table: Table, extra: str, *keys: str) -> None:
    """Warn where the package of an extra is not installed, without which the rest works."""
    package, module = _PACKAGES[extra]
    if not has_module(module):
        table.warn(_text(package, extra), *keys)


def _text(package: str, extra: str) -> str:
    return f"needs the package {package}: pip install 'byteport-agent[{extra}]'"


def has_module(name: str) -> bool:
    """Tell whether a module is there, without running it."""
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False
