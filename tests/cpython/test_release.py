"""Releases: what is written, committed and tagged, what is refused, and that this tree agrees."""

import json
import os
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from byteport_agent.cli import COMMANDS
from micropythons import PROJECT
from release import CHANGELOG, LISTS, MODULE, RefusedError, disagreements, git, main, release

TODAY = date(2026, 11, 26)
TEXT = """\
# Changelog

## [Unreleased]

### Added

- A driver for the HDC1080.

## [0.9.0] - 2026-01-02

- Something old.
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with the files that hold a version, after release 0.9.0."""
    for name, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org")):
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    git(tmp_path, "init", "-q", "-b", "main")
    for name in (MODULE, *LISTS, "docs/making/release.py", "Makefile"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, tmp_path / name)
    commit_version(tmp_path, "0.9.0")
    git(tmp_path, "tag", "-a", "-m", "0.9.0", "v0.9.0")
    git(tmp_path, "tag", "not-a-release")
    commit_version(tmp_path, "0.9.1.dev0")
    return tmp_path


def commit_version(tree: Path, version: str, text: str = TEXT) -> None:
    """Write a version into each place, as nobody but the release should."""
    (tree / CHANGELOG).write_text(text)
    (tree / MODULE).write_text(f'"""A core."""\n\n__version__ = "{version}"\n')
    for name in LISTS:
        (tree / name).write_text(f'{{\n  "version": "{version}",\n  "urls": []\n}}\n')
    git(tree, "add", "-A")
    git(tree, "commit", "-q", "-m", version)


def versions(tree: Path, revision: str) -> set[str]:
    module = git(tree, "show", f"{revision}:{MODULE}")
    lists = {json.loads(git(tree, "show", f"{revision}:{name}"))["version"] for name in LISTS}
    return {module.split('"')[-2], *lists}


def test_the_versions_of_this_tree_agree() -> None:
    assert disagreements(PROJECT) == []


def test_no_other_file_holds_the_version() -> None:
    own = (PROJECT / MODULE).read_text().split('__version__ = "')[1].split('"')[0]
    holding = git(PROJECT, "grep", "-lF", f'"{own}"', "--", ".", ":!tests").splitlines()
    assert sorted(holding) == sorted([MODULE, *LISTS])


def test_the_changelog_is_in_its_form() -> None:
    text = (PROJECT / CHANGELOG).read_text(encoding="utf-8")
    headings = re.findall(r"(?m)^## (.*)$", text)
    assert headings[0] == "[Unreleased]"
    dates = [
        re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)", each) for each in headings[1:]
    ]
    assert all(dates)
    assert [each[2] for each in dates if each] == sorted(
        (each[2] for each in dates if each), reverse=True
    )
    kinds = set(re.findall(r"(?m)^### (.*)$", text))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_changelog_names_every_command() -> None:
    text = (PROJECT / CHANGELOG).read_text(encoding="utf-8")
    named = set(re.findall(r"`(?:byteport-agent )?([a-z-]+)(?: DIR)?`", text))
    assert set(COMMANDS) <= named


def test_a_release(tree: Path) -> None:
    assert release(tree, "1.0.0", TODAY) == "v1.0.0"
    assert versions(tree, "v1.0.0") == {"1.0.0"}
    assert versions(tree, "HEAD") == {"1.0.1.dev0"}
    assert git(tree, "log", "-2", "--format=%s") == "Begin 1.0.1.dev0.\nRelease 1.0.0."
    assert git(tree, "rev-parse", "v1.0.0^{}") == git(tree, "rev-parse", "HEAD^")
    changelog = (tree / CHANGELOG).read_text()
    dated = "## [Unreleased]\n\n## [1.0.0] - 2026-11-26\n"
    assert changelog == TEXT.replace("## [Unreleased]\n", dated)
    assert git(tree, "show", f"v1.0.0:{CHANGELOG}") == changelog.strip()


def test_its_tag_has_the_changelogs_words(tree: Path) -> None:
    release(tree, "1.0.0", TODAY)
    assert git(tree, "cat-file", "-t", "v1.0.0") == "tag"
    words = git(tree, "tag", "-l", "--format=%(contents)", "v1.0.0")
    assert words == "1.0.0\n\n### Added\n\n- A driver for the HDC1080."


@pytest.mark.parametrize("revision", ["v1.0.0", "HEAD"])
def test_a_tree_agrees_with_itself_afterwards(tree: Path, revision: str) -> None:
    release(tree, "1.0.0", TODAY)
    git(tree, "checkout", "-q", revision)
    assert disagreements(tree) == []


