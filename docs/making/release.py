"""Makes a release of what is committed: the version in all places, the changelog, commit and tag.

    make release VERSION=1.2.3

The package's version stands in micropython/byteport/__init__.py, which a board has too; mip's lists
repeat it. Between releases it is that of the next one with .dev0, so that nothing which is built
meanwhile takes itself for a release.
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

MODULE = "micropython/byteport/__init__.py"
LISTS = (
    "micropython/package.json",
    "micropython/package_client.json",
    "micropython/package_session.json",
    "drivers/package.json",
)
CHANGELOG = "CHANGELOG.md"
_PLACES = {
    MODULE: r'(?m)^(__version__ = ")(.*)(")$',
    **dict.fromkeys(LISTS, r'(?m)^(  "version": ")(.*)(",)$'),
}
_UNRELEASED = "## [Unreleased]\n"
_RELEASE = r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
_HEADING = rf"(?m)^## \[({_RELEASE})\] - (\d{{4}}-\d\d-\d\d)$"

Version = tuple[int, ...]


class RefusedError(Exception):
    """Why there is no release, and what to do."""


def main(words: Sequence[str]) -> int:
    """Make the release that the one word names, in the present folder; return 1 for a refusal."""
    tree = Path.cwd()
    try:
        made = release(tree, words[0] if words else "", datetime.now(UTC).date())
    except RefusedError as refusal:
        print(f"release: {refusal}", file=sys.stderr)
        return 1
    print(f"{made} is committed and tagged; 'git push --follow-tags' publishes it")
    return 0


def release(tree: Path, text: str, today: date) -> str:
    """Commit and tag a version of a clone, and begin the next; return the tag.

    Raise RefusedError, with nothing changed, where something speaks against it.
    """
    version = parsed(text)
    begin = git(tree, "rev-parse", "HEAD")
    refuse(tree, version)
    try:
        notes = _dated(tree, text, today)
        _commit(tree, text, f"Release {text}.")
        # what begins with # is a heading here, and no comment
        git(tree, "tag", "-a", "--cleanup=whitespace", "-m", f"{text}\n\n{notes}", f"v{text}")
        following = f"{version[0]}.{version[1]}.{version[2] + 1}.dev0"
        _commit(tree, following, f"Begin {following}.")
    except RefusedError:
        git(tree, "reset", "-q", "--hard", begin)  # nothing else was changed: the tree was clean
        if version in releases(tree):
            git(tree, "tag", "-d", f"v{text}")
        raise
    return f"v{text}"


def refuse(tree: Path, version: Version) -> None:
    """Raise RefusedError where something speaks against releasing a version of this tree."""
    changed = git(tree, "status", "--porcelain")
    if changed:
        raise RefusedError(f"commit, stash or remove these first:\n{changed}")
    wrong = disagreements(tree)
    if wrong:
        raise RefusedError("; ".join(wrong))
    last = last_release(tree)
    if version <= last:
        raise RefusedError(f"{_text(version)} is not higher than the last release, v{_text(last)}")
    if not unreleased(tree):
        raise RefusedError(f"{CHANGELOG}: nothing is below Unreleased; say what users will notice")


def disagreements(tree: Path) -> list[str]:
    """Return what is wrong with the versions that a tree holds, in words; mostly nothing."""
    versions = {place: version_in(tree, place) for place in _PLACES}
    own = versions[MODULE]
    wrong = [
        f"{place} has version {other!r}, {MODULE} {own!r}"
        for place, other in versions.items()
        if other != own
    ]
    tagged = [_text(version) for version in releases(tree, "--points-at", "HEAD")]
    for version in tagged:
        if own != version:
            wrong.append(f"the tag is v{version}, the version {own!r}")
        if newest_section(tree) != version:
            wrong.append(f"the tag is v{version}, the newest in {CHANGELOG} {newest_section(tree)}")
    if not tagged and not is_ahead(own, last_release(tree)):
        wrong.append(f"version {own!r} is no release: write the next one, as in '1.2.4.dev0'")
    return wrong


def is_ahead(own: str, last: Version) -> bool:
    """Tell whether a version is a later one's than the last release, and not a release."""
    base, dev, end = own.partition(".dev0")
    return bool(dev) and not end and bool(re.fullmatch(_RELEASE, base)) and parsed(base) > last


def parsed(text: str) -> Version:
    """Return a version's three numbers; raise RefusedError for what is none."""
    match = re.fullmatch(_RELEASE, text)
    if match is None:
        raise RefusedError(
            f"{text!r} is no version: three numbers, as in 'make release VERSION=1.2.3'"
        )
    return tuple(map(int, match.groups()))


def releases(tree: Path, *options: str) -> list[Version]:
    """Return the versions of the tags, the lowest first."""
    tags = git(tree, "tag", "--list", *options).split()
    return sorted(parsed(tag[1:]) for tag in tags if re.fullmatch("v" + _RELEASE, tag))


def last_release(tree: Path) -> Version:
    """Return the highest version that has a tag, or zeros without one."""
    return max(releases(tree), default=(0, 0, 0))


def version_in(tree: Path, place: str) -> str:
    """Return the version that a file holds."""
    found = re.findall(_PLACES[place], _read(tree, place))
    if len(found) != 1:
        raise RefusedError(f"{place} holds {len(found)} versions, not one")
    return str(found[0][1])


def unreleased(tree: Path) -> str:
    """Return what the changelog has below Unreleased."""
    _above, heading, below = _read(tree, CHANGELOG).partition(_UNRELEASED)
    if not heading:
        raise RefusedError(f"{CHANGELOG} has no line '{_UNRELEASED.strip()}'")
    return re.split(r"(?m)^## ", below)[0].strip()


def newest_section(tree: Path) -> str:
    """Return the version of the changelog's topmost release, "" without one."""
    match = re.search(_HEADING, _read(tree, CHANGELOG))
    return match[1] if match else ""


def git(tree: Path, *words: str) -> str:
    """Return what git prints; raise RefusedError with its own words where it fails."""
    command = ["git", "-C", str(tree), *words]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if run.returncode:
        raise RefusedError(f"git {words[0]}: {run.stderr.strip() or run.stdout.strip()}")
    return run.stdout.rstrip()


def _dated(tree: Path, text: str, today: date) -> str:
    """Turn Unreleased into a version's section, below a new one; return what it says."""
    notes = unreleased(tree)
    heading = f"{_UNRELEASED}\n## [{text}] - {today.isoformat()}\n"
    _write(tree, CHANGELOG, _read(tree, CHANGELOG).replace(_UNRELEASED, heading, 1))
    return notes


def _commit(tree: Path, version: str, subject: str) -> None:
    for place, pattern in _PLACES.items():
        text = re.sub(pattern, rf"\g<1>{version}\g<3>", _read(tree, place))
        _write(tree, place, text)
    git(tree, "commit", "-q", "-a", "-m", subject)


def _text(version: Version) -> str:
    return ".".join(map(str, version))


def _read(tree: Path, place: str) -> str:
    return (tree / place).read_text(encoding="utf-8")


def _write(tree: Path, place: str, text: str) -> None:
    (tree / place).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
