"""Webhooks, mails and secrets: what comes from outside, and what leaves for people."""

from mutations.mutation import Mutation

_SYNC = "services/store-sync/src/store_sync"
_EDGE = "tests/integration/store_sync/test_store_sync_webhooks.py"
_MAILS = "services/notification/src/notification/mails"
_CRASHES = "tests/integration/notification/test_notification_crashes.py"
_COMMON = "libs/common/src/giftstream"
_SELECTIONS = "services/campaign/src/campaign/selections"

TELLING = (
    Mutation(
        "webhook-not-verified",
        "A webhook with a wrong signature is refused.",
        f"{_SYNC}/receive_webhook.py",
        (("return incoming.signature is not None and any(held)", "return bool(held)"),),
        (_EDGE,),
    ),
    Mutation(
        "mail-without-a-claim",
        "A mail is sent by the one that holds its claim.",
        f"{_MAILS}/send_message.py",
        (("if not await self._messages.begin_sending(message):", "if False:"),),
        (_CRASHES, "services/notification/tests"),
    ),
    Mutation(
        "doubt-forgotten",
        "A mail that may have left is not sent a third time.",
        f"{_MAILS}/messages.py",
        (('{"$eq": ["$status", "sending"]}, 1, 0]', '{"$eq": ["$status", "sending"]}, 0, 0]'),),
        (_CRASHES, "tests/integration/notification/test_notification_mails.py"),
    ),
    Mutation(
        "sealed-to-no-place",
        "A sealed value opens at its own place alone.",
        f"{_COMMON}/sealing.py",
        (
            (
                "(_again(brand), _part(document), _again(field), _again(str(version)))",
                "(_again(brand), _again(str(version)))",
            ),
        ),
        ("libs/common/tests/test_sealing.py",),
    ),
    Mutation(
        "expired-key-accepted",
        "An API key that has expired opens nothing.",
        f"{_COMMON}/http/keys.py",
        (
            (
                "return same and (stored.expires_at is None or now() < stored.expires_at)",
                "return same",
            ),
        ),
        ("libs/common/tests/http/test_access.py",),
    ),
    Mutation(
        "scope-not-asked",
        "A key does what its scopes permit and no more.",
        f"{_COMMON}/http/access.py",
        (("            if not caller.may(scope):\n", "            if caller.kind is None:\n"),),
        ("libs/common/tests/http/test_access.py",),
    ),
    Mutation(
        "mail-ended-by-whoever-lost-it",
        "Who comes after the lease writes nothing of a mail.",
        f"{_MAILS}/messages.py",
        (
            (
                'query = {"_id": message["_id"], "claim": message["claim"]}',
                'query = {"_id": message["_id"]}',
            ),
        ),
        ("services/notification/tests/test_messages.py",),
    ),
    Mutation(
        "told-twice",
        "A selection of ours is told once, however many finish it.",
        f"{_SELECTIONS}/selections.py",
        (
            (
                '{"_id": selection, "status": CLAIMING},\n            {\n                "$set": fields',
                '{"_id": selection},\n            {\n                "$set": fields',
            ),
        ),
        ("services/campaign/tests/test_selections.py",),
    ),
    Mutation(
        "dropped-selection-keeps-its-claim",
        "What was dropped takes nothing of an allowance.",
        f"{_SELECTIONS}/finish_selection.py",
        (
            (
                'await self._participations.release(selection["participation_id"], claim)',
                "pass",
            ),
        ),
        ("services/campaign/tests/test_selections.py",),
    ),
)
