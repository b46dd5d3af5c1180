"""The one public route, as OpenAPI. It is plain ASGI, so its document is written here by hand."""

from typing import Any

ANSWERS = {
    "200": "Taken. A hint only: what counts is read from the store afterwards.",
    "401": "The token or the signature is not one of a connected store.",
    "404": "Nothing is at this address.",
    "405": "Only POST is taken.",
    "408": "The body did not come within 10 seconds.",
    "413": "The body is larger than 256 KiB.",
    "503": "It could not be kept now; send it again.",
}
_SHOPIFY = {
    "X-Shopify-Hmac-SHA256": "Base64 of the body's HMAC-SHA256 under the store's webhook secret.",
    "X-Shopify-Topic": "What happened, as in orders/fulfilled.",
    "X-Shopify-Webhook-Id": "The delivery; repeats carry the same.",
    "X-Shopify-Triggered-At": "When it happened.",
}


def webhooks() -> dict[str, Any]:
    """The document."""
    operation: dict[str, Any] = {
        "operationId": "receive_webhook",
        "summary": "Receive webhook",
        "description": "Registered in each store by store-sync itself. Answers have no body: "
        "strangers learn nothing more.",
        "tags": ["webhooks"],
        "security": [],
        "parameters": [_token(), *map(_header, _SHOPIFY)],
        "requestBody": {
            "required": True,
            "description": "Whatever the store says; read as bytes, at most 256 KiB.",
            "content": {"application/json": {"schema": {}}},
        },
        "responses": {code: {"description": said} for code, said in ANSWERS.items()},
    }
    operation["responses"]["503"]["headers"] = {
        "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "giftstream webhooks",
            "version": "1",
            "description": "store-sync's public listener: the only one that the outside reaches.",
        },
        "paths": {"/webhooks/{token}": {"post": operation}},
    }


def _token() -> dict[str, Any]:
    return {
        "name": "token",
        "in": "path",
        "required": True,
        "description": "Says which store's secret the signature is checked with.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128},
    }


def _header(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": name == "X-Shopify-Hmac-SHA256",
        "description": _SHOPIFY[name],
        "schema": {"type": "string"},
    }
