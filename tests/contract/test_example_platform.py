"""What examples/ tells platforms is true, to the byte."""

import ast
import re
import runpy
import sys
from pathlib import Path

from giftstream import signatures

EXAMPLES = Path(__file__).parents[2] / "examples"
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
