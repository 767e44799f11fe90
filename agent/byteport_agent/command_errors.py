"""What ends a command: one line for the person who typed it, and the exit code for a script.

    CommandError                    1   it did not work out
     +- UsageError           2   the command line is wrong
     +- ConfigurationError  78   a file, key or setting is wrong (EX_CONFIG of sysexits.h)
     +- InUseError          75   another agent has what this one needs (EX_TEMPFAIL)

The text says what is wrong, where, and what to do about it.
"""


class CommandError(Exception):
    """The command could not do what it was asked for."""

    exit_code = 1


class UsageError(CommandError):
    """The command line is wrong."""

    exit_code = 2


class ConfigurationError(CommandError):
    """A file, key or setting is wrong."""

    exit_code = 78


class InUseError(CommandError):
    """Another process has what this one needs: it may be free later."""

    exit_code = 75
