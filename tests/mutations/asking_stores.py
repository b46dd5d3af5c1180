"""PLATFORMS 0.1 and FAULTS F18–F25: how a store is called, and what its answer is taken to mean."""

from mutations.mutation import Mutation

_PLATFORMS = "libs/platforms/src/giftstream_platforms"
_SHOPIFY = "services/order-placement/src/order_placement/stores/shopify"
_HTTP, _CLIENT = (
    ("libs/platforms/tests/test_http.py",),
    ("libs/platforms/tests/test_shopify_client.py",),
)
_ANSWERS = ("services/order-placement/tests/stores/test_shopify_answers.py",)
_ASKED = ("services/order-placement/tests/placing/test_what_holds.py",)

ASKING_STORES = (
    Mutation(
        "redirect-followed",
        "A store's token is sent to the store alone.",
        f"{_PLATFORMS}/http.py",
        (("follow_redirects=False", "follow_redirects=True"),),
        _HTTP,
    ),
    Mutation(
        "proxy-of-the-environment",
        "A store is called directly, whatever the environment names.",
        f"{_PLATFORMS}/http.py",
        (("trust_env=False", "trust_env=True"),),
        _HTTP,
    ),
    Mutation(
        "answer-without-an-end",
        "A store's answer has its bounds.",
        f"{_PLATFORMS}/http.py",
        (("        if size > MAX_ANSWER_BYTES:\n", "        if size < 0:\n"),),
        _HTTP,
    ),
    Mutation(
        "timeout-taken-for-failure",
        "A change without an answer in time may have been done.",
        f"{_PLATFORMS}/http.py",
        (
            (
                'raise no_answer(f"no answer: {type(error).__name__}", mutates=mutates) from error',
                'raise no_answer("no answer", mutates=False) from error',
            ),
        ),
        _HTTP,
    ),
    Mutation(
        "server-error-taken-for-failure",
        "A change that ends in 5xx may have been done.",
        f"{_PLATFORMS}/shopify/client.py",
        (
            (
                'no_answer(f"the shop answers {status}", mutates=operation.mutates)',
                'no_answer(f"the shop answers {status}", mutates=False)',
            ),
        ),
        _CLIENT,
    ),
    Mutation(
        "internal-error-taken-for-refusal",
        "An error of the shop's own is no answer.",
        f"{_PLATFORMS}/shopify/client.py",
        (
            (
                'if "INTERNAL_SERVER_ERROR" in codes or parsed.get("data"):',
                'if parsed.get("data"):',
            ),
        ),
        _CLIENT,
    ),
    Mutation(
        "half-an-answer-taken-for-refusal",
        "An answer with errors and data may have been done.",
        f"{_PLATFORMS}/shopify/client.py",
        (
            (
                'if "INTERNAL_SERVER_ERROR" in codes or parsed.get("data"):',
                'if "INTERNAL_SERVER_ERROR" in codes:',
            ),
        ),
        _CLIENT,
    ),
    Mutation(
        "whole-rate-taken",
        "A service takes its share of a store's rate.",
        f"{_PLATFORMS}/budgets.py",
        (("self._maximum = maximum * self._share", "self._maximum = maximum"),),
        _CLIENT,
    ),
    Mutation(
        "nonsense-taken-for-failure",
        "A change whose answer makes no sense may have been done.",
        f"{_SHOPIFY}/store.py",
        (
            (
                "        with understood(mutates=True):\n            raise_user_errors(data[field]",
                "        with understood(mutates=False):\n            raise_user_errors(data[field]",
            ),
        ),
        _ANSWERS,
    ),
    Mutation(
        "call-longer-than-its-deadline",
        "A call has ended when its deadline is over, the wait for the rate included.",
        f"{_SHOPIFY}/calls.py",
        (("deadline_s=left_s / 2)", "deadline_s=self._deadline_s)"),),
        _ANSWERS,
    ),
    Mutation(
        "search-believed",
        "What a late search finds is looked at itself.",
        f"{_SHOPIFY}/store.py",
        (('if d["status"] == "OPEN" and mark in d["tags"]]', 'if d["status"]]'),),
        _ANSWERS,
    ),
    Mutation(
        "taxed",
        "A gift costs nobody anything.",
        f"{_SHOPIFY}/drafts.py",
        (('        "taxExempt": True,\n', ""),),
        _ANSWERS,
    ),
    Mutation(
        "cancel-believed",
        "A cancel is done when the store shows it.",
        f"{_SHOPIFY}/store.py",
        (("        raise StoreBusy(not_yet, retry_after_s=CANCEL_TAKES_S)\n", ""),),
        _ANSWERS,
    ),
    Mutation(
        "mark-not-compared",
        "What is committed carries the gift's mark.",
        "services/order-placement/src/order_placement/placing/asking.py",
        (("    if seen.mark != mark_of(order.id):\n", "    if not mark_of(order.id):\n"),),
        _ASKED,
    ),
)
