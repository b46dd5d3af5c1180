"""Intake: who may order, what is frozen, what is claimed."""

from mutations.mutation import Mutation

_SERVICE = "services/order-placement/src/order_placement"
_TESTS = "services/order-placement/tests"
_RECEIVE, _ALLOWANCES = f"{_TESTS}/test_receive_selection.py", f"{_TESTS}/test_allowances.py"
_TOGETHER = "tests/integration/test_written_together.py"
_OBSERVED = f"{_TESTS}/test_apply_observation.py"
_RULES = f"{_TESTS}/test_rules_at_intake.py"

TAKING_IN = (
    Mutation(
        "routing-not-frozen",
        "A redelivery means the orders of the stored plan, whatever the catalog says now.",
        f"{_SERVICE}/receive_selection.py",
        (
            (
                "routes = planned_routes(stored, country_of(item.event.recipient), facts)",
                "routes = routes_of(item.event, country_of(item.event.recipient), facts)",
            ),
        ),
        (_RECEIVE,),
    ),
    Mutation(
        "conflict-not-seen",
        "The same id with other content is refused.",
        f"{_SERVICE}/intake/admission.py",
        (('stored is not None and stored["digest"] != item.digest', "stored is None"),),
        (_RECEIVE,),
    ),
    Mutation(
        "signature-not-checked",
        "A wrong signature is refused.",
        f"{_SERVICE}/intake/admission.py",
        (('if not verify(key.secret, item.record.value or b"", item.signature):', "if False:"),),
        (_RECEIVE,),
    ),
    Mutation(
        "publisher-of-another-brand",
        "A publisher of one brand never orders for another.",
        f"{_SERVICE}/intake/admission.py",
        (("if key.brand_id != item.event.brand_id:", "if False:"),),
        (_RECEIVE,),
    ),
    Mutation(
        "removed-publisher-counts",
        "A publisher that was removed orders nothing more.",
        f"{_SERVICE}/intake/publishers.py",
        (
            (
                "if known is not None and known[0] == _revision(brands, known[1].brand_id):",
                "if known is not None:",
            ),
        ),
        (f"{_TESTS}/test_publishers.py",),
    ),
    Mutation(
        "unsigned-where-refused",
        "Unsigned selections count as the brand has set it.",
        f"{_SERVICE}/intake/admission.py",
        (('if brand["unsigned_selections"] == "refuse":', "if False:"),),
        (_RECEIVE,),
    ),
    Mutation(
        "unsigned-approved",
        "An unsigned selection under review waits for a person.",
        f"{_SERVICE}/intake/documents.py",
        (('return bool(signed["signed"]) or accepts', "return True"),),
        (_RULES,),
    ),
    Mutation(
        "allowance-not-claimed",
        "An allowance binds foreign selections too.",
        f"{_SERVICE}/receive_selection.py",
        (("        if not limits_anything(campaign):\n", "        if campaign is not None:\n"),),
        (_RECEIVE, _ALLOWANCES),
    ),
    Mutation(
        "order-written-whose-claim-was-lost",
        "An order whose claim went to another replica's is not written.",
        "libs/common/src/giftstream/delivery/writing.py",
        (("            if fell:\n", "            if False:\n"),),
        (_TOGETHER,),
    ),
    Mutation(
        "budget-counted-without-looking",
        "A budget's sum grows only where it leaves room.",
        "libs/common/src/giftstream/delivery/folding.py",
        (("            if d > 0\n", "            if False\n"),),
        (_TOGETHER,),
    ),
    Mutation(
        "budget-counted-beside-the-selection",
        "A budget's sum and the selection that takes of it are one transaction.",
        f"{_SERVICE}/receive_selection.py",
        (
            (
                '*together(selection["campaign_id"], [taking])',
                "taking",
            ),
        ),
        (f"{_TESTS}/test_budgets.py",),
    ),
    Mutation(
        "budget-given-back-beside-the-order",
        "What is given back goes with the order's end, in one transaction.",
        f"{_SERVICE}/intake/claiming.py",
        (
            (
                'return together(order["campaign_id"], (*puts, *others)) if puts else others',
                "return (*puts, *others)",
            ),
        ),
        (f"{_TESTS}/test_budgets.py",),
    ),
    Mutation(
        "claim-lost-in-a-crash",
        "A claim that a crash left out is made again.",
        f"{_SERVICE}/receive_selection.py",
        (
            (
                "return claim(facts, campaign, claimant, standing, OVERRIDABLE).puts",
                "return ()",
            ),
        ),
        (_RECEIVE, _ALLOWANCES),
    ),
    Mutation(
        "new-order-not-told-again",
        "A record that comes again tells of the orders that its first delivery left untold.",
        f"{_SERVICE}/receive_selection.py",
        (('if one.get("version") == 1]', 'if one.get("version") == 0]'),),
        (_RECEIVE,),
    ),
    Mutation(
        "older-observation-wins",
        "A smaller observation never overrides a larger one.",
        f"{_SERVICE}/apply_observation.py",
        (('if seen.observation <= order["observation"]:', "if False:"),),
        (_OBSERVED,),
    ),
    Mutation(
        "observation-of-another-brand",
        "Nobody observes another brand's order.",
        f"{_SERVICE}/apply_observation.py",
        (('if order is None or order["brand_id"] != seen.brand_id:', "if order is None:"),),
        (_OBSERVED,),
    ),
    Mutation(
        "recipient-not-sealed",
        "The recipient rests sealed.",
        f"{_SERVICE}/recipients.py",
        (
            (
                "return sealing.seal(plain, brand=brand_id, document=order_id, field=FIELD)",
                "return plain",
            ),
        ),
        (_RECEIVE,),
    ),
)
