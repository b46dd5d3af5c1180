"""The settings from which a Kafka client is made, for the services and for the command."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from giftstream.failures import WrongSetting
from giftstream.kafka import Kafka, Login, Mechanism


def _kafka(name: str, description: str, default: Any) -> Any:
    alias = f"GIFTSTREAM_KAFKA_{name}"
    return Field(default, validation_alias=alias, description=description, validate_default=True)


class KafkaSettings(BaseSettings):
    """Where Kafka is and how it lets us in."""

    model_config = SettingsConfigDict(
        env_prefix="GIFTSTREAM_",
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    kafka: str = Field(
        validation_alias="GIFTSTREAM_KAFKA",
        description="Kafka's addresses: host:port, several with commas.",
    )
    kafka_security: Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"] = _kafka(
        "SECURITY",
        "plaintext, ssl, sasl_plaintext or sasl_ssl, as the listener is.",
        "plaintext",
    )
    kafka_ca_file: Path | None = _kafka(
        "CA_FILE", "Whose certificates the brokers' are, PEM; unset, those this system knows.", None
    )
    kafka_certificate_file: Path | None = _kafka(
        "CERTIFICATE_FILE", "Our own certificate, PEM, for brokers that ask for one.", None
    )
    kafka_key_file: Path | None = _kafka("KEY_FILE", "The key of our own certificate, PEM.", None)
    kafka_sasl_mechanism: Mechanism = _kafka(
        "SASL_MECHANISM", "SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN.", "SCRAM-SHA-512"
    )
    kafka_user: str = _kafka("USER", "Who we are for the brokers, with sasl_….", "")
    kafka_password_file: Path | None = _kafka(
        "PASSWORD_FILE", "File with that user's password.", None
    )

    @field_validator("kafka_ca_file", "kafka_certificate_file")
    @classmethod
    def _with_tls(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        if file is not None and not _security(info).endswith("ssl"):
            raise ValueError("GIFTSTREAM_KAFKA_SECURITY says that there is no TLS")
        return file

    @field_validator("kafka_key_file")
    @classmethod
    def _with_certificate(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        if (file is None) != (info.data.get("kafka_certificate_file") is None):
            raise ValueError("certificate and key come together")
        return file

    @field_validator("kafka_user", "kafka_password_file")
    @classmethod
    def _with_sasl(cls, given: str | Path | None, info: ValidationInfo) -> str | Path | None:
        if bool(given) != _security(info).startswith("sasl"):
            raise ValueError("user and password file come with sasl_… alone, and both")
        return given

    def cluster(self) -> Kafka:
        """Reads the files. Raises WrongSetting where one cannot be used."""
        return Kafka(self.kafka, self._tls(), self._login())

    def _tls(self) -> ssl.SSLContext | None:
        if not self.kafka_security.endswith("ssl"):
            return None
        with _usable("CA_FILE", self.kafka_ca_file):
            tls = ssl.create_default_context(cafile=self.kafka_ca_file)
        if self.kafka_certificate_file is not None:
            with _usable("CERTIFICATE_FILE", self.kafka_certificate_file):
                tls.load_cert_chain(self.kafka_certificate_file, self.kafka_key_file)
        return tls

    def _login(self) -> Login | None:
        if self.kafka_password_file is None:
            return None
        with _usable("PASSWORD_FILE", self.kafka_password_file):
            password = self.kafka_password_file.read_text().strip()
        return Login(self.kafka_user, password, self.kafka_sasl_mechanism)


@contextmanager
def _usable(name: str, file: Path | None) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeError) as error:
        # An SSLError too is an OSError; what it says of the system is a number of no use.
        why = error.strerror if isinstance(error, FileNotFoundError) else type(error).__name__
        raise WrongSetting(f"GIFTSTREAM_KAFKA_{name} cannot be used: {file} ({why}).") from None


def _security(info: ValidationInfo) -> str:
    return str(info.data.get("kafka_security", "plaintext"))
