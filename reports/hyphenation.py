"""German hyphenation of documents: the general patterns, put right for the words of the field.

Styles ask for it by the language ``de-bauakte``; a document stored before that asks for plain ``de`` and is set again
as it was.
"""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pyphen

LANGUAGE = "de_bauakte"
WORDS = Path(__file__).with_name("hyphenation_de.toml")
GERMAN = pyphen.LANGUAGES["de_DE"]
# Stronger than any general pattern: odd allows a break, even forbids it (Liang 1983).
ALLOW, FORBID = 9, 8
VOWEL = re.compile("[aeiouyäöüàáâãåæèéêëìíîïòóôõøœùúûý]")


class GermanPatterns(pyphen.HyphDict):
    """The patterns of Pyphen with our stems on top; a part without a vowel is no syllable and is never cut off."""

    def __init__(self, words: Path = WORDS) -> None:
        """Read the general patterns, then the stems in ``words`` (TOML)."""
        super().__init__(GERMAN)
        for stem in tomllib.loads(words.read_text(encoding="utf-8"))["stems"]:
            parts = stem.split("-")
            marks = [mark for part in parts for mark in (*[FORBID] * (len(part) - 1), ALLOW)][:-1]
            self.patterns["".join(parts)] = 1, tuple(marks)
        self.maxlen = max(len(letters) for letters in self.patterns)

    def positions(self, word: str) -> list[pyphen.DataInt]:
        """Indices before which ``word`` may be broken."""
        word = word.lower()
        found: list[pyphen.DataInt] = super().positions(word)
        ends = [0, *found, len(word)]
        bad = {end for start, stop in pairwise(ends) if not VOWEL.search(word[start:stop]) for end in (start, stop)}
        return [index for index in found if index not in bad]


def register() -> None:
    """Make the patterns known to WeasyPrint under ``LANGUAGE``; it reads them by a path, which ours only pretends."""
    if LANGUAGE not in pyphen.LANGUAGES:
        pyphen.hdcache[WORDS] = GermanPatterns()
        pyphen.LANGUAGES_LOWERCASE[LANGUAGE] = LANGUAGE
        pyphen.LANGUAGES[LANGUAGE] = WORDS
