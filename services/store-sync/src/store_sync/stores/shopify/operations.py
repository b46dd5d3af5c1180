"""Everything store-sync asks of Shopify; a contract test holds each to the official schemas."""

from giftstream_platforms.shopify import Operation

INSPECT = Operation(
    "Inspect",
    """
    query Inspect {
      shop { name myshopifyDomain currencyCode }
      currentAppInstallation { accessScopes { handle } }
    }
    """,
    cost=3,
)

# Pages are variables: few lines and parcels are the rule, and every place asked for is paid for
# before the answer shows how many there are.
ORDER_STATE = Operation(
    "OrderState",
    """
    query OrderState($id: ID!, $lines: Int!, $parcels: Int!) {
      order(id: $id) {
        id
        name
        updatedAt
        cancelledAt
        displayFulfillmentStatus
        returnStatus
        currentTotalPriceSet { shopMoney { amount currencyCode } }
        shippingAddress {
          name company address1 address2 city provinceCode zip countryCodeV2 phone
        }
        lineItems(first: $lines) {
          nodes { id quantity currentQuantity sku variant { id } }
        }
        fulfillments(first: $parcels) {
          id
          status
          displayStatus
          createdAt
          deliveredAt
          trackingInfo(first: 1) { company number url }
          fulfillmentLineItems(first: $lines) {
            nodes { quantity lineItem { id } }
          }
        }
        refunds(first: $parcels) {
          refundLineItems(first: $lines) {
            nodes { quantity restocked lineItem { id } }
          }
        }
      }
    }
    """,
    cost=160,
)

CHANGED_ORDERS = Operation(
    "ChangedOrders",
    """
    query ChangedOrders($q: String!, $first: Int!, $after: String) {
      orders(first: $first, after: $after, sortKey: UPDATED_AT, query: $q) {
        nodes { id updatedAt }
        pageInfo { hasNextPage endCursor }
      }
    }
    """,
    cost=52,
)

# `variant` is what every version has; the newer ones name `variants` beside it.
STOCK_ITEM = Operation(
    "StockItem",
    """
    query StockItem($id: ID!) {
      inventoryItem(id: $id) { variant { product { id } } }
    }
    """,
    cost=3,
)

LIST_WEBHOOKS = Operation(
    "ListWebhooks",
    """
    query ListWebhooks($after: String) {
      webhookSubscriptions(first: 50, after: $after) {
        nodes { id topic uri format includeFields }
        pageInfo { hasNextPage endCursor }
      }
    }
    """,
    cost=52,
)

CREATE_WEBHOOK = Operation(
    "CreateWebhook",
    """
    mutation CreateWebhook($topic: WebhookSubscriptionTopic!, $what: WebhookSubscriptionInput!) {
      webhookSubscriptionCreate(topic: $topic, webhookSubscription: $what) {
        webhookSubscription { id }
        userErrors { field message }
      }
    }
    """,
    mutates=True,
    cost=10,
)

CORRECT_WEBHOOK = Operation(
    "CorrectWebhook",
    """
    mutation CorrectWebhook($id: ID!, $what: WebhookSubscriptionInput!) {
      webhookSubscriptionUpdate(id: $id, webhookSubscription: $what) {
        webhookSubscription { id }
        userErrors { field message }
      }
    }
    """,
    mutates=True,
    cost=10,
)

DELETE_WEBHOOK = Operation(
    "DeleteWebhook",
    """
    mutation DeleteWebhook($id: ID!) {
      webhookSubscriptionDelete(id: $id) {
        deletedWebhookSubscriptionId
        userErrors { field message }
      }
    }
    """,
    mutates=True,
    cost=10,
)
