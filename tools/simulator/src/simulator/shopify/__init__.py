"""Shopify's Admin GraphQL API, as far as giftstream uses it."""
