"""Versions of documents as ETag and If-Match, so that nobody overwrites what they have not seen."""

from starlette.requests import Request

from giftstream.http.problems import Problem


def etag(version: int) -> str:
    """The header's value for a document at this version."""
    return f'"{version}"'


def check_if_match(request: Request, version: int) -> None:
    """Raises 412 `stale` when the caller expects another version; no header expects nothing.

    The write itself must still be a compare-and-set: somebody may come between.
    """
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        return
    if etag(version) not in [one.strip() for one in given.split(",")]:
        raise Problem(412, "stale", "It was changed meanwhile; read it again and repeat the edit.")
