"""Check findings and the site drawing as they stand in a notice."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from permits.check_titles import check_title, verdict_text
from reports.contexts import FindingRow, SiteDrawing

#: Decimals by unit; what is counted ("Vollgeschosse") has none.
UNIT_DIGITS = {"m": 2, "m²": 1, "": 2}
#: What one of the counted is called.
ONE_OF = {"Wohnungen": "Wohnung", "Vollgeschosse": "Vollgeschoss"}


def number_text(value: float | None, unit: str) -> str:
    """Return a value in German format with its unit, or a dash."""
    if value is None:
        return "–"
    text = f"{value:,.{UNIT_DIGITS.get(unit, 0)}f}".translate(str.maketrans(",.", ".,"))
    return f"{text} {ONE_OF.get(unit, unit) if text == '1' else unit}".strip()


def finding_row(row: Mapping[str, Any]) -> FindingRow:
    """Return one checked point of a frozen decision."""
    label = verdict_text(row["check"], row["verdict"])
    overridden = _overridden(row)
    return FindingRow(
        title=check_title(row["check"]),
        value=number_text(row["value"], row["unit"]),
        limit=number_text(row["limit"], row["unit"]),
        assessment=f"{label} (von der Behörde bestätigt)" if row["reviewed"] and not overridden else label,
        legal_basis=row["legal_basis"],
        computed=verdict_text(row["check"], row["computed_verdict"]) if overridden else "",
        reason=row.get("review_reason", ""),
        # Decisions frozen before assumptions were kept have none.
        assumptions=tuple(row.get("assumptions", ())),
        unverified=bool(row.get("unverified")),
    )


def site_drawing(drawing: Mapping[str, Any] | None, findings: Iterable[Mapping[str, Any]] = ()) -> SiteDrawing | None:
    """Return the drawing of a frozen decision; it says where the authority sees otherwise what it shows."""
    if drawing is None:
        return None
    check = drawing.get("check")
    otherwise = [row for row in findings if _overridden(row) and check in (None, row["check"])]
    return SiteDrawing(
        svg=drawing["svg"],
        text_alternative=drawing["text"],
        scale=drawing["scale"],
        title=check_title(check) if check else "",
        caption=_caption(otherwise, one=check is not None),
    )


def result_drawings(
    rows: Iterable[Mapping[str, Any]], findings: Sequence[Mapping[str, Any]] = ()
) -> tuple[SiteDrawing, ...]:
    """Return the drawings of results of a frozen decision."""
    return tuple(drawn for row in rows if (drawn := site_drawing(row, findings)) is not None)


def _overridden(row: Mapping[str, Any]) -> bool:
    return bool(row["reviewed"] and row["computed_verdict"] != row["verdict"])


def _caption(otherwise: Sequence[Mapping[str, Any]], *, one: bool) -> str:
    """What a reader must know of a drawing that shows computed results: the authority's judgement counts."""
    if not otherwise:
        return ""
    judged = [
        (
            "diesen Punkt" if one else f"„{check_title(row['check'])}“",
            verdict_text(row["check"], row["verdict"]),
        )
        for row in otherwise
    ]
    return (
        "Die Zeichnung zeigt, was berechnet wurde. Die Behörde bewertet davon abweichend "
        f"{', '.join(f'{point} als „{label}“' for point, label in judged)}; die Begründung steht bei den "
        "Ergebnissen der Prüfung."
    )