def test_make_release(tree: Path) -> None:
    before = git(tree, "rev-parse", "HEAD")
    for version, code, text in (
        ("", 2, "'' is no version: three numbers, as in 'make release VERSION=1.2.3'"),
        ("0.9.1", 0, "v0.9.1 is committed and tagged; 'git push --follow-tags' publishes it"),
    ):
        assert git(tree, "rev-parse", "HEAD") == before
        run = subprocess.run(
            ["make", "-s", "release", f"VERSION={version}"],
            cwd=tree,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert run.returncode == code
        assert text in run.stdout + run.stderr
    assert versions(tree, "v0.9.1") == {"0.9.1"}


@pytest.mark.parametrize("text", ["", "1.2", "v1.2.3", "1.2.3-rc.1", "1.2.3.dev0", "01.2.3", "x"])
def test_what_is_no_version_is_refused(tree: Path, text: str) -> None:
    with pytest.raises(RefusedError, match="is no version: three numbers"):
        release(tree, text, TODAY)


@pytest.mark.parametrize("text", ["0.9.0", "0.8.9", "0.0.1"])
def test_a_version_that_is_not_higher_is_refused(tree: Path, text: str) -> None:
    with pytest.raises(RefusedError, match=f"{text} is not higher than the last release, v0.9.0"):
        release(tree, text, TODAY)


@pytest.mark.parametrize("name", [MODULE, "left_over.py"])
def test_a_tree_that_is_not_clean_is_refused(tree: Path, name: str) -> None:
    (tree / name).write_text("x = 1\n")
    with pytest.raises(RefusedError, match=name):
        release(tree, "1.0.0", TODAY)
    assert (tree / name).read_text() == "x = 1\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (TEXT.replace("### Added\n\n- A driver for the HDC1080.\n", ""), "nothing is below Unrel"),
        (TEXT.replace("## [Unreleased]\n", ""), "has no line '## \\[Unreleased\\]'"),
    ],
)
def test_a_changelog_that_says_nothing_is_refused(tree: Path, text: str, why: str) -> None:
    commit_version(tree, "0.9.1.dev0", text)
    with pytest.raises(RefusedError, match=why):
        release(tree, "1.0.0", TODAY)
    assert git(tree, "status", "--porcelain") == ""


def test_places_that_disagree_are_refused(tree: Path) -> None:
    (tree / LISTS[-1]).write_text('{\n  "version": "0.9.2.dev0",\n  "urls": []\n}\n')
    git(tree, "commit", "-q", "-a", "-m", "a mistake")
    with pytest.raises(RefusedError, match=r"drivers/package\.json has version .0\.9\.2\.dev0"):
        release(tree, "1.0.0", TODAY)


def test_a_file_without_a_version_is_refused(tree: Path) -> None:
    (tree / LISTS[0]).write_text("{}")
    git(tree, "commit", "-q", "-a", "-m", "a mistake")
    with pytest.raises(RefusedError, match=r"micropython/package.json holds 0 versions, not one"):
        release(tree, "1.0.0", TODAY)


@pytest.mark.parametrize("version", ["0.9.0", "1.0.0", "0.9.0.dev0", "0.9.1.dev1"])
def test_a_tree_that_takes_itself_for_a_release_is_told(tree: Path, version: str) -> None:
    commit_version(tree, version)
    (told,) = disagreements(tree)
    assert told == f"version {version!r} is no release: write the next one, as in '1.2.4.dev0'"


def test_a_tag_on_another_version_is_told(tree: Path) -> None:
    git(tree, "tag", "v1.0.0")
    assert disagreements(tree) == [
        "the tag is v1.0.0, the version '0.9.1.dev0'",
        "the tag is v1.0.0, the newest in CHANGELOG.md 0.9.0",
    ]


def test_what_git_refuses_changes_nothing(tree: Path) -> None:
    before = git(tree, "rev-parse", "HEAD")
    hook = tree / ".git/hooks/commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\n! grep -q Begin "$1" || { echo "not now" >&2; exit 1; }\n')
    hook.chmod(0o755)
    with pytest.raises(RefusedError, match="git commit: not now"):
        release(tree, "1.0.0", TODAY)
    assert git(tree, "rev-parse", "HEAD") == before
    assert git(tree, "status", "--porcelain") == ""
    assert "v1.0.0" not in git(tree, "tag").split()


def test_a_refusal_is_one_line(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tree)
    assert main(["0.9.0"]) == 1
    out, errors = capsys.readouterr()
    assert out == ""
    assert errors == "release: 0.9.0 is not higher than the last release, v0.9.0\n"
