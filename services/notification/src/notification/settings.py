"""What notification can be told from outside."""

from email.headerregistry import Address
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self

from giftstream.settings import ServiceSettings, service_config
from pydantic import Field, field_validator, model_validator

from notification.channels.addresses import parse_address

Tls = Literal["none", "starttls", "tls"]

# Connect with greeting, EHLO, STARTTLS, EHLO, AUTH (two steps), MAIL, RCPT, DATA, content.
VERBS = 10


class Settings(ServiceSettings):
    """The shared settings, and notification's own: `NOTIFICATION_…`."""

    model_config = service_config("NOTIFICATION")

    port: int = Field(8000, ge=1, le=65535, description="The internal listener's port.")
    smtp: str = Field("127.0.0.1:25", description="The mail server, host:port.")
    smtp_tls: Tls | None = Field(
        None,
        description="none, starttls or tls; unset: starttls, but none for a server on this host.",
    )
    smtp_user: str | None = Field(None, description="Log in as this user, where one is needed.")
    smtp_password_file: Path | None = Field(None, description="File with that user's password.")
    smtp_timeout_s: float = Field(
        10.0, gt=0, description="Give up on one answer of the mail server after this."
    )
    sender: str = Field(
        "gifts@giftstream.localhost", description="The address that mails come from."
    )
    sender_name: str = Field(
        "giftstream", max_length=100, description="Who writes, where the brand has no name here."
    )
    console_url: str | None = Field(
        None, description="Where the console answers; mails to brands link to orders there."
    )
    retry_s: float = Field(
        5.0, gt=0, description="First pause after a failed attempt; it doubles up to 15 minutes."
    )
    give_up_after_s: float = Field(
        259_200.0, gt=0, description="A mail that could not leave within this (3 days) has failed."
    )
    tell_within_s: float = Field(
        259_200.0, gt=0, description="Nobody is told of what happened longer ago than this."
    )
    store_settles_s: float = Field(
        10.0, ge=0, description="A store that lets us in again within this was never lost."
    )
    lease_s: float = Field(
        180.0, gt=0, description="A mail claimed by a replica that died is taken up after this."
    )

    @field_validator("sender")
    @classmethod
    def _is_one_address(cls, sender: str) -> str:
        if parse_address(sender) is None:
            raise ValueError("this is not one plain email address")
        return sender

    @field_validator("smtp")
    @classmethod
    def _is_host_and_port(cls, smtp: str) -> str:
        host, _, port = smtp.rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError("this is not host:port")
        return smtp

    @model_validator(mode="after")
    def _lease_outlives_a_send(self) -> Self:
        if self.lease_s <= VERBS * self.smtp_timeout_s:
            raise ValueError(
                f"NOTIFICATION_LEASE_S must be more than {VERBS} times NOTIFICATION_SMTP_TIMEOUT_S"
            )
        if (self.smtp_user is None) != (self.smtp_password_file is None):
            raise ValueError("NOTIFICATION_SMTP_USER and _PASSWORD_FILE belong together")
        return self

    @property
    def smtp_host(self) -> str:
        """The mail server's host."""
        return self.smtp.rpartition(":")[0].strip("[]")

    @property
    def smtp_port(self) -> int:
        """The mail server's port."""
        return int(self.smtp.rpartition(":")[2])

    @property
    def tls(self) -> Tls:
        """How the connection is protected; a server that cannot do it gets no mail."""
        return self.smtp_tls or ("none" if _is_this_host(self.smtp_host) else "starttls")

    @property
    def sender_address(self) -> Address:
        """The sender, parsed."""
        parsed = parse_address(self.sender)
        assert parsed is not None
        return parsed


def _is_this_host(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
