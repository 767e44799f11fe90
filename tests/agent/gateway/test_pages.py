"""The dashboard's files as the gateway serves them: which, to whom, and for how long."""

import re
from pathlib import Path

import pytest
from gateway_rig import GatewayRig

from byteport_agent.gateway import pages
from byteport_agent.gateway.passwords import PasswordFile

FILES = sorted(path for path in pages.FOLDER.iterdir() if path.suffix in pages._TYPES)
HTML = [path for path in FILES if path.suffix == ".html"]
NAMESPACES = {"http://www.w3.org/2000/svg"}


def assets(page: str) -> list[str]:
    return re.findall(r'"(/assets/[^"]+)"', page)


def test_what_a_page_loads_is_there_and_kept(gateway: GatewayRig) -> None:
    loaded = assets(gateway.get("/").text)
    assert len(loaded) >= 4
    for path in loaded:
        answer = gateway.get(path)
        assert (answer.status, answer.headers["cache-control"]) == (200, pages._FOR_EVER)
        assert answer.headers["content-type"] == pages._TYPES[Path(path).suffix]


def test_a_page_itself_is_asked_for_each_time(gateway: GatewayRig) -> None:
    for path in ("/", "/field?device=a&field=b", "/login"):
        answer = gateway.get(path)
        assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")


def test_what_an_older_page_asks_for_is_not_kept(gateway: GatewayRig) -> None:
    answer = gateway.get("/assets/0123456789abcdef/base.css")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")


@pytest.mark.parametrize(
    "name",
    ["index.html", "__init__.py", "..%2f__init__.py", "../pages.py", "nothing.js", "%00.js", "."],
)
def test_X6_nothing_else_is_served(gateway: GatewayRig, name: str) -> None:
    assert gateway.get(f"/assets/x/{name}").status == 404


def test_X10_who_is_not_logged_in_gets_the_log_in_and_what_it_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("byteport_agent.gateway.passwords._COST", (2, 8, 1))
    PasswordFile(str(tmp_path / "gateway.password")).set("a password")
    rig = GatewayRig(tmp_path)
    for path in ("/", "/field", "/plotly/1.js"):
        answer = rig.get(path)
        assert (answer.status, answer.headers["location"]) == (303, f"{rig.url}/login")
    loaded = assets(rig.get("/login").text)
    assert [rig.get(path).status for path in loaded] == [200] * len(loaded)
    rig.close()


def test_without_plotly_it_is_said_how_to_get_it(
    gateway: GatewayRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "find_spec", lambda _: None)
    assert 'data-plotly=""' in gateway.get("/field").text
    answer = gateway.get("/plotly/unknown.js")
    assert (answer.status, "pip install" in answer.text) == (404, True)


@pytest.mark.parametrize("path", HTML, ids=lambda path: path.name)
def test_X7_no_page_has_anything_inline(path: Path) -> None:
    page = path.read_text("utf-8")
    assert re.findall(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=|javascript:", page) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    found = set(re.findall(r"(?:https?:)?//[\w-]+(?:\.[\w-]+)+[\w/]*", path.read_text("utf-8")))
    assert found <= NAMESPACES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_X7_no_module_makes_markup_of_text(path: Path) -> None:
    markup = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    assert re.findall(markup, path.read_text("utf-8")) == []


def test_every_file_is_short() -> None:
    assert [path.name for path in FILES if len(path.read_text("utf-8").splitlines()) > 300] == []
