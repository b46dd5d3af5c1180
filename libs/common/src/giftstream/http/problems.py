"""What is answered when something is wrong: RFC 9457, as `Problem` raises it anywhere."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from giftstream.events import Reason

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """Ends a request with this status and code; `detail` is for people, `code` for programs."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        reasons: Sequence[Reason] = (),
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.reasons = tuple(reasons)
        self.headers = dict(headers or {})

    def body(self, instance: str, correlation_id: str) -> dict[str, Any]:
        """The JSON object; `instance` is the path that was asked for."""
        return {
            "type": f"urn:giftstream:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "code": self.code,
            "reasons": [reason.model_dump() for reason in self.reasons],
            "correlation_id": correlation_id,
        }
