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
    token = _secret(token_file, "Access token", "--token-file")
    return StoreSecrets(token, _secret(secret_file, "Webhook secret", "--webhook-secret-file"))


def _secret(file: Path | None, what: str, option: str) -> str:
    if file is None:
        if not sys.stdin.isatty():
            raise WrongUse(
                f"{what}: nobody is there to be asked; give {option} FILE, or - (stdin)."
            )
        found = str(typer.prompt(f"{what} (not shown)", hide_input=True, err=True))
    elif str(file) == "-":
        found = sys.stdin.readline(MAX_BYTES)
    else:
        found = _content(file, what)
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
