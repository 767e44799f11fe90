"""What is at / : the agent's status as text, which a terminal's browser and curl show as well."""

from collections.abc import Callable, Mapping
from typing import Any

from bottle import response

from byteport_agent.gateway.web import TEXT, Web
from byteport_agent.status import status_lines


def add_front_page(web: Web, status: Callable[[], Mapping[str, Any]]) -> None:
    """Route it; who must log in does so by the API, see docs/gateway-api.md."""

    @web.private
    def front_page() -> str:
        response.content_type = TEXT
        return "".join(f"{line}\n" for line in status_lines(status()))

    web.app.get("/", callback=front_page)
