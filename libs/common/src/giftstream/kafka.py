"""How Kafka is reached: where it is, whether by TLS, and who we are there."""

import ssl
from dataclasses import dataclass, field
from typing import Any, Literal

Mechanism = Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"]


@dataclass(frozen=True)
class Login:
    """Who we are for the brokers."""

    user: str
    password: str = field(repr=False)
    mechanism: Mechanism = "SCRAM-SHA-512"


@dataclass(frozen=True)
class Kafka:
    """One cluster; `str` of it is its addresses, host:port with commas."""

    servers: str
    tls: ssl.SSLContext | None = None
    login: Login | None = None

    def __str__(self) -> str:
        return self.servers

    @property
    def client(self) -> dict[str, Any]:
        """Arguments of every aiokafka client."""
        encrypted = "PLAINTEXT" if self.tls is None else "SSL"
        options: dict[str, Any] = {"bootstrap_servers": self.servers, "ssl_context": self.tls}
        if self.login is None:
            return options | {"security_protocol": encrypted}
        return options | {
            "security_protocol": f"SASL_{encrypted}",
            "sasl_mechanism": self.login.mechanism,
            "sasl_plain_username": self.login.user,
            "sasl_plain_password": self.login.password,
        }
