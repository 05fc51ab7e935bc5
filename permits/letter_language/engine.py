"""The part of Liquid that texts may use, and the parsing of a text with it.

The environment knows only fields, ``if`` and ``unless``, and the filters ``default`` and ``upcase``: everything else
of Liquid (loops, assignments, includes, other filters) is not registered at all.
"""

from typing import Any

from liquid import Environment, Mode
from liquid.ast import Node
from liquid.builtin.content import Literal
from liquid.builtin.filters.misc import default
from liquid.builtin.illegal import Illegal
from liquid.builtin.output import Output
from liquid.builtin.tags.if_tag import IfTag
from liquid.builtin.tags.unless_tag import UnlessTag
from liquid.exceptions import LiquidError, UnknownFilterError
from liquid.template import BoundTemplate
from liquid.undefined import FalsyStrictUndefined, is_undefined

from permits.letter_language.errors import LanguageError
from permits.letter_language.limits import MAX_DEPTH, MAX_OUTPUT


def upcase(value: Any) -> Any:
    """Return text in capitals; an absent value stays absent, so that a ``default`` after it still counts.

    The library's own filter raises for an absent value, whatever follows.
    """
    return value if is_undefined(value) else value.upper()


FILTERS: dict[str, Any] = {"default": default, "upcase": upcase}


class LetterEnvironment(Environment):
    """Liquid with the few tags and filters of the letter language. Values are text and the result is text."""

    block_nesting_limit = MAX_DEPTH + 1
    context_depth_limit = 10  # of the library's own three scopes; nothing of the language adds one
    loop_iteration_limit = 1
    local_namespace_limit = 1
    output_stream_limit = MAX_OUTPUT

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Register what is allowed, instead of the library's defaults."""
        for tag in (Literal, Output, Illegal, IfTag, UnlessTag):
            self.add_tag(tag)
        for name, function in FILTERS.items():
            self.add_filter(name, function)


# HTML is escaped where a paper's template prints the text; here it would be done twice.
ENVIRONMENT = LetterEnvironment(tolerance=Mode.STRICT, undefined=FalsyStrictUndefined, autoescape=False)


def parse(text: str) -> tuple[BoundTemplate, list[Node]]:
    """Return the template of a text that has no mistake of structure; raises LanguageError."""
    try:
        template = ENVIRONMENT.from_string(text)
    except LiquidError as error:
        raise translated(text, error) from error
    return template, template.nodes


def translated(text: str, error: LiquidError) -> LanguageError:
    """Return the library's error as one of ours."""
    index = error.token.start_index if error.token is not None and error.token.start_index >= 0 else 0
    if isinstance(error, UnknownFilterError):
        message = "Diesen Filter gibt es nicht. Möglich sind „default“ und „upcase“."
    else:
        message = (
            "Dieser Ausdruck ist nicht lesbar. Möglich sind der Name eines Felds, ein Text in Anführungszeichen "
            "und in Bedingungen „and“, „or“, „==“ und „!=“."
        )
    return LanguageError.at(text, index, message)
