"""How Kafka is reached, in the words of the framework."""

from typing import Any

from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from giftstream.kafka import Kafka, Mechanism

_LOGINS: dict[Mechanism, type[SASLPlaintext | SASLScram256 | SASLScram512]] = {
    "SCRAM-SHA-512": SASLScram512,
    "SCRAM-SHA-256": SASLScram256,
    "PLAIN": SASLPlaintext,
}


def security_of(kafka: Kafka) -> BaseSecurity | None:
    """None where nothing is encrypted and nobody is asked."""
    encrypted: dict[str, Any] = {"use_ssl": kafka.tls is not None, "ssl_context": kafka.tls}
    if kafka.login is not None:
        login = _LOGINS[kafka.login.mechanism]
        return login(kafka.login.user, kafka.login.password, **encrypted)
    return BaseSecurity(**encrypted) if kafka.tls is not None else None
