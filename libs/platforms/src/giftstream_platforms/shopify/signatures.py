"""Webhook signatures: base64 of HMAC-SHA256 over the raw body, with the app's secret."""

import base64
import hashlib
import hmac


def webhook_signature(secret: str, raw: bytes) -> bytes:
    """What Shopify puts into X-Shopify-Hmac-Sha256."""
    return base64.b64encode(hmac.digest(secret.encode(), raw, hashlib.sha256))


def webhook_signature_holds(secret: str, raw: bytes, header: bytes | None) -> bool:
    """Whether the header signs exactly these bytes. Compares bytes in constant time: text with
    a character beyond ASCII would raise."""
    return hmac.compare_digest(webhook_signature(secret, raw), header or b"")
