"""What keeps an outbox from being opened at all; whatever a disk does is no error but a trouble.

OutboxError
 +- InUse         another agent has it: carries that agent's pid
 +- NewerSchema   a newer release wrote it: it is left as it is
"""


class OutboxError(Exception):
    """The outbox cannot be opened by this process."""


class InUse(OutboxError):  # noqa: N818
    """Another agent has the outbox open; ``pid`` is 0 where it has not written it yet."""

    def __init__(self, path: str, pid: int) -> None:
        who = f"process {pid}" if pid else "another process"
        how = f"'kill {pid}'" if pid else "Ctrl-C"
        super().__init__(
            f"{path} is in use by {who}: stop it ('sudo systemctl stop byteport-agent' if it is "
            f"the service, else {how}), or give this agent its own outbox"
        )
        self.pid = pid


class NewerSchema(OutboxError):  # noqa: N818
    """The file is of a newer release; nothing in it was changed."""

    def __init__(self, path: str, version: int, known: int) -> None:
        super().__init__(
            f"{path} has version {version}, this release knows {known}: install the newer "
            "release again, or give this one another outbox"
        )
        self.version = version
