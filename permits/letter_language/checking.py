"""Every mistake of a text, found before the text is stored."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from liquid.ast import BlockNode, Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import (
    BooleanExpression,
    FilteredExpression,
    PositionalArgument,
    StringLiteral,
)
from liquid.builtin.expressions.filtered import Filter
from liquid.builtin.expressions.logical import (
    EqExpression,
    LogicalAndExpression,
    LogicalOrExpression,
    NeExpression,
)
from liquid.builtin.expressions.path import Path
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.expression import Expression

from permits.letter_language.engine import FILTERS, parse
from permits.letter_language.errors import LanguageError
from permits.letter_language.fields import Field
from permits.letter_language.markup import normalised, structure_errors, without_tags

Guards = frozenset[str]
"""Names of fields that are known to have a value where a piece of text is printed."""


def check(text: str, *, fields: Mapping[str, Field]) -> list[LanguageError]:
    """Return all mistakes of ``text`` in its order; an empty list says that it can be filled for every case.

    A field that may be empty has to stand inside a condition on it, or with ``default``.
    """
    text = normalised(text)
    errors = structure_errors(text)
    guards: Guards = frozenset()
    if errors:
        # Where only conditions are wrong, the fields can still be told; what conditions they stand in is unknown.
        text, guards = without_tags(text), frozenset(fields)
    try:
        _, nodes = parse(text)
    except LanguageError as error:
        return errors or [error]
    errors += _Walk(text, fields).nodes(nodes, guards)
    return sorted(errors, key=lambda error: (error.line, error.column))


def names_in(text: str) -> set[str]:
    """Return the names of all fields that a text uses. Raises LanguageError where the text has a mistake."""
    text = normalised(text)
    for error in structure_errors(text):
        raise error
    _, nodes = parse(text)
    walk = _Walk(text, None)
    for error in walk.nodes(nodes, frozenset()):
        raise error
    return walk.names


class _Walk:
    """Goes through a parsed text. What is not expressly allowed is a mistake, also what the library adds one day."""

    def __init__(self, text: str, fields: Mapping[str, Field] | None) -> None:
        self.text = text
        self.fields = fields
        self.names: set[str] = set()

    def nodes(self, nodes: list[Node], guards: Guards) -> Iterator[LanguageError]:
        for node in nodes:
            match node:
                case ContentNode():
                    pass
                case OutputNode():
                    yield from self.output(node, guards)
                case IfNode():
                    yield from self.condition(node.condition)
                    yield from self.block(node.consequence, guards | _guards(node.condition))
                    for other in node.alternatives:
                        yield from self.condition(other.expression)
                        yield from self.block(other.block, guards | _guards(other.expression))
                    yield from self.block(node.default, guards)
                case UnlessNode() if not node.alternatives:
                    yield from self.condition(node.condition)
                    yield from self.block(node.consequence, guards)
                    yield from self.block(node.default, guards | _guards(node.condition))
                case _:
                    yield self.error(node, "Das gibt es hier nicht.")

    def block(self, block: BlockNode | None, guards: Guards) -> Iterator[LanguageError]:
        if block is not None:
            yield from self.nodes(block.nodes, guards)

    def output(self, node: OutputNode, guards: Guards) -> Iterator[LanguageError]:
        expression = node.expression
        if type(expression) is not FilteredExpression or not isinstance(expression.left, Path):
            yield self.error(node, "Zwischen „{{“ und „}}“ steht der Name eines Felds.")
            return
        filters = expression.filters or []
        yield from self.path(expression.left)
        for one in filters:
            yield from self.filter(one)
        name = expression.left.path[0]
        field = self.fields.get(name) if self.fields is not None and isinstance(name, str) else None
        has_default = any(one.name == "default" for one in filters)
        if field is not None and not field.always and name not in guards and not has_default:
            yield self.error(
                expression.left,
                f"„{name}“ kann leer sein. Bitte schreiben Sie, was dann gilt: "
                f'{{% if {name} %}} … {{% endif %}} oder {{{{ {name} | default: "…" }}}}.',
            )

    def filter(self, one: Filter) -> Iterator[LanguageError]:
        if one.name not in FILTERS:
            yield LanguageError.at(
                self.text,
                one.token.start_index,
                f"Den Filter „{one.name}“ gibt es nicht. Möglich sind „default“ und „upcase“.",
            )
        elif one.name == "default":
            value = one.args[0].value if len(one.args) == 1 and isinstance(one.args[0], PositionalArgument) else None
            if not isinstance(value, StringLiteral) or not value.value.strip():
                yield LanguageError.at(
                    self.text, one.token.start_index, "Nach „default:“ steht ein Text in Anführungszeichen."
                )
        elif one.args:
            yield LanguageError.at(self.text, one.token.start_index, f"„{one.name}“ hat keine weiteren Angaben.")

    def condition(self, expression: Expression) -> Iterator[LanguageError]:
        match expression:
            case BooleanExpression():
                yield from self.condition(expression.expression)
            case LogicalAndExpression() | LogicalOrExpression():
                yield from self.condition(expression.left)
                yield from self.condition(expression.right)
            case EqExpression() | NeExpression():
                if isinstance(expression.left, Path) and isinstance(expression.right, StringLiteral):
                    yield from self.path(expression.left)
                else:
                    yield self.error(expression, "Verglichen wird ein Feld mit einem Text in Anführungszeichen.")
            case Path():
                yield from self.path(expression)
            case _:
                yield self.error(expression, "In einer Bedingung stehen Felder, „and“, „or“, „==“ und „!=“.")

    def path(self, path: Path) -> Iterator[LanguageError]:
        name = path.path[0]
        # The second question refuses a name in brackets: "['frist']" would say the same as "frist".
        if len(path.path) != 1 or not isinstance(name, str) or not self.text.startswith(name, path.token.start_index):
            yield self.error(path, "Ein Feld hat keine Teile: Punkte und eckige Klammern gibt es hier nicht.")
            return
        self.names.add(name)
        if self.fields is not None and name not in self.fields:
            yield self.error(path, f"Das Feld „{name}“ gibt es nicht.{_nearest(name, self.fields)}")

    def error(self, part: Node | Expression, message: str) -> LanguageError:
        return LanguageError.at(self.text, part.token.start_index, message)


def _guards(expression: Expression) -> Guards:
    """Return the fields that have a value where the condition holds."""
    match expression:
        case BooleanExpression():
            return _guards(expression.expression)
        case LogicalAndExpression():
            return _guards(expression.left) | _guards(expression.right)
        case LogicalOrExpression():
            return _guards(expression.left) & _guards(expression.right)
        case EqExpression(left=Path() as left, right=StringLiteral() as right) if right.value.strip():
            return _guards(left)
        case Path() if isinstance(expression.path[0], str):
            return frozenset({expression.path[0]})
        case _:
            return frozenset()


def _nearest(name: str, fields: Mapping[str, Field]) -> str:
    close = get_close_matches(name.lower(), fields, n=1)
    return f" Meinen Sie „{close[0]}“?" if close else " Welche es gibt, steht neben dem Text."
