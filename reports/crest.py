"""The crest of a letterhead: an SVG drawing of plain shapes, cleaned of everything else.

What editors leave in a file (their own data, comments) is dropped. What could act, reach outside or grow without end
is refused by name: dropping it would change what people see.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from reports.crest_drawing import require_visible
from reports.drawings import SVG, XLINK_HREF, embeddable_svg, parse_svg
from reports.errors import DrawingError
from reports.fonts import FontSet

MAX_CHARACTERS = 200_000
MAX_ELEMENTS = 5_000
SHAPES = frozenset(
    [
        *("svg", "g", "defs", "use", "symbol", "title", "desc", "style", "clipPath"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"),
        *("linearGradient", "radialGradient", "stop"),
    ]
)
# Width over height; beyond these a crest is a banner, and the head of a letter has no place for it.
MINIMUM_RATIO, MAXIMUM_RATIO = 0.4, 2.5
LARGEST = 1_000_000.0
ANY_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
MEASURES = frozenset(
    [
        *("viewBox", "width", "height", "d", "points", "transform", "gradientTransform", "stroke-width", "font-size"),
        *("x", "y", "dx", "dy", "cx", "cy", "r", "rx", "ry", "fx", "fy", "x1", "y1", "x2", "y2"),
    ]
)
NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?)")


def clean_crest(svg: str, *, fonts: FontSet, place: str = "crest_svg") -> str:
    """Return the drawing as a letterhead may carry it; raises ``DrawingError`` with a German reason.

    Raises ``GlyphCoverageError`` for words that no font prints.
    """
    if len(svg) > MAX_CHARACTERS:
        raise DrawingError(f"Das Wappen ist größer als {MAX_CHARACTERS // 1000} kB.", (place,))
    root = parse_svg(svg, place=place)
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise DrawingError(f"Das Wappen besteht aus mehr als {MAX_ELEMENTS} Teilen.", (place,))
    _drop_foreign(root)
    for element in root.iter():
        name = element.tag.removeprefix(SVG)
        if name not in SHAPES:
            raise DrawingError(f"Das Wappen enthält „{name}“. Erlaubt sind Formen, Verläufe und Text.", (place,))
        acting = next((key for key in element.attrib if key.lower().startswith("on")), None)
        if acting:
            raise DrawingError(f"Das Wappen enthält ein Skript („{acting}“).", (place,))
    _refuse_growth(root, place)
    _refuse_giants(root, place)
    ratio = _ratio(root, place)
    if not MINIMUM_RATIO <= ratio <= MAXIMUM_RATIO:
        raise DrawingError("Das Wappen ist zu schmal oder zu breit für den Briefkopf.", (place,))
    cleaned = embeddable_svg(etree.tostring(root, encoding="unicode"), place=place, fonts=fonts)
    require_visible(cleaned, place=place)
    return cleaned


def _drop_foreign(root: Any) -> None:
    for element in list(root.iter()):
        if element is root:
            pass
        elif not isinstance(element.tag, str) or not element.tag.startswith(SVG) or element.tag == f"{SVG}metadata":
            parent = element.getparent()
            if parent is not None:
                _keep_tail(element, parent)
                parent.remove(element)
            continue
        for key in list(element.attrib):
            if key.startswith("{") and key != XLINK_HREF:
                del element.attrib[key]
    etree.cleanup_namespaces(root)


def _keep_tail(element: Any, parent: Any) -> None:
    """Text after a dropped element belongs to its parent."""
    if element.tail and element.tail.strip():
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail


def _refuse_growth(root: Any, place: str) -> None:
    """A copy of a copy can double at every step: a part that is used may use no other."""
    using = {f"{SVG}use"}
    by_id = {element.get("id"): element for element in root.iter() if element.get("id")}
    for use in root.iter(*using):
        target = by_id.get((use.get("href") or use.get(XLINK_HREF) or "").removeprefix("#"))
        if target is None or any(part.tag in using for part in target.iter()) or use in set(target.iter()):
            raise DrawingError("Das Wappen verwendet Teile, die selbst wieder Teile verwenden.", (place,))
    for clip in root.iter(f"{SVG}clipPath"):
        if any(part.get("clip-path") or part.tag in using for part in clip.iter()):
            raise DrawingError("Das Wappen hat verschachtelte Masken.", (place,))


def _refuse_giants(root: Any, place: str) -> None:
    """Numbers beyond all paper make the rest of the drawing vanish, or the page a broken file."""
    for element in root.iter():
        for name, value in element.attrib.items():
            if name not in MEASURES:
                continue
            giant = next((number[0] for number in ANY_NUMBER.finditer(value) if abs(float(number[0])) > LARGEST), None)
            if giant:
                raise DrawingError(
                    f"Das Wappen enthält bei „{name}“ eine Zahl, die auf kein Papier passt ({giant[:20]}). Bitte "
                    "speichern Sie es in einem Zeichenprogramm neu, in üblicher Größe.",
                    (place,),
                )


def _ratio(root: Any, place: str) -> float:
    box = (root.get("viewBox") or "").replace(",", " ").split()
    try:
        width, height = float(box[2]), float(box[3])
    except (IndexError, ValueError):
        sizes = [NUMBER.match(root.get(name, "")) for name in ("width", "height")]
        if not all(sizes):
            raise DrawingError("Das Wappen nennt keine Größe (viewBox).", (place,)) from None
        width, height = (float(size[1]) for size in sizes if size)
    if not (width > 0 and height > 0):
        raise DrawingError("Das Wappen nennt keine Größe (viewBox).", (place,))
    return width / height
