"""Does a crest show anything on paper, and in colours that an archive can keep? Drawn as a letter would draw it."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from threading import Lock
from typing import Any

import pikepdf
import pypdfium2

from reports.engine import render_pages
from reports.errors import DrawingError, RenderError
from reports.html import Asset

SIZE_MM = 50
DAY = datetime(2026, 1, 1, tzinfo=UTC)
PIXELS_PER_POINT = 4
FAINTEST = 20  # of 255: what differs less from white in every colour is not seen on paper
SMALLEST = 4  # pixels, together a dot of about 0.2 mm
# Papers are PDF/A with one output intent, sRGB: colours of a press need another one (ISO 19005-3, 6.2.4).
PRESS_OPERATORS = frozenset({"k", "K"})
PRESS_SPACES = frozenset({"/DeviceCMYK", "/CalCMYK", "/Separation", "/DeviceN"})
PRESS_COLOURS = re.compile(r"device-cmyk|icc-color|color-profile", re.IGNORECASE)
DAMAGE = (RenderError, pikepdf.PdfError, pypdfium2.PdfiumError, ArithmeticError, ValueError, RecursionError)
ONE_AT_A_TIME = Lock()
"""PDFium is not made for threads."""


def require_visible(svg: str, *, place: str) -> None:
    """Raise ``DrawingError`` where ``svg`` cannot be drawn, is no PDF/A, or where nothing of it would be seen."""
    asset = Asset("image/svg+xml", svg.encode())
    html = (
        '<html lang="de"><head><title>Wappen</title></head><body>'
        f'<img alt="Wappen" src="asset:{asset.sha256}"></body></html>'
    )
    # The drawing fills the page in one direction; what lies beyond it is not seen.
    css = (
        f"@page {{ size: {SIZE_MM}mm; margin: 0 }} body {{ margin: 0 }} "
        f"img {{ display: block; width: {SIZE_MM}mm; height: {SIZE_MM}mm; object-fit: contain }}"
    )
    try:
        pdf = render_pages(html, css, {asset.sha256: asset}, (), DAY).pdf
        with pikepdf.open(io.BytesIO(pdf)) as document:
            of_a_press = _is_of_a_press(svg, document)
        seen = _is_seen(pdf)
    except DAMAGE as error:
        raise DrawingError(
            "Das Wappen lässt sich nicht zeichnen. Bitte öffnen Sie es in einem Zeichenprogramm, und speichern Sie es "
            "neu als einfaches SVG.",
            (place,),
        ) from error
    if of_a_press:
        raise DrawingError(
            "Das Wappen enthält Druckfarben (CMYK); Schreiben damit könnten nicht als PDF/A aufbewahrt werden. Bitte "
            "stellen Sie seine Farben in einem Zeichenprogramm auf RGB um.",
            (place,),
        )
    if not seen:
        raise DrawingError(
            "Von dem Wappen wäre auf dem Papier nichts zu sehen. Bitte prüfen Sie, ob die Datei sichtbare Formen mit "
            "einer anderen Farbe als Weiß hat und ob sie in der Zeichenfläche (viewBox) liegen.",
            (place,),
        )


def _is_of_a_press(svg: str, document: pikepdf.Pdf) -> bool:
    """Whether the drawing names, or its PDF uses, colours that are not on the way to sRGB."""
    if PRESS_COLOURS.search(svg):
        return True
    drawings = [document.pages[0].obj, *(item for item in document.objects if _is_drawing(item))]
    steps = (step for drawing in drawings for step in pikepdf.parse_content_stream(drawing))
    if any(str(step.operator) in PRESS_OPERATORS or _names_a_press(pikepdf.Array(step.operands)) for step in steps):
        return True
    return any(_names_a_press(item) for item in document.objects)


def _is_drawing(item: Any) -> bool:
    return isinstance(item, pikepdf.Stream) and (item.get("/Subtype") == "/Form" or "/PatternType" in item)


def _names_a_press(item: Any) -> bool:
    """Look into what stands in the object itself; what it points to is an object of its own."""
    if isinstance(item, pikepdf.Name):
        return str(item) in PRESS_SPACES
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        parts = [value for _, value in item.items()]
    elif isinstance(item, pikepdf.Array):
        parts = list(item)
    else:
        return False
    return any(_names_a_press(part) for part in parts if not getattr(part, "is_indirect", False))


def _is_seen(pdf: bytes) -> bool:
    """Whether any ink is left on the page: looked at, since white, opacity, masks and covers hide in many ways."""
    with ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            pixels = document[0].render(scale=PIXELS_PER_POINT).to_numpy()
        finally:
            document.close()
    return int((pixels[:, :, :3].min(axis=2) <= 255 - FAINTEST).sum()) >= SMALLEST
