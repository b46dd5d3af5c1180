"""Who asks, and what they may do. Deny by default: a route names the scope that it needs."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import orjson
from fastapi import Depends, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from giftstream.failures import WrongSetting
from giftstream.http.keys import FindKey, StoredKey, opens, prefix_of
from giftstream.http.problems import Problem
from giftstream.http.scopes import SCOPES

__all__ = ["SCOPES", "Access", "Caller", "FindKey", "StoredKey"]

_key = HTTPBearer(
    auto_error=False,
    scheme_name="Key",
    description="The admin key, or a brand's API key with the scopes that are named.",
)
_token = HTTPBearer(
    auto_error=False, scheme_name="ServiceToken", description="Another service's own token."
)
Given = HTTPAuthorizationCredentials | None
Dependency = Callable[[Given], Awaitable["Caller"]]


@dataclass(frozen=True)
class Caller:
    """Who asks: the administrator (every brand), a brand's key (that brand only), a service."""

    kind: Literal["admin", "brand", "service"]
    name: str
    brand_id: str | None = None
    scopes: frozenset[str] = frozenset()

    def may(self, scope: str) -> bool:
        """Whether a route that needs this scope is theirs."""
        return self.kind == "admin" or scope in self.scopes

    def sees(self, brand_id: str) -> None:
        """Raises 404 for another brand's things: their ids do not exist for this caller."""
        if self.kind == "brand" and self.brand_id != brand_id:
            raise Problem(404, "not_found", "There is no such thing here.")

    @property
    def identity(self) -> str:
        """The same for each request of the same administrator, brand or service."""
        return f"{self.kind}:{self.brand_id or self.name}"


def _unauthorized() -> Problem:
    return Problem(
        401,
        "unauthorized",
        "A valid key is needed: `Authorization: Bearer <key>`.",
        headers={"WWW-Authenticate": "Bearer"},
    )


def _same(given: str, expected: str) -> bool:
    # Bytes, since compare_digest refuses strings with other than ASCII.
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


class Access:
    """Checks keys for the routes of one service; fails closed where it knows of none."""

    def __init__(
        self,
        *,
        admin_key: str,
        service_tokens_file: Path | None = None,
        find_key: FindKey | None = None,
    ) -> None:
        if not admin_key:
            raise WrongSetting("the file of the admin key is empty")
        self._admin_key = admin_key
        self._tokens = _tokens(service_tokens_file) if service_tokens_file else {}
        self._find_key = find_key

    def keys_from(self, find_key: FindKey) -> None:
        """Where brands' keys are found by their prefix."""
        self._find_key = find_key

    def token_of(self, service: str) -> str:
        """The token that this service itself calls others with. KeyError when it has none."""
        return self._tokens[service]

    def require(self, scope: str) -> Dependency:
        """A dependency that gives the Caller: 401 without a valid key, 403 without the scope."""
        if scope not in SCOPES:
            raise ValueError(f"there is no scope {scope}")

        needed = Security(_key, scopes=[scope])

        async def authorized(credentials: Annotated[Given, needed]) -> Caller:
            caller = await self._caller(credentials)
            if not caller.may(scope):
                raise Problem(403, "missing_scope", f"This key does not have the scope {scope}.")
            return caller

        return authorized

    def admin(self) -> Dependency:
        """A dependency for what only the administrator may do."""

        needed = Security(_key, scopes=["admin"])

        async def administrator(credentials: Annotated[Given, needed]) -> Caller:
            caller = await self._caller(credentials)
            if caller.kind != "admin":
                raise Problem(403, "admin_only", "Only the admin key may do this.")
            return caller

        return administrator

    def internal(self) -> Dependency:
        """A dependency for /internal: other services alone, with their tokens."""

        async def service(credentials: Annotated[Given, Depends(_token)]) -> Caller:
            given = credentials.credentials if credentials else ""
            # All are compared, so that the time taken does not tell which one was close.
            names = [name for name, token in self._tokens.items() if _same(given, token)]
            if not names:
                raise _unauthorized()
            return Caller("service", names[0])

        return service

    async def _caller(self, credentials: Given) -> Caller:
        if credentials is None:
            raise _unauthorized()
        given = credentials.credentials
        if _same(given, self._admin_key):
            return Caller("admin", "admin")
        prefix = prefix_of(given)
        if prefix is None or self._find_key is None:
            raise _unauthorized()
        stored = await self._find_key(prefix)
        if stored is None or not opens(given, stored):
            raise _unauthorized()
        return Caller("brand", stored.prefix, stored.brand_id, stored.scopes)


def _tokens(path: Path) -> dict[str, str]:
    try:
        tokens = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        tokens = None
    if not isinstance(tokens, dict) or not all(
        isinstance(token, str) and token for token in tokens.values()
    ):
        raise WrongSetting(f"{path} must be a JSON object of caller and token")
    return tokens
