"""The status socket: whoever may asks, and gets an answer or a sentence."""

import os
import socket
import stat
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from byteport_agent.service.status_socket import NoAgentError, StatusSocket, ask, socket_path


def answered(path: str, status: object) -> Any:
    questions = StatusSocket(path)
    try:
        thread = Thread(target=lambda: (wait(questions), questions.answer(status)))
        thread.start()
        answer = ask(path)
        thread.join()
        return answer
    finally:
        questions.close()


def wait(questions: StatusSocket) -> None:
    import select

    select.select([questions], [], [], 20)


def test_an_agent_is_asked_beside_its_outbox(tmp_path: Path) -> None:
    path = socket_path(str(tmp_path / "outbox.db"))
    assert path == f"{tmp_path}/outbox.db.sock"
    status = {"state": "ok", "text": "å" * 100_000}
    assert answered(path, status) == status
    assert not os.path.exists(path)


def test_a_path_that_is_too_long_for_a_socket_works_too(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 20) / ("folder" * 10)
    folder.mkdir(parents=True)
    assert answered(socket_path(str(folder / "outbox.db")), {"a": 1}) == {"a": 1}


def test_X4_only_its_own_user_can_ask(tmp_path: Path) -> None:
    questions = StatusSocket(str(tmp_path / "sock"))
    assert stat.S_IMODE(os.stat(tmp_path / "sock").st_mode) == 0o600
    questions.close()


def test_what_a_killed_agent_left_is_replaced(tmp_path: Path) -> None:
    path = str(tmp_path / "sock")
    with socket.socket(socket.AF_UNIX) as old:
        old.bind(path)
    with pytest.raises(NoAgentError, match="no agent runs with the outbox"):
        ask(path)
    assert answered(path, {}) == {}


def test_nobody_there_is_told_in_words(tmp_path: Path) -> None:
    told = r"no agent runs with the outbox .*/outbox\.db; .* starts one$"
    with pytest.raises(NoAgentError, match=told):
        ask(socket_path(str(tmp_path / "outbox.db")))


def test_an_asker_that_reads_nothing_holds_up_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("byteport_agent.service.status_socket._SEND_TIMEOUT_S", 0.05)
    questions = StatusSocket(str(tmp_path / "sock"))
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(str(tmp_path / "sock"))
        questions.answer({"text": "x" * 10_000_000})
    questions.answer({})  # and where nobody asks
    questions.close()


def test_no_answer_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("byteport_agent.service.status_socket._TIMEOUT_S", 0.05)
    questions = StatusSocket(str(tmp_path / "sock"))
    with pytest.raises(NoAgentError, match="gives no answer"):
        ask(str(tmp_path / "sock"))
    questions.close()
