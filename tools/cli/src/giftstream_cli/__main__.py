"""`giftstream`, also `python -m giftstream_cli`."""

import logging
import sys

from giftstream_cli.failures import INTERRUPTED, NOT_HELD, CommandFailed
from giftstream_cli.output import print_json, say


def main() -> None:
    """Run the command; every failure is a sentence and an exit code, never a stack trace."""
    # The client libraries say in many lines what our one sentence says.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        # Here, so that Ctrl-C in the first moment is no stack trace either.
        from giftstream_cli.app import app

        app()
    except CommandFailed as failed:
        if "--json" in sys.argv:
            error = {"code": failed.code, "problem": failed.problem, "detail": failed.sentence}
            print_json({"error": error})
        say(failed.sentence)
        sys.exit(failed.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # `giftstream … | head` took what it wanted
        sys.stderr.close()
        sys.exit(NOT_HELD)


if __name__ == "__main__":
    main()
