"""GraphQL documents, parsed and validated once per text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    validate,
)

from simulator.shopify.schema import bound_schema

KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may be executed, or the errors why not."""

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...]

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """The operation of that name; without a name, the only one."""
        found = [
            node
            for node in (self.document.definitions if self.document else ())
            if isinstance(node, OperationDefinitionNode)
            and (name is None or (node.name is not None and node.name.value == name))
        ]
        return found[0] if len(found) == 1 else None


@lru_cache(maxsize=KEPT)
def prepare(text: str) -> Prepared:
    """Same text, same result."""
    try:
        document = parse(text, no_location=False)
    except GraphQLSyntaxError as error:
        return Prepared(None, (error,))
    return Prepared(document, tuple(validate(bound_schema(), document)))


def root_fields(operation: OperationDefinitionNode) -> tuple[str, ...]:
    """What faults and ledger call the operation."""
    nodes = operation.selection_set.selections
    return tuple(node.name.value for node in nodes if isinstance(node, FieldNode))
