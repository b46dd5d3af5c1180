"""Webhook subscriptions that the app registers for itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from graphql import GraphQLResolveInfo

from simulator.clock import second
from simulator.database import Document
from simulator.shopify.connections import page
from simulator.shopify.deliveries import rest_topic
from simulator.shopify.scopes import NEEDED_BY_TOPIC, allowed
from simulator.shopify.shop import Call, Resolver, Shop, legacy_id


def create(
    _root: None,
    info: GraphQLResolveInfo,
    topic: str,
    webhookSubscription: dict[str, Any],  # noqa: N803 - the argument's name in the schema
) -> Document:
    """One subscription per topic and address."""
    call: Call = info.context
    uri = webhookSubscription.get("uri") or webhookSubscription.get("callbackUrl")
    if message := _problem(call.shop, topic, uri):
        field = ["webhookSubscription", "uri"]
        return {"webhookSubscription": None, "userErrors": call.refused((field, message))}
    made = call.shop.named("WebhookSubscription") | {
        "topic": topic,
        "uri": uri,
        "callbackUrl": uri,
        "format": webhookSubscription.get("format") or "JSON",
        "filter": None,
        "includeFields": webhookSubscription.get("includeFields") or [],
        "metafieldNamespaces": [],
        "createdAt": second(),
        "updatedAt": second(),
        "_version": call.version,
    }
    call.shop.save("subscription", made)
    return {"webhookSubscription": made, "userErrors": []}


def update(
    _root: None,
    info: GraphQLResolveInfo,
    id: str,  # noqa: A002
    webhookSubscription: dict[str, Any],  # noqa: N803
) -> Document:
    """Another address or other fields for the same topic."""
    call: Call = info.context
    made = subscription_by(call.shop, id)
    if made is None:
        return {"webhookSubscription": None, "userErrors": _missing(call)}
    uri = webhookSubscription.get("uri") or webhookSubscription.get("callbackUrl") or made["uri"]
    if uri != made["uri"] and (message := _problem(call.shop, made["topic"], uri)):
        field = ["webhookSubscription", "uri"]
        return {"webhookSubscription": made, "userErrors": call.refused((field, message))}
    made["uri"] = made["callbackUrl"] = uri
    made["includeFields"] = webhookSubscription.get("includeFields", made["includeFields"]) or []
    made["updatedAt"] = second()
    call.shop.save("subscription", made)
    return {"webhookSubscription": made, "userErrors": []}


def delete(_root: None, info: GraphQLResolveInfo, id: str) -> Document:  # noqa: A002
    """No more webhooks to it; what is under way still arrives."""
    call: Call = info.context
    made = subscription_by(call.shop, id)
    if made is None:
        return {"deletedWebhookSubscriptionId": None, "userErrors": _missing(call)}
    call.shop.store.drop("subscription", made["legacyResourceId"])
    return {"deletedWebhookSubscriptionId": made["id"], "userErrors": []}


def _missing(call: Call) -> list[Document]:
    return call.refused((["id"], "Webhook subscription does not exist"))


def _problem(shop: Shop, topic: str, uri: str | None) -> str | None:
    # Shopify wants https; a simulator on one machine has nobody with a certificate.
    if not uri or urlsplit(uri).scheme not in ("http", "https") or not urlsplit(uri).hostname:
        return "Address is invalid"
    if not allowed(shop.scopes, NEEDED_BY_TOPIC.get(topic.split("_")[0], ())):
        return (
            f"You do not have permission to create or update webhooks with {rest_topic(topic)} "
            "topic. This topic can't be registered without proper scopes"
        )
    taken = any(s["topic"] == topic and s["uri"] == uri for s in shop.subscriptions.values())
    return "Address for this topic has already been taken" if taken else None


def subscription_by(shop: Shop, gid: str) -> Document | None:
    """Null when there is none."""
    return shop.subscriptions.get(legacy_id(gid, "WebhookSubscription"))


def _list(
    _root: None,
    info: GraphQLResolveInfo,
    topics: list[str] | None = None,
    uri: str | None = None,
    sortKey: str = "CREATED_AT",  # noqa: N803, ARG001 - ids grow with time
    format: str | None = None,  # noqa: A002
    **arguments: Any,
) -> Document:
    hits = [
        made
        for made in info.context.shop.subscriptions.values()
        if (not topics or made["topic"] in topics)
        and uri in (None, made["uri"])
        and format in (None, made["format"])
    ]
    return page(hits, lambda made: [made["legacyResourceId"]], **arguments)


def _version(made: Document, _info: object) -> Document:
    version = made["_version"]
    return {"handle": version, "displayName": version, "supported": True}


FIELDS: dict[str, Resolver] = {
    "QueryRoot.webhookSubscription": lambda _, info, id: subscription_by(info.context.shop, id),  # noqa: A006
    "QueryRoot.webhookSubscriptions": _list,
    "Mutation.webhookSubscriptionCreate": create,
    "Mutation.webhookSubscriptionUpdate": update,
    "Mutation.webhookSubscriptionDelete": delete,
    "WebhookSubscription.apiVersion": _version,
}
