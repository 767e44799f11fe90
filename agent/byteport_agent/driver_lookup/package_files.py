"""Where the files of this project's packages are, which are read as text for boards."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

OURS = ("byteport", "byteport_drivers")  # the packages that a board can have


@cache
def package_folder(name: str) -> Path:
    """Return the folder of one of OURS."""
    spec = find_spec(name)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(next(iter(spec.submodule_search_locations)))


def module_file(module: str) -> Path | None:
    """Return the file of a module or package of OURS, None where there is none."""
    package, _, rest = module.partition(".")
    if package not in OURS:
        return None
    place = package_folder(package).joinpath(*rest.split(".")) if rest else package_folder(package)
    for file in (place.with_suffix(".py"), place / "__init__.py"):
        if file.is_file() and not (rest == "" and file == place.with_suffix(".py")):
            return file
    return None
