"""Key files as a deployment would have them, made anew for a test."""

import base64
import json
import os
import secrets
from pathlib import Path


def shared_environment(folder: Path, kafka: str, mongo: str) -> dict[str, str]:
    """The `GIFTSTREAM_…` variables of a service, with their files in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "ADMIN_KEY_FILE": secrets.token_urlsafe(16),
        "SERVICE_TOKENS_FILE": json.dumps(
            {
                name: secrets.token_urlsafe(16)
                for name in ("campaign", "order-placement", "store-sync", "notification")
            }
        ),
        "SEALING_KEY_FILE": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    environment = {**os.environ, "GIFTSTREAM_KAFKA": kafka, "GIFTSTREAM_MONGO": mongo}
    for name, content in files.items():
        path = folder / name.lower()
        if not path.exists():
            path.write_text(content)
        environment[f"GIFTSTREAM_{name}"] = str(path)
    return environment
