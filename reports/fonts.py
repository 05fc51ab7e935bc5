"""The fonts of documents: Fira Sans, and Noto Sans for what Fira Sans lacks.

Reports get a folder and know neither settings nor node; each font goes into a
document under its SHA-256, so that a stored document names the very file.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.ttLib.woff2 import decompress


class FontsMissingError(Exception):
    """A font file is not in the configured folder. The message is German."""


@dataclass(frozen=True)
class FontFace:
    """One font file: family and weight under which the styles know it."""

    file_name: str
    family: str
    weight: int
    style: str = "normal"


FACES = (
    FontFace("FiraSans-Regular.woff2", "Fira Sans", 400),
    FontFace("FiraSans-Italic.woff2", "Fira Sans", 400, "italic"),
    FontFace("FiraSans-Medium.woff2", "Fira Sans", 500),
    FontFace("FiraSans-SemiBold.woff2", "Fira Sans", 600),
    FontFace("NotoSans-Regular.woff2", "Noto Sans", 400),
    FontFace("NotoSans-Bold.woff2", "Noto Sans", 600),
)

# Line breaks, tab, soft hyphen, zero-width space and the joiners. Every other control or
# format character could turn the reading direction or hide text in a legal document.
ALLOWED_CONTROLS = "\n\t\r\u00ad\u200b\u200c\u200d"


@dataclass(frozen=True)
class Font:
    """A loaded font, unpacked to TrueType, with the SHA-256 of that."""

    face: FontFace
    content: bytes
    sha256: str

    @cached_property
    def characters(self) -> frozenset[int]:
        """Code points that the font has a glyph for."""
        return _characters_of(self.content)


@lru_cache(maxsize=len(FACES))
def unpack(woff2: bytes) -> bytes:
    """WOFF2 as TrueType: WeasyPrint would unpack it for every document, which takes longer than all the rest."""
    out = io.BytesIO()
    decompress(io.BytesIO(woff2), out)
    return out.getvalue()


@lru_cache(maxsize=len(FACES))
def _characters_of(content: bytes) -> frozenset[int]:
    with TTFont(io.BytesIO(content), lazy=True) as font:
        return frozenset(font.getBestCmap())


@dataclass(frozen=True)
class FontSet:
    """All fonts that documents use."""

    fonts: tuple[Font, ...]

    @classmethod
    def from_folder(cls, folder: Path) -> FontSet:
        """Load every face from ``folder`` or the folders below it.

        Raises ``FontsMissingError`` naming each file that is not there.
        """
        found = {path.name: path for path in sorted(folder.rglob("*.woff2"))} if folder.is_dir() else {}
        missing = [face.file_name for face in FACES if face.file_name not in found]
        if missing:
            raise FontsMissingError(
                f"Im Schriftenordner „{folder}“ fehlen {', '.join(missing)}. „make setup“ legt die Schriften dort ab."
            )
        fonts = []
        for face in FACES:
            content = unpack(found[face.file_name].read_bytes())
            fonts.append(Font(face, content, hashlib.sha256(content).hexdigest()))
        return cls(tuple(fonts))

    @cached_property
    def characters(self) -> frozenset[int]:
        """Code points that print upright, in every weight.

        A character counts when all upright faces of one family have it: the styles
        may set any text bold.
        """
        families: dict[str, frozenset[int]] = {}
        for font in self.fonts:
            if font.face.style == "normal":
                known = families.get(font.face.family)
                families[font.face.family] = font.characters if known is None else known & font.characters
        return frozenset().union(*families.values())

    def missing(self, text: str) -> str:
        """The characters of ``text`` that no font prints, each once, in order."""
        return "".join(dict.fromkeys(c for c in text if not self._prints(c)))

    def _prints(self, character: str) -> bool:
        if character in ALLOWED_CONTROLS:
            return True
        return unicodedata.category(character)[0] != "C" and ord(character) in self.characters

    def face_rules(self) -> str:
        """CSS ``@font-face`` rules; the address of a font is ``asset:`` and its SHA-256."""
        return "\n".join(
            f'@font-face {{ font-family: "{font.face.family}"; font-weight: {font.face.weight}; '
            f'font-style: {font.face.style}; src: url("asset:{font.sha256}") format("truetype"); }}'
            for font in self.fonts
        )
