"""What a query costs, before and after it ran.

Shopify documents the parts (object 1, scalar 0, mutation 10, connections by their size) but not how
it discounts long pages; here each ten beyond the first ten count as one.
"""

from __future__ import annotations

from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_composite_type,
)
from graphql.type import GraphQLField

MUTATION = 10
LARGEST = 1_000


class Costs:
    """Costs of one document for given variables."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, variables: dict[str, Any]
    ) -> None:
        self._schema, self._variables = schema, variables
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

    def requested(self, operation: OperationDefinitionNode) -> int:
        """The most that this operation can cost."""
        root = self._schema.get_root_type(operation.operation)
        assert root is not None
        mutation = operation.operation.value == "mutation"
        inner = self._set(operation.selection_set, root, 0 if mutation else 1)
        return inner + MUTATION * len(operation.selection_set.selections) * mutation

    def _set(self, selections: SelectionSetNode | None, parent: GraphQLNamedType, each: int) -> int:
        """`each` is what one object costs: nothing in a mutation's answer."""
        total, alternatives = 0, [0]
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                total += self._field(node, parent, each)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                inner = self._schema.type_map[condition.name.value] if condition else parent
                alternatives.append(self._set(node.selection_set, inner, each))
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                inner = self._schema.type_map[fragment.type_condition.name.value]
                alternatives.append(self._set(fragment.selection_set, inner, each))
        return total + max(alternatives)

    def _field(self, node: FieldNode, parent: GraphQLNamedType, each: int) -> int:
        field: GraphQLField | None = getattr(parent, "fields", {}).get(node.name.value)
        if field is None:
            return 0
        returned = get_named_type(field.type)
        if not is_composite_type(returned) or returned.name in ("PageInfo", "UserError"):
            return 0
        size = self._size(node)
        if returned.name.endswith("Connection"):
            return 2 + scaled(size or 0) * self._set(node.selection_set, returned, each)
        if returned.name.endswith("Edge"):
            return self._set(node.selection_set, returned, each)
        one = each + self._set(node.selection_set, returned, each)
        return one if size is None else scaled(size) * one

    def _size(self, node: FieldNode) -> int | None:
        for argument in node.arguments:
            if argument.name.value in ("first", "last"):
                value = argument.value
                if isinstance(value, IntValueNode):
                    return int(value.value)
                if isinstance(value, VariableNode):
                    given = self._variables.get(value.name.value)
                    return given if isinstance(given, int) else 0
        return None


def scaled(size: int) -> int:
    """How many objects a page of this size counts as."""
    return min(size, 10) + max(size - 10, 0) // 10


def actual(data: Any) -> int:
    """Objects that really came back."""
    if isinstance(data, dict):
        return 1 + sum(actual(value) for value in data.values() if isinstance(value, dict | list))
    if isinstance(data, list) and data:
        return scaled(len(data)) * max(actual(item) for item in data)
    return 0
