"""From a context to HTML, styles and assets: all text, nothing rendered yet."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from reports.contexts.parts import DocumentContext
from reports.drawings import embeddable_svg, require_size
from reports.fonts import FontSet
from reports.formatting import NBSP
from reports.qr import qr_svg
from reports.registry import DocumentKind
from reports.typography import bind, break_endless_words

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
# What a page named "drawing" leaves for the plan, its heading and caption aside.
DRAWING_WIDTH_MM = 186.0
DRAWING_HEIGHT_MM = 228.0
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
MINIMUM_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: headings are set in this colour


@dataclass(frozen=True)
class Asset:
    """A file that a document uses; documents name it by ``asset:`` and its SHA-256."""

    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Source:
    """All that a rendering needs."""

    title: str
    html: str
    css: str
    assets: Mapping[str, Asset]


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2.2), from 0 (black) to 1 (white)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours ``#rrggbb`` (WCAG 2.2), from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def contrast_with_white(colour: str) -> float:
    """Contrast ratio of ``#rrggbb`` on white."""
    return contrast(colour, "#ffffff")


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return Engine(dirs=[str(TEMPLATES)], builtins=["reports.template_filters"], autoescape=True)


def build_source(document: DocumentContext, kind: DocumentKind, *, created: str, fonts: FontSet) -> Source:
    """HTML, styles and assets of ``document``; ``created`` is its date in W3C form.

    A context may have ``drawings`` (name → ``SiteDrawing``) and ``pictures`` (name → SVG); its template finds the
    address of each in ``pictures`` under its name.

    Raises ``DrawingError`` for a crest or plan that is no drawing or does not fit its page.
    """
    assets = {font.sha256: Asset("font/ttf", font.content) for font in fonts.fonts}

    def add(svg: str, name: str) -> str:
        asset = Asset("image/svg+xml", embeddable_svg(svg, place=name, fonts=fonts).encode())
        assets[asset.sha256] = asset
        return f"asset:{asset.sha256}"

    values: dict[str, Any] = {"d": document, "created": created, "title": title_of(document)}
    if document.letterhead.crest_svg:
        values["crest"] = add(document.letterhead.crest_svg, "letterhead.crest_svg")
    if document.verification:
        values["qr"] = add(qr_svg(document.verification.url), "verification.url")
    drawing = getattr(document, "drawing", None)
    if drawing is not None:
        require_size(drawing.svg, place="drawing.svg", width_mm=DRAWING_WIDTH_MM, height_mm=DRAWING_HEIGHT_MM)
        values["drawing"] = add(drawing.svg, "drawing.svg")
    values["result_drawings"] = []
    for number, drawn in enumerate(getattr(document, "result_drawings", ()), start=1):
        place = f"result_drawings.{number}.svg"
        require_size(drawn.svg, place=place, width_mm=DRAWING_WIDTH_MM, height_mm=DRAWING_HEIGHT_MM)
        values["result_drawings"].append((drawn, add(drawn.svg, place)))
    values["pictures"] = {}
    for name, drawn in getattr(document, "drawings", {}).items():
        place = f"drawings.{name}.svg"
        require_size(drawn.svg, place=place, width_mm=DRAWING_WIDTH_MM, height_mm=DRAWING_HEIGHT_MM)
        values["pictures"][name] = add(drawn.svg, place)
    for name, svg in getattr(document, "pictures", {}).items():
        values["pictures"][name] = add(svg, f"pictures.{name}")
    # Without localisation: texts depend on the context alone, not on the active language.
    context = Context(values, use_l10n=False, use_tz=False)
    head, body, rest = _engine().get_template(kind.template).render(context).partition("<body")
    # Title and description go into the metadata of the file, where others search and sort: with plain spaces.
    html = head.replace(NBSP, " ") + break_endless_words(bind(body + rest))
    return Source(title=title_of(document), html=html, css=_styles(document, kind, fonts), assets=assets)


def title_of(document: DocumentContext) -> str:
    """Title in the PDF's metadata and in a viewer's title bar."""
    title = f"{document.heading} {document.case.case_number} – {document.letterhead.authority_name}"
    return title.replace(NBSP, " ")


def _styles(document: DocumentContext, kind: DocumentKind, fonts: FontSet) -> str:
    head = document.letterhead
    files = ("letter.css", *kind.styles)
    rules = "".join((TEMPLATES / "reports" / name).read_text(encoding="utf-8") for name in files)
    colours = f"--accent: {head.accent_colour}; --tint: {head.tint_colour};"
    return f"{fonts.face_rules()}\n:root {{ {colours} }}\n{rules}"
