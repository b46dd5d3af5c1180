"""Blocks of a mail as plain text; templates/mail.html shows the same in HTML."""

from collections.abc import Callable, Iterator, Sequence

from notification.mails.words import Row

DISCLOSURE = (
    "If you show this gift in public, please say clearly, where people see it at once, that you "
    "got it for free: for example “Ad: a gift from {{brand}}”. In most countries the law asks for "
    "it."
)


def text_of(block: str, rows: Sequence[Row]) -> str:
    """The block's lines; empty when there is nothing to show."""
    return "\n".join(_WRITERS[block](rows))


def _products(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        yield f"  {row['quantity']} x {row['title']}"


def _parcels(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        yield f"  {row['label']}"
        if row["url"]:
            yield f"  {row['url']}"
        for line in _products(row["rows"]):
            yield f"  {line}"


def _reasons(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        yield f"  * {row['sentence']}"
        if row["detail"]:
            yield f"    ({row['detail']})"


def _details(rows: Sequence[Row]) -> Iterator[str]:
    widest = max((len(row["label"]) for row in rows), default=0)
    for row in rows:
        yield f"  {row['label']:<{widest}}  {row['value']}"


def _open(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        if row["url"]:
            yield f"Open it here: {row['url']}"
        else:
            yield f"See it with: giftstream orders show {row['order_id']}"


def _refusals(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        if row["selection_id"] is None:
            yield "  … and more, which are not listed here."
            continue
        reference = f" (reference {row['reference']})" if row["reference"] else ""
        yield f"  {row['selection_id']}{reference}"
        for line in _reasons(row["reasons"]):
            yield f"  {line}"


_WRITERS: dict[str, Callable[[Sequence[Row]], Iterator[str]]] = {
    "products": _products,
    "parcels": _parcels,
    "reasons": _reasons,
    "details": _details,
    "open": _open,
    "refusals": _refusals,
}
