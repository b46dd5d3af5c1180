"""A connection to Kafka that was closed under us is an error of Kafka's client, also on uvloop.

uvloop raises RuntimeError for a write to a closed transport where asyncio raises nothing and the
read fails next; aiokafka 0.14 expects OSError alone (its issue 1038, open). The RuntimeError ends
whichever task of the client was writing: the consumer's place in its group, for one, for ever.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError

Send = Callable[..., Any]


def said_as_such() -> None:
    """From now on, in this process; said again it changes nothing."""
    send = AIOKafkaConnection.send
    if not hasattr(send, "__wrapped__"):
        AIOKafkaConnection.send = _as_connection_error(send)


def _as_connection_error(send: Send) -> Send:
    @wraps(send)
    def sent(connection: AIOKafkaConnection, *args: Any, **options: Any) -> Any:
        try:
            return send(connection, *args, **options)
        except RuntimeError as closed:
            connection.close(reason=CloseReason.CONNECTION_BROKEN)
            at = f"{connection.host}:{connection.port}"
            raise KafkaConnectionError(f"Connection at {at} was closed: {closed}") from closed

    return sent
