"""`python -m simulator --port P --state DIR`."""

from __future__ import annotations

from simulator.app import create_app
from simulator.server import serve
from simulator.settings import from_command_line


def main() -> None:
    """Serves until SIGTERM."""
    settings = from_command_line()
    serve(create_app(settings), settings)


if __name__ == "__main__":
    main()
