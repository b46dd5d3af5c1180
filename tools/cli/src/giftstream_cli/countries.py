"""Countries as they are given on the command line."""

from giftstream_cli.failures import WrongUse


def codes(given: list[str] | None) -> list[str]:
    """Two capital letters each. Raises WrongUse for what is no such code."""
    for code in given or ():
        if not (len(code) == 2 and code.isascii() and code.isalpha()):
            raise WrongUse(f"--country {code!r} is no country: two letters, as in ES.")
    return [one.upper() for one in given or ()]
