"""What placing asks of Shopify. A contract test holds each to the official schemas."""

from giftstream_platforms.shopify import Operation

# The most lines that a selection may have.
_DRAFT = """
fragment Draft on DraftOrder {
  id status ready tags
  totalPriceSet { shopMoney { amount currencyCode } }
  customAttributes { key value }
  shippingLine { title }
  lineItems(first: 50) { nodes { quantity variant { id } } }
  warnings { errorCode field message }
  order { id legacyResourceId name }
}
"""

SHOP = Operation("GiftShop", "query GiftShop { shop { myshopifyDomain } }", cost=2)

STOCK = Operation(
    "GiftStock",
    """
query GiftStock($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on ProductVariant {
      id inventoryPolicy sellableOnlineQuantity
      product { id status }
      inventoryItem { id tracked }
    }
  }
}
""",
    cost=5,
)

RATES = Operation(
    "GiftRates",
    """
query GiftRates($input: DraftOrderAvailableDeliveryOptionsInput!) {
  draftOrderAvailableDeliveryOptions(input: $input) {
    availableShippingRates { title price { amount } }
  }
}
""",
    cost=10,
)

CREATE = Operation(
    "GiftDraftCreate",
    """
mutation GiftDraftCreate($input: DraftOrderInput!) {
  draftOrderCreate(input: $input) {
    draftOrder { ...Draft }
    userErrors { field message }
  }
}
"""
    + _DRAFT,
    mutates=True,
    cost=20,
)

READ = Operation(
    "GiftDraft",
    "query GiftDraft($id: ID!) { draftOrder(id: $id) { ...Draft } }" + _DRAFT,
    cost=10,
)

COMPLETE = Operation(
    "GiftDraftComplete",
    """
mutation GiftDraftComplete($id: ID!) {
  draftOrderComplete(id: $id) {
    draftOrder { ...Draft }
    userErrors { field message }
  }
}
"""
    + _DRAFT,
    mutates=True,
    cost=20,
)

DELETE = Operation(
    "GiftDraftDelete",
    """
mutation GiftDraftDelete($id: ID!) {
  draftOrderDelete(input: {id: $id}) { deletedId userErrors { field message } }
}
""",
    mutates=True,
    cost=10,
)

FIND = Operation(
    "GiftDrafts",
    """
query GiftDrafts($query: String!, $first: Int!, $after: String) {
  draftOrders(first: $first, after: $after, query: $query, sortKey: ID) {
    nodes { id status tags }
    pageInfo { hasNextPage endCursor }
  }
}
""",
    cost=20,
)

CANCEL = Operation(
    "GiftOrderCancel",
    """
mutation GiftOrderCancel($orderId: ID!) {
  orderCancel(
    orderId: $orderId, reason: OTHER, restock: true, notifyCustomer: false,
    refundMethod: {originalPaymentMethodsRefund: false}, staffNote: "gift cancelled"
  ) {
    job { id done }
    orderCancelUserErrors { code field message }
  }
}
""",
    mutates=True,
    cost=10,
)

CANCELLED = Operation(
    "GiftOrderCancelled",
    "query GiftOrderCancelled($id: ID!) { order(id: $id) { id cancelledAt } }",
    cost=2,
)
