"""Settings come from the environment once, and mistakes are said in a sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from giftstream.settings import ServiceSettings, service_config, table
from pydantic import Field, ValidationError

REQUIRED = {
    "GIFTSTREAM_KAFKA": "127.0.0.1:9092",
    "GIFTSTREAM_MONGO": "mongodb://user:canary@db",
    "GIFTSTREAM_ADMIN_KEY_FILE": __file__,
    "GIFTSTREAM_SERVICE_TOKENS_FILE": __file__,
    "GIFTSTREAM_SEALING_KEY_FILE": __file__,
}
PACKAGE = """
from giftstream.settings import ServiceSettings, load, service_config
from pydantic import Field

class Settings(ServiceSettings):
    model_config = service_config("ORDER_PLACEMENT")
    settle_s: float = Field(5.0, gt=0, description="Let the store settle so long.")

if __name__ == "__main__":
    loaded = load(Settings)
    print(loaded.port, loaded.settle_s, loaded.kafka, repr(loaded))
"""


class Settings(ServiceSettings):
    model_config = service_config("ORDER_PLACEMENT")
    settle_s: float = Field(5.0, gt=0, description="Let the store settle so long.")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "order_placing").mkdir()
    (tmp_path / "order_placing" / "__init__.py").touch()
    (tmp_path / "order_placing" / "settings.py").write_text(PACKAGE)
    return tmp_path


def run(package: Path, environment: dict[str, str], *words: str) -> tuple[int, str, str]:
    clean = {name: value for name, value in os.environ.items() if "GIFTSTREAM" not in name}
    ended = subprocess.run(
        [sys.executable, "-m", *words],
        env={**clean, "PYTHONPATH": str(package), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.returncode, ended.stdout, ended.stderr


def test_shared_and_own_settings_have_their_own_prefix(package: Path) -> None:
    own = {"ORDER_PLACEMENT_PORT": "8123", "ORDER_PLACEMENT_SETTLE_S": "0.5"}
    code, said, _ = run(package, REQUIRED | own, "order_placing.settings")
    assert code == 0
    assert said.startswith("8123 0.5 127.0.0.1:9092")
    assert "canary" not in said


def test_what_is_missing_is_named_and_ends_with_2(package: Path) -> None:
    given = {name: value for name, value in REQUIRED.items() if "MONGO" not in name}
    code, said, complaint = run(package, given, "order_placing.settings")
    assert (code, said) == (2, "")
    assert complaint == "GIFTSTREAM_MONGO is not set: MongoDB's URI; may hold a password.\n"


def test_what_is_wrong_is_named_without_its_value(package: Path) -> None:
    wrong = {"ORDER_PLACEMENT_PORT": "canary", "GIFTSTREAM_CRASHPOINT": "nowhere"}
    code, _, complaint = run(package, REQUIRED | wrong, "order_placing.settings")
    assert code == 2
    assert "ORDER_PLACEMENT_PORT is wrong" in complaint
    assert "GIFTSTREAM_CRASHPOINT is wrong (there is no crash point" in complaint
    assert "canary" not in complaint


def test_a_file_that_cannot_be_read_is_named(package: Path) -> None:
    wrong = {"GIFTSTREAM_ADMIN_KEY_FILE": "/nowhere", "GIFTSTREAM_SEALING_KEY_FILE": str(package)}
    code, said, complaint = run(package, REQUIRED | wrong, "order_placing.settings")
    assert (code, said) == (2, "")
    assert complaint.splitlines() == [
        f"GIFTSTREAM_{name} names {path}, which cannot be read ({why})."
        for name, path, why in (
            ("ADMIN_KEY_FILE", "/nowhere", "No such file or directory"),
            ("SEALING_KEY_FILE", package, "Is a directory"),
        )
    ]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"SECURITY": "tls"}, "GIFTSTREAM_KAFKA_SECURITY is wrong (Input should be 'plaintext'"),
        ({"SECURITY": "sasl_ssl"}, "GIFTSTREAM_KAFKA_USER is wrong (user and password file come"),
        ({"USER": "us"}, "GIFTSTREAM_KAFKA_USER is wrong (user and password file come"),
        ({"CA_FILE": __file__}, "GIFTSTREAM_KAFKA_CA_FILE is wrong (GIFTSTREAM_KAFKA_SECURITY"),
        ({"SECURITY": "ssl", "KEY_FILE": __file__}, "GIFTSTREAM_KAFKA_KEY_FILE is wrong (cert"),
    ],
)
def test_what_does_not_fit_together_for_kafka_is_said(
    package: Path, wrong: dict[str, str], sentence: str
) -> None:
    own = {f"GIFTSTREAM_KAFKA_{name}": value for name, value in wrong.items()}
    code, _, complaint = run(package, REQUIRED | own, "order_placing.settings")
    assert code == 2
    assert sentence in complaint


def test_help_prints_every_setting_of_a_package(package: Path) -> None:
    code, said, _ = run(package, {}, "giftstream.settings", "order-placing")
    assert code == 0
    for name, _, description in table(Settings):
        assert name in said
        assert description in said


def test_every_setting_has_a_description() -> None:
    assert all(description for _, _, description in table(Settings))


def test_settings_are_frozen() -> None:
    settings = Settings(
        kafka="k",
        mongo="m",
        admin_key_file=Path("a"),
        service_tokens_file=Path("t"),
        sealing_key_file=Path("s"),
    )
    with pytest.raises(ValidationError, match="frozen"):
        settings.kafka = "other"
