"""What holds for each command, whoever adds the next one."""

from collections.abc import Iterator
from typing import Any

import pytest
import typer
from giftstream_cli.app import app

READS = {"list", "preview", "show", "doctor", "follow"}


def leaves(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every command that is no group, by its whole name."""
    words = getattr(command, "commands", None)
    if words is None:
        yield name, command
        return
    for word, one in words.items():
        yield from leaves(one, f"{name} {word}".strip())


COMMANDS = dict(leaves(typer.main.get_command(app), ""))


def flags(name: str) -> set[str]:
    return {flag for one in COMMANDS[name].params for flag in one.opts}


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself_with_an_example_and_speaks_json(name: str) -> None:
    said = COMMANDS[name].help or ""
    assert "Examples:" in said
    assert f"giftstream {name}" in said.partition("Examples:")[2]
    assert "--json" in flags(name)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_example_stays_on_its_line_to_be_copied(name: str) -> None:
    command = COMMANDS[name]
    narrow = command.get_help(typer.Context(command, info_name=name, terminal_width=60))
    examples = (COMMANDS[name].help or "").partition("Examples:")[2]
    for line in filter(None, (one.strip("\b ") for one in examples.splitlines())):
        assert line in narrow


@pytest.mark.parametrize("name", [one for one in COMMANDS if one.split()[-1] not in READS])
def test_what_changes_something_can_be_looked_at_before(name: str) -> None:
    assert flags(name) & {"--dry-run", "--yes"}


def test_what_could_do_harm_only_shows_until_told() -> None:
    told = {name for name in COMMANDS if "--yes" in flags(name) and "--dry-run" not in flags(name)}
    assert told == {"dlq replay", "dlq drop", "republish", "outbox sweep"}
