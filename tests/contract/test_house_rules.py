"""The rules of the house that a machine can see."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40


def tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


PYTHON = tracked("*.py")
SOURCES = [path for path in PYTHON if "tests" not in path.relative_to(ROOT).parts]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PYTHON, ids=name)
def test_a_file_is_one_room(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MAX_FILE_LINES


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= MAX_FUNCTION_LINES, f"{node.name} has {lines} lines"


@pytest.mark.parametrize("path", PYTHON, ids=name)
def test_an_ignored_type_error_is_named_and_explained(path: Path) -> None:
    for line in path.read_text().splitlines():
        if "type: ignore" in line and "test_house_rules" not in str(path):
            assert re.search(r"type: ignore\[[a-z-]+(, ?[a-z-]+)*\]\s+# \S+", line), line


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_only_delivery_survives_everything(path: Path) -> None:
    if "giftstream/delivery" in str(path):
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            assert caught not in {"everything", "Exception", "BaseException"}, node.lineno


def test_the_database_driver_is_imported_in_one_file() -> None:
    imports = re.compile(r"^\s*(from|import) (motor|pymongo|bson)\b", re.MULTILINE)
    found = {name(path) for path in SOURCES if imports.search(path.read_text())}
    assert found == {"libs/common/src/giftstream/mongo.py"}


def test_the_environment_is_read_in_settings_alone() -> None:
    reads = re.compile(r"\bos\.(environ|getenv)\b")
    allowed = ("tools/", "bench/", "examples/", "conftest.py")
    found = {name(path) for path in SOURCES if reads.search(path.read_text())}
    assert {path for path in found if not path.startswith(allowed)} == set()


def test_names_say_what_things_are() -> None:
    vague = re.compile(r"class \w*(Manager|Helper|Util|Utils|Abstract|Impl)\b|class Base[A-Z]\w*")
    found = {name(path): vague.findall(path.read_text()) for path in SOURCES}
    assert {path: names for path, names in found.items() if names} == {}


def test_no_registry_and_no_machine_path_is_named() -> None:
    hosts = re.compile(
        r"https?://[a-z0-9.-]*(registry|pythonhosted|\bpypi|npm|maven|crates|golang|debian)"
        r"[a-z0-9.-]*/",
        re.IGNORECASE,
    )
    for path in tracked("*"):
        try:
            assert not hosts.search(path.read_text()), name(path)
        except UnicodeDecodeError:
            continue
