"""Which pip installs into this program's environment: seldom the one that a shell finds.

Messages say `pip install …`, as drivers do not know where they run. On Debian a shell's pip refuses
(PEP 668), and in another environment it would install to no effect.
"""

import os
import sys


def pip(prefix: str = sys.prefix, is_venv: bool = sys.prefix != sys.base_prefix) -> str:
    """Return the pip of an environment, with what has to stand before it."""
    if not is_venv:
        return "pip"
    sudo = "" if os.access(prefix, os.W_OK) or not os.path.exists(prefix) else "sudo "
    return f"{sudo}{prefix}/bin/pip"


def with_own_pip(text: str) -> str:
    """Return a message whose `pip install` can be typed as it stands."""
    if "pip install" not in text:
        return text
    from re import sub
    from shutil import which

    if which("pip") == f"{sys.prefix}/bin/pip":
        return text
    return sub(r"(?<![\w/.-])pip install", lambda _: f"{pip()} install", text)
