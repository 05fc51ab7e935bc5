"""How big a text may be. Without loops and variables, these bound memory and time of checking and filling."""

MAX_TEXT = 20_000
"""Characters of a text."""

MAX_MARKUP = 300
"""Characters of one piece of markup, from its opening to its closing brackets.

The library's patterns take quadratic time on one long piece; at this length that is nothing.
"""

MAX_MARKUPS = 500
"""Pieces of markup in a text."""

MAX_DEPTH = 5
"""Conditions inside conditions."""

MAX_OUTPUT = 100_000
"""Bytes of a filled text."""
