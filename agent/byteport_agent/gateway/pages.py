"""The dashboard's pages and what they load: files of `byteport_agent.dashboard`, as they are.

What a page loads has the content's digest in its path: it is asked for once, and anew after an
update. plotly.js comes out of the package plotly, where that is installed, and from nowhere else.
"""

import re
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bottle import response, static_file

from byteport_agent.gateway.web import LOGIN_PAGE, Web, refusal

FOLDER = Path(__file__).parents[1] / "dashboard"
_TYPES = {
    ".css": "text/css; charset=UTF-8",
    ".html": "text/html; charset=UTF-8",
    ".js": "text/javascript; charset=UTF-8",
    ".svg": "image/svg+xml",
}
_FOR_EVER = "private, max-age=31536000, immutable"
_ASSETS = b'"/assets/'
_PLOTLY = b'data-plotly=""'


class Pages:
    """Routes them; anybody may see what is without data, such as the page to log in."""

    def __init__(self, web: Web) -> None:
        for path, name in (("/", "index.html"), ("/field", "field.html")):
            web.app.get(path, callback=web.private(lambda name=name: self._page(name)))
        web.app.get(LOGIN_PAGE, callback=lambda: self._page("login.html"))
        web.app.get("/assets/<version>/<name>", callback=self._asset)
        web.app.get("/plotly/<version>.js", callback=web.private(self._plotly_file))

    def _page(self, name: str) -> bytes:
        response.content_type = _TYPES[".html"]
        plotly = f'data-plotly="{self._plotly}"'.encode()
        return self._files[name].replace(_ASSETS, self._place).replace(_PLOTLY, plotly)

    def _asset(self, version: str, name: str) -> Any:
        if name not in self._files or name.endswith(".html"):
            raise refusal(404, "no such file")
        response.content_type = _TYPES[Path(name).suffix]
        if version == self._version:  # else a page of before an update asks
            response.set_header("Cache-Control", _FOR_EVER)
        return self._files[name]

    def _plotly_file(self, version: str) -> Any:
        path = plotly_path()
        if path is None:
            raise refusal(404, "plotly is not installed: pip install 'byteport-agent[dashboard]'")
        headers = {"Cache-Control": _FOR_EVER} if version in self._plotly else {}
        return static_file(path.name, path.parent, mimetype=_TYPES[".js"], headers=headers)

    @cached_property
    def _files(self) -> dict[str, bytes]:
        paths = (path for path in FOLDER.iterdir() if path.suffix in _TYPES)
        return {path.name: path.read_bytes() for path in sorted(paths)}

    @cached_property
    def _version(self) -> str:
        return sha256(b"\0".join(self._files.values())).hexdigest()[:16]

    @cached_property
    def _place(self) -> bytes:
        return f'"/assets/{self._version}/'.encode()

    @cached_property
    def _plotly(self) -> str:
        """Where plotly.js is, "" where it is not installed."""
        path = plotly_path()
        if path is None:
            return ""
        found = re.search(rb"plotly\.js v([0-9.]+)", path.read_bytes()[:500])
        return f"/plotly/{found[1].decode() if found else 'unknown'}.js"


def plotly_path() -> Path | None:
    """Return the file of plotly.js, without importing what is around it."""
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).with_name("package_data") / "plotly.min.js"
    return path if path.is_file() else None
