"""What a board gets: package.json (mip) and manifest.py (frozen) name the same, needed files.

package_session.json and manifest_session.py add what logs in; package_client.json is the part for a
program of one's own that only sends.
"""

import ast
import json
import re
import shutil
from pathlib import Path

import pytest

import byteport
from byteport_mocks.byteport_server import ByteportServer
from byteport_mocks.scripted_server import Reply, ScriptedServer
from micropythons import INTERPRETERS, PROJECT, run_micropython

BOARD = PROJECT / "micropython"
PACKAGE = json.loads((BOARD / "package.json").read_text())
FILES = [target for target, _ in PACKAGE["urls"]]
SESSION = json.loads((BOARD / "package_session.json").read_text())
SESSION_FILES = [target for target, _ in SESSION["urls"]]
CLIENT = json.loads((BOARD / "package_client.json").read_text())
CLIENT_FILES = [target for target, _ in CLIENT["urls"]]

# imported by PCs alone, or for their type checkers
PC_ONLY = {"bus.py", "clients.py", "compat_cpython.py", "http_clients.py"}
PC_ONLY |= {"filter_settings.py"}  # which checks what a station gets
PC_ONLY |= {"name_advice.py", "packets.py", "secret.py", "store_call.py"}
PC_ONLY |= {"reference_errors.py", "reference_session.py", "scientific.py", "time_points.py"}

# what runs on boards alone, and what it needs there
BOARD_ONLY = {"byteport/wifi.py": {"network"}, "byteport/station_pins.py": {"machine", "onewire"}}
OF_STATION = ("board", "buses", "halt", "sleep", "telemetry")
BOARD_ONLY |= {f"byteport/station_{name}.py": {"machine"} for name in OF_STATION}
BOARD_ONLY |= {f"byteport/{name}.py": {"machine"} for name in ("boot_report", "led", "station")}


def frozen(manifest: str) -> list[str]:
    """Return what a manifest names, those that it includes too."""
    named: list[str] = []

    def package(name: str, files: tuple[str, ...]) -> None:
        named.extend(f"{name}/{file}" for file in files)

    names = {
        "package": package,
        "module": named.append,
        "include": lambda other: named.extend(frozen(other)),
    }
    exec((BOARD / manifest).read_text(), names)
    return named


def test_manifest_and_package_name_the_same_files() -> None:
    assert frozen("manifest.py") == FILES
    assert frozen("manifest_session.py") == FILES + SESSION_FILES
    assert set(CLIENT_FILES) < set(FILES)
    for package in (PACKAGE, SESSION, CLIENT):
        assert all(target == source for target, source in package["urls"])
        assert package["version"] == byteport.__version__


def test_every_file_is_a_boards_or_a_pcs() -> None:
    there = {path.name for path in (BOARD / "byteport").glob("*.py")}
    listed = {Path(file).name for file in FILES + SESSION_FILES if file.startswith("byteport/")}
    assert there == listed | PC_ONLY
    assert not listed & PC_ONLY
    assert not set(FILES) & set(SESSION_FILES)
    assert not (BOARD / "__init__.py").exists()  # it would shadow MicroPython's own module


def test_no_file_needs_one_that_a_board_does_not_get() -> None:
    needed = {file[:-3].replace("/", ".") for file in FILES} | {"byteport"}
    for_session = {file[:-3].replace("/", ".") for file in SESSION_FILES}
    for file in FILES + SESSION_FILES:
        modules = needed | for_session if file in SESSION_FILES else needed
        tree = ast.parse((BOARD / file).read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("byteport"):
                if node.module in ("byteport.compat_cpython", "byteport.bus"):
                    continue  # CPython's half, and types
                assert node.module in modules, f"{file} imports {node.module}"


def test_the_core_imports_nothing_but_itself_and_what_both_interpreters_have() -> None:
    allowed = {"binascii", "bz2", "deflate", "errno", "gc", "io", "json", "os", "select", "socket"}
    allowed |= {"ssl", "struct", "sys", "time", "tls", "zlib", "byteport"}
    for file in FILES + SESSION_FILES:
        for name in re.findall(r"^ *(?:from|import) (\w+)", (BOARD / file).read_text(), re.M):
            here = allowed | {"typing", "collections"} | BOARD_ONLY.get(file, set())
            assert name in here, f"{file} imports {name}"


def copy(files: list[str], folder: Path) -> None:
    for file in files:
        (folder / file).parent.mkdir(exist_ok=True)
        shutil.copy(BOARD / file, folder / file)


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_the_listed_files_suffice(interpreter: str, tmp_path: Path) -> None:
    copy(FILES, tmp_path)
    script = tmp_path / "main.py"
    with ScriptedServer() as server:
        script.write_text(
            "import urequests\n"
            "from byteport import Client\n"
            f"client = Client('myownspace', 'key', 'barDev1', url={server.url!r})\n"
            "client.store({'temperature': 21.5})\n"
            "client.store_object('data', b'data', compression='gzip')\n"
            f"print(urequests.get({server.url!r}).status_code)\n"
        )
        run = run_micropython(interpreter, script, path=tmp_path)
    assert run.stdout == "200\n", run.stdout + run.stderr
    assert len(server.requests) == 3


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_the_files_of_the_client_suffice_for_all_that_it_does(
    interpreter: str, tmp_path: Path
) -> None:
    copy(CLIENT_FILES, tmp_path)
    script = tmp_path / "main.py"
    answers = [Reply(), Reply(), Reply(), Reply(), Reply(status=429, headers={"Retry-After": "7"})]
    with ScriptedServer(answers) as server:
        script.write_text(
            "from byteport import Client\n"
            "from byteport.errors import RateLimited, SendError\n"
            f"client = Client('myownspace', 'key', 'barDev1', url={server.url!r})\n"
            "client.store({'temperature': 21.5}, timestamp=1769860800)\n"
            "client.store_object('data', b'data', compression='gzip')\n"
            f"client.store_file('program', {str(script)!r})\n"
            "client.log('up')\n"
            "try:\n"
            "    client.store({'temperature': 21.5})\n"
            "except RateLimited as error:\n"
            "    print(error.retry_after)\n"
            "try:\n"
            "    Client('myownspace', 'key', 'barDev1').store({'temperature': 21.5})\n"
            "except SendError as error:\n"
            "    print(error)\n"
        )
        run = run_micropython(interpreter, script, path=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    waits, told = run.stdout.splitlines()
    assert waits == "7", run.stdout + run.stderr
    no_tls = "https needs the module tls, which MicroPython has since 1.23"
    assert no_tls in told or "TLS needs ca=, the certificate to trust" in told
    assert len(server.requests) == 5


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_the_listed_files_suffice_for_a_session(interpreter: str, tmp_path: Path) -> None:
    copy(FILES + SESSION_FILES, tmp_path)
    script = tmp_path / "main.py"
    with ByteportServer() as server:
        server.put("test", "6000", "temp", [(1410613385123, "21.5")])
        script.write_text(
            "from byteport.session import UserSession\n"
            f"session = UserSession({server.url!r})\n"
            "session.login('admin', 'admin')\n"
            "meta = session.each_point(lambda point: print(point['v']), 'test', '6000', 'temp',\n"
            "    start=1410613385)\n"
            "print(meta['len'])\n"
        )
        run = run_micropython(interpreter, script, path=tmp_path)
    assert run.stdout == "21.5\n1\n", run.stdout + run.stderr
