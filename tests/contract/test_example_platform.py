"""What examples/ tells platforms is true, to the byte."""

import argparse
import ast
import json
import re
import runpy
import sys
from pathlib import Path
from typing import get_args

import jsonschema
from giftstream import signatures
from giftstream.events import OrderStatus

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
SCHEMAS = ROOT / "docs" / "schemas"
SCRIPT = EXAMPLES / "publish_and_follow.py"


def told(kind: str) -> str:
    """The one block of this kind in the page for platforms."""
    blocks = re.findall(
        rf"^```{kind}\n(.*?)\n```$",
        (EXAMPLES / "README.md").read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    assert len(blocks) == 1, kind
    return str(blocks[0])


def test_the_worked_signature_is_the_one_that_we_check() -> None:
    raw, header = told("value").encode(), told("header").encode()
    signature = signatures.parse(header)
    assert signature is not None
    assert signatures.verify(told("secret"), raw, signature)
    assert f"The value, {len(raw)} bytes" in (EXAMPLES / "README.md").read_text("utf-8")


def test_the_script_signs_as_the_page_says() -> None:
    script = runpy.run_path(str(SCRIPT))
    made = script["signature"](told("value").encode(), "acme-platform", told("secret"))
    assert made.decode() == told("header")


def test_the_script_sends_what_the_schema_asks_for() -> None:
    script = runpy.run_path(str(SCRIPT))
    asked = argparse.Namespace(
        selection_id="sel-1", creator_id="cr-1", email="a@example.com", sku="TEE-M", reference=None
    )
    body = script["selection_of"]({"brand": "acme", "campaign": "spring"}, asked)
    schema = json.loads((SCHEMAS / "selection.submitted.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(body)
    assert set(schema["required"]) <= set(body) <= set(schema["properties"])


def test_the_script_knows_every_status_in_which_an_order_is_in_the_store() -> None:
    script = runpy.run_path(str(SCRIPT))
    waiting = {"pending_review", "approved", "placing", "on_hold"}
    assert script["PLACED"] | script["ENDED"] | waiting == set(get_args(OrderStatus))


def test_the_script_needs_nothing_of_ours() -> None:
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    outside = {name.split(".")[0] for name in imported} - sys.stdlib_module_names
    assert outside == {"aiokafka"}
