"""Settings of a service: one frozen object, read from the environment once, in `__main__`.

`GIFTSTREAM_…` is what all services share; a service's own fields carry its own name
(`ORDER_PLACEMENT_PORT`). `python -m giftstream.settings campaign …` prints them all.
"""

import importlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings, SettingsConfigDict

from giftstream import crashpoints
from giftstream.kafka_settings import KafkaSettings


def service_config(prefix: str) -> SettingsConfigDict:
    """The `model_config` of a service's settings: its own fields begin with `<prefix>_`."""
    return SettingsConfigDict(
        env_prefix=f"{prefix}_",
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        hide_input_in_errors=True,
    )


def _shared(name: str, description: str, default: Any = ...) -> Any:
    return Field(default, validation_alias=f"GIFTSTREAM_{name}", description=description)


class ServiceSettings(KafkaSettings):
    """What every service needs to know."""

    model_config = service_config("GIFTSTREAM")

    mongo: SecretStr = _shared("MONGO", "MongoDB's URI; may hold a password.")
    admin_key_file: Path = _shared("ADMIN_KEY_FILE", "File with the key that may do everything.")
    service_tokens_file: Path = _shared(
        "SERVICE_TOKENS_FILE", "JSON file {caller: token} for calls between services."
    )
    sealing_key_file: Path = _shared(
        "SEALING_KEY_FILE", "Keys for data at rest, one a line, id:base64; the first is current."
    )
    campaign_url: str = _shared("CAMPAIGN_URL", "Where campaign answers.", "http://campaign:8000")
    order_placement_url: str = _shared(
        "ORDER_PLACEMENT_URL", "Where order-placement answers.", "http://order-placement:8000"
    )
    store_sync_url: str = _shared(
        "STORE_SYNC_URL", "Where store-sync answers services.", "http://store-sync:8000"
    )
    log_level: Literal["debug", "info", "warning", "error"] = _shared(
        "LOG_LEVEL", "Log lines from this level up.", "info"
    )
    max_message_bytes: int = _shared(
        "MAX_MESSAGE_BYTES",
        "The largest record that our producer sends, as dead letters of raised topics need it.",
        16 * 1024 * 1024,
    )
    host: str = _shared("HOST", "The address to listen on.", "127.0.0.1")
    port: int = Field(8000, ge=1, le=65535, description="The internal listener's port.")
    crashpoint: str = _shared(
        "CRASHPOINT",
        "For fault tests: die at this named point, or name:n at its n-th pass; name:n:stop stops.",
        "",
    )

    @field_validator("crashpoint")
    @classmethod
    def _is_known(cls, setting: str) -> str:
        if setting:
            crashpoints.parse(setting)
        return setting


S = TypeVar("S", bound=BaseSettings)


def variable(settings: type[BaseSettings], name: str, field: FieldInfo) -> str:
    """The environment variable that a field is read from."""
    if isinstance(field.validation_alias, str):
        return field.validation_alias
    return f"{settings.model_config.get('env_prefix', '')}{name}".upper()


def load(settings: type[S]) -> S:
    """The settings from the environment; else one sentence per mistake on stderr, and exit 2."""
    try:
        loaded = settings()
    except ValidationError as error:
        refuse(mistakes(settings, error))
    if unreadable := list(_unreadable(loaded)):
        refuse(unreadable)
    return loaded


def refuse(sentences: Iterable[str]) -> NoReturn:
    """On stderr, a line each; then exit 2."""
    sys.stderr.writelines(f"{one}\n" for one in sentences)
    raise SystemExit(2)


def _unreadable(loaded: BaseSettings) -> Iterator[str]:
    for name, field in type(loaded).model_fields.items():
        path = getattr(loaded, name)
        if name.endswith("_file") and path is not None:
            try:
                path.read_bytes()
            except OSError as error:
                known = variable(type(loaded), name, field)
                yield f"{known} names {path}, which cannot be read ({error.strerror})."


def mistakes(settings: type[BaseSettings], error: ValidationError) -> Iterator[str]:
    """One sentence per mistake, without its value."""
    fields = settings.model_fields
    by_variable = {variable(settings, name, fields[name]): fields[name] for name in fields}
    for found in error.errors(include_url=False, include_input=False):
        name = str(found["loc"][0]) if found["loc"] else ""
        known = name if name in by_variable else variable(settings, name, fields[name])
        problem = (
            "is not set"
            if found["type"] == "missing"
            else f"is wrong ({found['msg'].removeprefix('Value error, ')})"
        )
        yield f"{known} {problem}: {by_variable[known].description}"


def table(settings: type[BaseSettings]) -> list[tuple[str, str, str]]:
    """Variable, default (or `required`) and description of each field, in order."""
    rows = []
    for name, field in settings.model_fields.items():
        default = "required" if field.default is PydanticUndefined else str(field.default)
        rows.append((variable(settings, name, field), default, field.description or ""))
    return rows


def print_tables(packages: list[str]) -> None:
    """The settings of each named package's `settings.Settings`, as aligned text on stdout."""
    shared: set[str] = set()
    for package in packages:
        settings = importlib.import_module(f"{package.replace('-', '_')}.settings").Settings
        rows = [row for row in table(settings) if row[0] not in shared]
        shared.update(row[0] for row in rows if row[0].startswith("GIFTSTREAM_"))
        widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
        sys.stdout.write(f"{package}\n")
        for name, default, description in rows:
            sys.stdout.write(f"  {name:<{widths[0]}}  {default:<{widths[1]}}  {description}\n")


if __name__ == "__main__":
    print_tables(sys.argv[1:])
