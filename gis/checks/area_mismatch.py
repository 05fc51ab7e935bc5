"""Do the official areas of the parcels agree with the areas that their geometry has?

Every ratio of the site uses the official area; where the map says something else, one of the two is wrong. The
permitted difference of an area F is ``root_factor × √F + share × F`` (rule pack, unverified).
"""

from __future__ import annotations

import math

from gis.checks import register
from gis.checks.context import CheckContext
from gis.checks.parcel_areas import ParcelArea, parcel_areas
from gis.checks.result import CheckResult, Step, Verdict
from gis.wording import listed, number, square_metres


@register(
    "area_mismatch",
    title="Amtliche und berechnete Fläche",
    unit="m²",
    order=150,
    question="Die amtliche Fläche eines Flurstücks muss zu seiner Geometrie passen, weil alle Verhältniszahlen mit ihr "
    "gerechnet werden.",
    formula="|amtliche Fläche − Fläche aus der Geometrie| ≤ a × √Fläche + b × Fläche",
    inputs="Flurstücke des Baugrundstücks mit Geometrie und amtlicher Fläche",
)
def area_mismatch(context: CheckContext) -> CheckResult:
    """Value: the difference, in m², that uses most of its limit, of a parcel or of the site; limit: that limit."""
    rule = context.rule("area_mismatch")
    areas = parcel_areas(context, rule.values)
    known = [area for area in areas if not math.isnan(area.official)]
    missing = [area.name for area in areas if math.isnan(area.official)]
    worst = max(known, key=lambda area: area.usage, default=None)
    rounding = float(rule.values["rounding_m2"])
    details = {
        "areas": [
            {"name": a.name, "official_m2": a.official, "planar_m2": a.planar, "limit_m2": a.limit} for a in areas
        ],
        "rounding_m2": rounding,
    }
    if worst is not None and worst.difference > worst.limit + rounding:
        verdict = Verdict.FAILED
        text = f"{_sentence(worst)} Das ist mehr als erlaubt; bitte lassen Sie Fläche und Karte prüfen."
    elif missing:
        verdict = Verdict.NOT_ASSESSABLE
        text = f"Nicht prüfbar: Für {listed(missing[:6])} liegt keine amtliche Fläche vor."
    elif worst is None:
        verdict, text = Verdict.NOT_ASSESSABLE, "Nicht prüfbar: Es liegt keine amtliche Fläche vor."
    elif worst.difference >= worst.limit - rounding:
        verdict = Verdict.BORDERLINE
        text = f"Grenzfall: {_sentence(worst)} Amtliche Flächen sind auf volle Quadratmeter gerundet."
    else:
        verdict, text = Verdict.PASSED, f"Die Flächen stimmen überein: {_sentence(worst)}"
    root, share = float(rule.values["root_factor"]), float(rule.values["share"])
    steps = [
        Step(
            f"Fläche: {area.name}",
            f"|{square_metres(area.official)} − {square_metres(area.planar)}| = {square_metres(area.difference)}; "
            f"erlaubt {number(root)} × √{number(area.official)} + {number(share, 4)} × {number(area.official)} = "
            f"{square_metres(area.limit)}",
            area.difference,
            "m²",
            rule.legal_basis,
        )
        for area in known[:50]
    ] or [
        Step("Fläche aus der Geometrie", square_metres(context.site.planar_area_m2), context.site.planar_area_m2, "m²")
    ]
    return context.result(
        verdict,
        text,
        value=worst.difference if worst else None,
        limit=worst.limit if worst else None,
        tolerance=rounding,
        details=details,
        geometry=context.site.geometry,
        steps=steps,
    )


def _sentence(area: ParcelArea) -> str:
    return (
        f"{area.name} hat amtlich {square_metres(area.official)}, aus der Geometrie {square_metres(area.planar)}; der "
        f"Unterschied beträgt {square_metres(area.difference)}, erlaubt sind {square_metres(area.limit)}."
    )
