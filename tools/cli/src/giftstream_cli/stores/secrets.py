"""A store's secrets, from a prompt, a file or stdin; never from an argument, which `ps` shows."""

import sys
from dataclasses import dataclass
from pathlib import Path

import typer

from giftstream_cli.failures import WrongUse

MAX_BYTES = 8192


@dataclass(frozen=True, repr=False)
class StoreSecrets:
    """What opens the store, and what it signs its webhooks with."""

    access_token: str
    webhook_secret: str


def read_secrets(token_file: Path | None, secret_file: Path | None) -> StoreSecrets:
    """Asked for without echo where no file is given; `-` reads stdin, for both one line each.

    Raises WrongUse when a file cannot be read, or nobody is there to be asked.
    """
    token = _secret(token_file, *_TOKEN)
    return StoreSecrets(token, _secret(secret_file, *_SECRET))


def read_new_secrets(token_file: Path | None, secret_file: Path | None) -> dict[str, str]:
    """Those that are to be replaced, by their names: what files were given for, else what is
    entered when asked; nothing entered leaves that one as it is.

    Raises WrongUse as `read_secrets`.
    """
    files = {"access_token": token_file, "webhook_secret": secret_file}
    if not any(files.values()):
        told = {name: _prompted(_NAMES[name], may_stay=True) for name in files}
        return {name: _checked(one, _NAMES[name][0]) for name, one in told.items() if one.strip()}
    return {name: _secret(file, *_NAMES[name]) for name, file in files.items() if file is not None}


_TOKEN = ("Access token", "--token-file")
_SECRET = ("Webhook secret", "--webhook-secret-file")
_NAMES = {"access_token": _TOKEN, "webhook_secret": _SECRET}


def _secret(file: Path | None, what: str, option: str) -> str:
    if file is None:
        return _checked(_prompted((what, option)), what)
    if str(file) == "-":
        return _checked(sys.stdin.readline(MAX_BYTES), what)
    return _checked(_content(file, what), what)


def _prompted(named: tuple[str, str], *, may_stay: bool = False) -> str:
    what, option = named
    if not sys.stdin.isatty():
        raise WrongUse(f"{what}: nobody is there to be asked; give {option} FILE, or - (stdin).")
    if may_stay:
        asked = f"New {what.lower()} (not shown; empty: it stays)"
        return str(typer.prompt(asked, default="", show_default=False, hide_input=True, err=True))
    return str(typer.prompt(f"{what} (not shown)", hide_input=True, err=True))


def _checked(found: str, what: str) -> str:
    found = found.strip()
    if not found or len(found) > MAX_BYTES or not found.isprintable():
        raise WrongUse(f"{what}: one line of printable characters is needed.")
    return found


def _content(file: Path, what: str) -> str:
    try:
        with file.open() as opened:
            return opened.read(MAX_BYTES + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"{what}: {file} cannot be read ({type(error).__name__}).") from None
