"""Settings that would lose or leak mails are refused at the start."""

from typing import Any

import pytest
from notification.settings import Settings
from pydantic import ValidationError


def settings(**own: Any) -> Settings:
    files = ("admin_key_file", "service_tokens_file", "sealing_key_file")
    shared = {"kafka": "k:1", "mongo": "mongodb://m", **dict.fromkeys(files, "x")}
    return Settings.model_validate(shared | own)


@pytest.mark.parametrize(
    ("own", "tls"),
    [
        ({}, "none"),
        ({"smtp": "localhost:25"}, "none"),
        ({"smtp": "[::1]:25"}, "none"),
        ({"smtp": "mail.example.com:587"}, "starttls"),
        ({"smtp": "mail.example.com:465", "smtp_tls": "tls"}, "tls"),
        ({"smtp": "mail.example.com:25", "smtp_tls": "none"}, "none"),
    ],
)
def test_mails_to_another_host_are_encrypted_unless_told_otherwise(
    own: dict[str, Any], tls: str
) -> None:
    assert settings(**own).tls == tls


@pytest.mark.parametrize(
    "own",
    [
        {"smtp": "mail.example.com"},
        {"smtp": "mail.example.com:none"},
        {"sender": "no address"},
        {"sender": "a@b.example, c@d.example"},
        {"lease_s": 10.0},
        {"smtp_user": "gifts"},
    ],
)
def test_what_cannot_work_is_refused(own: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        settings(**own)
