"""The kinds of values that only a gateway's settings have."""

from re import fullmatch

from byteport.errors import InvalidName
from byteport.names import check
from byteport_agent.config.kinds import Kind, is_unit, must_be, text_of
from byteport_agent.config.problems import quoted


def _host_label(value: object) -> str:
    text = text_of(value, "a name")
    if fullmatch(r"[0-9a-zA-Z](?:[0-9a-zA-Z-]{0,61}[0-9a-zA-Z])?", text) is None:
        raise ValueError(f"{quoted(text)} is no name of a host: letters, digits and - within")
    return text.lower()


def _hosts(value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise must_be("a list of host names", value)
    names = [text_of(each, "a host name").lower() for each in value]
    for name in names:
        if fullmatch(r"[0-9a-z]([0-9a-z.-]{0,252}[0-9a-z])?", name) is None:
            raise ValueError(f"{quoted(name)} is no host name: without http:// and without port")
    return tuple(names)


def _units(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise must_be("a table", value)
    for name, unit in value.items():
        try:
            check(name)
        except InvalidName as error:
            raise ValueError(str(error)) from None
        if not is_unit(unit):
            raise ValueError(f'{quoted(name)} must be a unit such as "Cel"')
    return value


HOST_LABEL = Kind("name of a host", _host_label)
HOSTS = Kind("list of host names", _hosts)
UNITS = Kind("table", _units)
