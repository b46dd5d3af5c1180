"""An order as the answer of whoever just changed it."""

from fastapi import Response
from giftstream.http.etags import etag
from giftstream.mongo import Document

from order_placement.api.views import OrderView, order_view
from order_placement.blocked import Blocked


async def shown(blocked: Blocked, order: Document, response: Response) -> OrderView:
    """With its version as ETag."""
    response.headers["ETag"] = etag(order["version"])
    return order_view(order, await blocked.of(order))
