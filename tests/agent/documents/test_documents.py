"""What documents say is there: quoted messages, files behind links, commands and their options."""

import shlex
from functools import cache
from pathlib import Path
from re import DOTALL, MULTILINE, findall, search, sub
from typing import Any

import pytest
from message_texts import GAP, is_said, texts_of

from byteport_agent.cli import COMMANDS, command_module, command_parser
from byteport_agent.command_errors import UsageError
from byteport_agent.command_line.arguments import Parser
from byteport_mocks.byteport_server import ByteportServer
from micropythons import PROJECT

DOCUMENTS = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")])
TROUBLES = findall(
    r"^### `(.*)`$", (PROJECT / "docs/troubleshooting.md").read_text(encoding="utf-8"), MULTILINE
)

_OF_STATION = ("answers", "buses", "halt", "http", "mqtt", "sender", "sensors", "sleep")
BOARD_MODULES = ("boot_report", "compat_tls", "connection", "sensor_failures", "sntp", "wifi")
BOARD_MODULES += ("station", *(f"station_{name}" for name in _OF_STATION), "outbox_record")
NOT_EXPLAINED = {
    "no Wi-Fi network is configured",  # `check` sees to that, and to the next
    "a URL is like https://host/path or http://host:8080/path",
    "does not answer",  # explained as a whole
    "bytes: the outbox takes 1,000",
    "ok again after",
}


def name_of(path: Path) -> str:
    return str(path.relative_to(PROJECT))


@pytest.mark.parametrize("message", TROUBLES)
def test_a_message_that_is_explained_is_said(message: str) -> None:
    assert len(message.replace(GAP, "").strip()) >= 12
    assert is_said(message), "no text of agent, drivers or micropython has these words"


def test_many_messages_are_explained_each_once() -> None:
    assert len(TROUBLES) >= 50
    assert len(TROUBLES) == len(set(TROUBLES))
    assert not is_said("this is said … nowhere")


def board_messages() -> set[str]:
    """Return the longest fixed part of each text that a board's program has for people."""
    found = set()
    for name in BOARD_MODULES:
        for text in texts_of(PROJECT / f"micropython/byteport/{name}.py"):
            if " " in text.strip() and not search(r"\[| \| |\r\n", text):  # types, and HTTP
                parts = sub(r"^[IWE] ", "", text).split(GAP)
                found.add(max((part.strip(" :,()") for part in parts), key=len))
    return found


@pytest.mark.parametrize("message", sorted(board_messages() - NOT_EXPLAINED))
def test_every_message_of_a_running_board_is_explained(message: str) -> None:
    page = " ".join((PROJECT / "docs/troubleshooting.md").read_text(encoding="utf-8").split())
    assert message in page


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    text = sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=DOTALL)
    for target in findall(r"\]\(([^)\s]+)\)", text):
        file, _, anchor = target.partition("#")
        if "://" not in target:
            there = path.parent / file if file else path
            assert there.exists(), target
            assert not anchor or anchor in anchors(there), target


@cache
def anchors(path: Path) -> set[str]:
    """Return what a heading can be linked by."""
    titles = findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), MULTILINE)
    return {sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@cache
def parser_of(command: str) -> Parser:
    return command_parser(command, command_module(command))


def command_lines(path: Path) -> list[str]:
    """Return the lines of a document's shell blocks that call the command."""
    blocks = findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line.split(" #")[0] for line in lines if "byteport-agent " in line]


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_commands_are_understood(path: Path) -> None:
    for line in command_lines(path):
        for call in findall(r"(?:^|[\s/&])byteport-agent ([a-z][^|&>]*)", line):
            command, *words = shlex.split(call)
            if command in COMMANDS:
                try:
                    parser_of(command).parse(words)
                except UsageError as error:
                    pytest.fail(f"{line}: {error}")


def test_the_code_for_who_comes_from_the_reference_client(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = (PROJECT / "docs/moving-from-the-reference-client.md").read_text(encoding="utf-8")
    blocks = findall(r"```python\n(.*?)```", page, DOTALL)
    assert len(blocks) == 2
    with ByteportServer() as server:
        host = {0: f', byteport_api_hostname="{server.url}")', 1: f', url="{server.url}")'}
        for number, block in enumerate(blocks):
            code = block.replace('"TestGW")', f'"TestGW"{host[number]}')
            names: dict[str, Any] = {}
            exec(compile(code, "page", "exec"), names)
            names["client"].close()
        assert server.values("test", "TestGW", "temp")[0] == (1410613385123, "21.5")
        assert len(server.values("test", "TestGW", "temp")) == 2
        assert len(server.values("test", "TestGW", "status")) == 1


def test_what_is_said_of_the_reference_clients_names() -> None:
    from byteport import http_clients

    page = (PROJECT / "docs/moving-from-the-reference-client.md").read_text(encoding="utf-8")
    same = page.partition("## What is mended")[0]
    for name in findall(r"`([a-z_0-9]+)`[,.]", same):
        known = dir(http_clients.ByteportHttpClient)
        assert name in known or name == "byteport_api_hostname", name


@pytest.mark.parametrize(
    "name", ["CONTRIBUTING.md", "docs/architecture.md", "docs/adding-a-chip.md"]
)
def test_paths_that_are_named_are_there(name: str) -> None:
    rooms = ("agent/", "docs/", "drivers/", "hw_mocks/", "micropython/", "tests/")
    paths = findall(r"`([\w./-]+/[\w./-]*)`", (PROJECT / name).read_text(encoding="utf-8"))
    named = [path for path in paths if path.startswith(rooms) and "NAME" not in path]
    assert len(named) >= 4
    assert [path for path in named if not (PROJECT / path).exists()] == []
