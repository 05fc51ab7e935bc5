"""SVG drawings inside documents: sizes on paper, our fonts, nothing from outside."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from reports.errors import DrawingError, GlyphCoverageError
from reports.fonts import FontSet

SVG = "{http://www.w3.org/2000/svg}"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
FORBIDDEN = frozenset({f"{SVG}script", f"{SVG}foreignObject", f"{SVG}image"})
FONT_FAMILY = "Fira Sans, Noto Sans"
FONT_IN_STYLE = re.compile(r"font(-family)?\s*:[^;}]*;?")
FOREIGN_STYLE = re.compile(r"@import|url\(\s*+(?![\"']?#)", re.IGNORECASE)
MM_PER_UNIT = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "px": 25.4 / 96, "": 25.4 / 96}
LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(mm|cm|in|pt|px|)\s*")


def parse_svg(svg: str, *, place: str) -> Any:
    """Root element of ``svg``, read without entities or network; ``DrawingError`` for anything else."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(svg.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise DrawingError(f"Die Zeichnung ist keine lesbare SVG-Datei ({error.msg}).", (place,)) from error
    if root.tag != f"{SVG}svg" or root.getroottree().docinfo.internalDTD is not None:
        raise DrawingError("Die Zeichnung ist keine SVG-Datei.", (place,))
    return root


def size_mm(svg: str, *, place: str) -> tuple[float, float]:
    """Width and height on paper, in millimetres."""
    root = parse_svg(svg, place=place)
    sizes = []
    for name in ("width", "height"):
        match = LENGTH.fullmatch(root.get(name, ""))
        if match is None:
            raise DrawingError("Die Zeichnung nennt keine Größe in Millimetern.", (place,))
        sizes.append(float(match[1]) * MM_PER_UNIT[match[2]])
    return sizes[0], sizes[1]


def require_size(svg: str, *, place: str, width_mm: float, height_mm: float) -> None:
    """Raise ``DrawingError`` where the drawing would have to be shrunk, which would break its scale."""
    width, height = size_mm(svg, place=place)
    if width > width_mm or height > height_mm:
        raise DrawingError(
            f"Der Lageplan misst {width:.0f} × {height:.0f} mm und passt nicht auf die Seite "
            f"({width_mm:.0f} × {height_mm:.0f} mm). Bitte wählen Sie einen kleineren Maßstab.",
            (place,),
        )


def embeddable_svg(svg: str, *, place: str, fonts: FontSet) -> str:
    """The drawing with our fonts, and its words checked against them.

    Fonts named in the drawing are replaced: a font of the machine would make the
    result depend on the machine. Scripts, foreign objects and images are refused.
    """
    root = parse_svg(svg, place=place)
    missing = ""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        href = element.get("href") or element.get(XLINK_HREF) or ""
        if element.tag in FORBIDDEN or (href and not href.startswith("#")):
            raise DrawingError("Die Zeichnung enthält fremde Inhalte (Skript, Bild oder Verweis).", (place,))
        # A backslash writes letters of CSS in another way, and no drawing needs one.
        outside = next((text for text in element.attrib.values() if FOREIGN_STYLE.search(text) or "\\" in text), None)
        if outside is not None:
            raise DrawingError(
                f"Die Zeichnung verweist auf etwas außerhalb ihrer Datei („{outside[:80]}“). Bitte betten Sie es ein.",
                (place,),
            )
        if element.tag == f"{SVG}style":
            if FOREIGN_STYLE.search(element.text or ""):
                raise DrawingError("Die Zeichnung verweist auf fremde Stile.", (place,))
            element.text = FONT_IN_STYLE.sub(f"font-family: {FONT_FAMILY};", element.text or "")
        element.attrib.pop("font", None)
        if "font-family" in element.attrib:
            element.set("font-family", FONT_FAMILY)
        if "style" in element.attrib:
            element.set("style", FONT_IN_STYLE.sub("", element.get("style")))
        missing += fonts.missing(f"{element.text or ''}{element.tail or ''}")
    if missing:
        raise GlyphCoverageError({place: "".join(dict.fromkeys(missing))})
    root.set("font-family", FONT_FAMILY)
    return etree.tostring(root, encoding="unicode")
