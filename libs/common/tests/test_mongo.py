"""Which of MongoDB's failures are waited out, and which are told of the document."""

import pytest
from giftstream.mongo import BulkWriteError, is_transient, met_another
from pymongo.errors import (
    AutoReconnect,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    ServerSelectionTimeoutError,
    WTimeoutError,
)

UNCONFIRMED = {"code": 64, "errmsg": "waiting for replication timed out"}
DUPLICATE = {"index": 0, "code": 11000, "errmsg": "E11000 duplicate key"}


def bulk(
    *, errors: list[dict[str, object]], unconfirmed: list[dict[str, object]]
) -> BulkWriteError:
    return BulkWriteError({"writeErrors": errors, "writeConcernErrors": unconfirmed})


@pytest.mark.parametrize(
    "error",
    [
        AutoReconnect("connection closed"),
        NotPrimaryError("not primary"),
        ServerSelectionTimeoutError("no primary"),
        NetworkTimeout("timed out"),
        ExecutionTimeout("operation exceeded time limit", 50),
        WTimeoutError("waiting for replication timed out"),
        TimeoutError(),
        OperationFailure("not primary", 10107),
        OperationFailure("shutdown in progress", 91),
        OperationFailure("interrupted at shutdown", 11600),
        bulk(errors=[], unconfirmed=[UNCONFIRMED]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_server_that_is_away_moving_or_slow_is_waited_for(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        DuplicateKeyError("E11000 duplicate key"),
        OperationFailure("document failed validation", 121),
        bulk(errors=[DUPLICATE], unconfirmed=[UNCONFIRMED]),
        ValueError("ours"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_would_fail_the_same_way_again_is_not(error: Exception) -> None:
    assert not is_transient(error)


def test_a_transaction_whose_end_nobody_knows_has_not_only_met_another() -> None:
    labels = ["TransientTransactionError"]
    met = OperationFailure("write conflict", 112, {"errorLabels": labels})
    lost = AutoReconnect("connection closed", {"errorLabels": labels})
    assert met_another(met)
    assert not met_another(lost)
