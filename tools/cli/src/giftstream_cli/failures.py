"""Why a command ends with something other than 0: one sentence, one exit code (CONTRACTS 5)."""

DONE = 0
NOT_HELD = 1
WRONG_USE = 2
AWAY = 3
INTERRUPTED = 130


class CommandFailed(Exception):
    """Ends the command; `sentence` says what happened and what to do.

    `problem` is the code with which a service refused.
    """

    exit_code = NOT_HELD
    code = "failed"

    def __init__(self, sentence: str, problem: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.problem = problem


class NotHeld(CommandFailed):
    """Something asked for did not hold: not found, refused, already done."""

    code = "not_held"


class WrongUse(CommandFailed):
    """The command was given something it cannot work with."""

    exit_code = WRONG_USE
    code = "wrong_use"


class ServerAway(CommandFailed):
    """A server could not be reached; the same command may work later."""

    exit_code = AWAY
    code = "unreachable"


def why_unread(error: OSError | UnicodeDecodeError) -> str:
    """Why a file could not be read, in the system's words."""
    if isinstance(error, UnicodeDecodeError):
        return "it is no text in UTF-8"
    return error.strerror or type(error).__name__
