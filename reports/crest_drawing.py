"""Does a crest show anything on paper? Drawn as a letter would draw it, and read back from the PDF."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pikepdf

from reports.engine import render_pages
from reports.errors import DrawingError, RenderError
from reports.html import Asset

SIZE_MM = 50
POINTS = SIZE_MM * 72 / 25.4
DAY = datetime(2026, 1, 1, tzinfo=UTC)
PAINTING = frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "S", "s"})
PATHS = frozenset({"m", "l", "c", "v", "y"})
WORDS = frozenset({"Tj", "TJ"})
SMALLEST = 0.05  # points: a finer line is not printed
IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]


def require_visible(svg: str, *, place: str) -> None:
    """Raise ``DrawingError`` where ``svg`` cannot be drawn, or where nothing of it would be seen."""
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
            seen = _paints(document.pages[0].obj, IDENTITY)
    except (RenderError, pikepdf.PdfError, ArithmeticError, ValueError, RecursionError) as error:
        raise DrawingError(
            "Das Wappen lässt sich nicht zeichnen. Bitte öffnen Sie es in einem Zeichenprogramm, und speichern Sie es "
            "neu als einfaches SVG.",
            (place,),
        ) from error
    if not seen:
        raise DrawingError(
            "Von dem Wappen wäre auf dem Papier nichts zu sehen. Bitte prüfen Sie, ob die Datei Formen mit Farbe hat "
            "und ob sie in der Zeichenfläche (viewBox) liegen.",
            (place,),
        )


def _paints(stream: Any, start: Matrix) -> bool:
    """Whether a page, or a part of it, paints anything inside the page."""
    matrix, kept, points = start, list[Matrix](), list[Point]()
    parts = stream.get("/Resources", {}).get("/XObject", {})
    for instruction in pikepdf.parse_content_stream(stream):
        name, operands = str(instruction.operator), instruction.operands
        if name == "q":
            kept.append(matrix)
        elif name == "Q":
            matrix = kept.pop()
        elif name == "cm":
            matrix = _times(_numbers(operands), matrix)
        elif name == "re":
            x, y, width, height = _numbers(operands)
            points += [_at(matrix, x + dx, y + dy) for dx in (0, width) for dy in (0, height)]
        elif name in PATHS:
            numbers = _numbers(operands)
            points += [_at(matrix, x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
        elif name == "Tm":
            points = [_at(matrix, *_numbers(operands)[4:])]
        elif name == "Do" and _paints(parts[operands[0]], matrix):
            return True
        elif name in WORDS or name in PAINTING:
            if _inside(points, words=name in WORDS):
                return True
            points = []
        elif name == "n":
            points = []
    return False


def _numbers(operands: Iterable[Any]) -> list[float]:
    return [float(value) for value in operands]


def _times(first: Iterable[float], then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    (x, y), (left, top) = _at(then, e, f), _at(then, 0, 0)
    (ax, ay), (cx, cy) = _at(then, a, b), _at(then, c, d)
    return (ax - left, ay - top, cx - left, cy - top, x, y)


def _at(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return (a * x + c * y + e, b * x + d * y + f)


def _inside(points: list[Point], *, words: bool) -> bool:
    if not points:
        return False
    spans = [(min(values), max(values)) for values in zip(*points, strict=True)]
    large_enough = words or max(high - low for low, high in spans) >= SMALLEST
    return large_enough and all(high > 0 and low < POINTS for low, high in spans)
