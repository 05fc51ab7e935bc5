"""The language in which authorities write texts of letters: fields, conditions, nothing else.

``check`` finds every mistake of a text before it is stored; ``fill`` puts values in and gives plain text. A small part
of Liquid (python-liquid): no loops, no variables of its own, no includes, no properties, no filters beyond two.
"""

from permits.letter_language.checking import check
from permits.letter_language.errors import LanguageError
from permits.letter_language.fields import FIELDS, Field
from permits.letter_language.filling import fill
from permits.letter_language.gaps import gap_errors, gaps_in, gaps_nobody_fills
from permits.letter_language.values import sample_values, values_of_authority, values_of_case

__all__ = [
    "FIELDS",
    "Field",
    "LanguageError",
    "check",
    "fill",
    "gap_errors",
    "gaps_in",
    "gaps_nobody_fills",
    "sample_values",
    "values_of_authority",
    "values_of_case",
]
