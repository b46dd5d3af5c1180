"""Where the servers are: an option, else the environment, else `.giftstream/run.json`."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from giftstream.failures import WrongSetting
from giftstream.kafka import Kafka
from giftstream.kafka_settings import KafkaSettings
from giftstream.settings import mistakes
from pydantic import ValidationError

from giftstream_cli.failures import WrongUse, why_unread

RUN_JSON = Path(".giftstream") / "run.json"


class Addresses:
    """Answers where things are; reads run.json only when nothing nearer says it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._run_json = Path(environment.get("GIFTSTREAM_RUN_JSON") or RUN_JSON)

    def kafka(self, option: str | None) -> Kafka:
        """Kafka, reached as the services reach it. Raises WrongUse when nothing says where it is,
        or a setting is wrong."""
        found = option or self._environment.get("GIFTSTREAM_KAFKA") or self._run().get("kafka")
        how = "--kafka HOST:PORT or GIFTSTREAM_KAFKA"
        return _cluster(_text(found, "Kafka", how, self._run_json))

    def maybe_kafka(self, option: str | None) -> Kafka | None:
        """Kafka, None when nothing says where it is. Raises WrongUse for a wrong setting."""
        found = self.maybe("GIFTSTREAM_KAFKA", "kafka", option)
        return None if found is None else _cluster(found)

    def service(self, name: str, option: str | None) -> str:
        """A service's base URL. Raises WrongUse when nothing says it."""
        variable = "GIFTSTREAM_URL_" + name.upper().replace("-", "_")
        found = option or self._environment.get(variable) or self._run("services").get(name)
        return _text(found, f"the service {name}", f"--url URL or {variable}", self._run_json)

    def key(self, option: str | None) -> str:
        """The API key or admin key for HTTP calls. Raises WrongUse when nothing says it."""
        found = option or self._environment.get("GIFTSTREAM_KEY") or self._run().get("admin_key")
        return _text(found, "the key", "--api-key KEY or GIFTSTREAM_KEY", self._run_json)

    def maybe(self, variable: str, name: str, option: str | None = None) -> str | None:
        """Anything else: an option, the environment, run.json's `name`; None when none says it."""
        found = option or self._environment.get(variable) or self._run().get(name)
        return found if isinstance(found, str) and found else None

    def maybe_service(self, name: str) -> str | None:
        """A service's base URL, None when nothing says it."""
        try:
            return self.service(name, None)
        except WrongUse:
            return None

    def sealing_key_file(self, option: Path | None) -> Path | None:
        """The file, as the services are told of it; a local stack keeps it beside run.json."""
        if option is not None:
            return option
        if named := self._environment.get("GIFTSTREAM_SEALING_KEY_FILE"):
            return Path(named)
        beside = self._run_json.parent / "keys" / "sealing-key"
        return beside if beside.exists() else None

    def _run(self, part: str | None = None) -> Mapping[str, Any]:
        try:
            document = orjson.loads(self._run_json.read_bytes())
        except FileNotFoundError:
            return {}
        except orjson.JSONDecodeError as error:
            said = f"{self._run_json} is no valid JSON: start `make run` again, which writes it."
            raise WrongUse(said) from error
        except OSError as error:
            raise WrongUse(f"{self._run_json} cannot be read: {why_unread(error)}.") from error
        found = document.get(part, {}) if part and isinstance(document, dict) else document
        return found if isinstance(found, dict) else {}


def _cluster(servers: str) -> Kafka:
    try:
        return KafkaSettings(kafka=servers).cluster()
    except ValidationError as error:
        raise WrongUse(" ".join(mistakes(KafkaSettings, error))) from None
    except WrongSetting as wrong:
        raise WrongUse(str(wrong)) from None


def _text(found: object, what: str, how: str, run_json: Path) -> str:
    if isinstance(found, str) and found:
        return found
    raise WrongUse(
        f"Nothing says where {what} is: give {how}; or start the local stack with `make run`, and "
        f"give the command in its folder ({run_json} is read there)."
        if what != "the key"
        else f"Nothing says which key to use: give {how}; or start the local stack with `make run`."
    )


def addresses() -> Addresses:
    """Those of this process."""
    return Addresses(os.environ)
