"""Has the plot the size that the binding plan asks for?"""

from __future__ import annotations

from collections.abc import Callable

from shapely.geometry import Polygon

from gis.checks import register
from gis.checks.building_land import street_on_land
from gis.checks.context import CheckContext
from gis.checks.judging import at_least, at_most, worst
from gis.checks.parcel_areas import area_doubt
from gis.checks.reservations import by_both_areas, by_street
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.zones import required_zones
from gis.site_context import UnassessableError
from gis.wording import listed, square_metres


@register(
    "plot_size",
    title="Grundstücksgröße",
    unit="m²",
    order=460,
    layers=("parcels", "zoning", "traffic_areas"),
    also_reads=("building_windows", "plan_scopes"),
    question="Das Baugrundstück muss die vom Bebauungsplan festgesetzte Mindest- oder Höchstgröße einhalten.",
    formula="Mindestgröße ≤ Fläche des Baugrundstücks ≤ Höchstgröße",
    inputs="Amtliche Flächen der Flurstücke (ohne diese die Fläche der Geometrie), Festsetzungen der Baugebiete",
)
def plot_size(context: CheckContext) -> CheckResult:
    """Value and limit: area of the site and the size that the plan asks for, in m² (BauGB § 9 Abs. 1 Nr. 3).

    Official areas count exactly; a site without them has the tolerance of its perimeter. Where the area of the map, or
    the area without a public street on it, leads to another answer, there is none.
    """
    rule = context.rule("plot_size")
    accuracy = context.take(())
    site, zones = context.site, required_zones(context)
    area = site.area_m2
    exact = site.official_area_m2 is not None
    tolerance = 0.0 if exact else float(site.geometry.length) * accuracy.length_m
    asked_for = {("mindestens", least) for zone in zones.zones if (least := zone.number("min_plot_m2")) is not None}
    asked_for |= {("höchstens", most) for zone in zones.zones if (most := zone.number("max_plot_m2")) is not None}

    def judged(size: float) -> dict[tuple[str, float], Verdict]:
        by = {"mindestens": at_least, "höchstens": at_most}
        return {(word, figure): by[word](size, figure, tolerance) for word, figure in sorted(asked_for)}

    verdicts = judged(area)
    if not verdicts:
        message = "Nicht anwendbar: Der Bebauungsplan setzt für das Baugebiet keine Grundstücksgröße fest"
        return context.result(Verdict.NOT_APPLICABLE, f"{message} ({rule.legal_basis}).", value=area)
    if site.defect:
        raise UnassessableError(site.defect, value=area)
    verdict = worst(verdicts.values())
    limit = next(limit for (_, limit), found in verdicts.items() if found is verdict)
    asked = listed([f"{word} {square_metres(size)}" for word, size in verdicts])
    notes, doubts = _doubts(context, verdict, lambda size: worst(judged(size).values()))
    lead = {
        Verdict.PASSED: "Die Grundstücksgröße ist eingehalten",
        Verdict.BORDERLINE: "Grenzfall: Die Grundstücksgröße liegt innerhalb der Messgenauigkeit an der Festsetzung",
        Verdict.FAILED: "Die festgesetzte Grundstücksgröße ist nicht eingehalten",
    }[verdict]
    steps = [Step("Baugrundstück", square_metres(area), area, "m²", rule.legal_basis)]
    steps += [
        Step("Festsetzung", f"{word} {square_metres(size)}", size, "m²", rule.legal_basis) for word, size in verdicts
    ]
    figures = f"Das Baugrundstück hat {square_metres(area)}, gefordert sind {asked} ({rule.legal_basis})."
    return context.result(
        Verdict.NOT_ASSESSABLE if doubts else verdict,
        f"Nicht prüfbar: {' '.join(doubts)} Rechnerisch: {figures}" if doubts else f"{lead}: {figures}",
        value=area,
        limit=limit,
        tolerance=tolerance,
        geometry=site.geometry,
        details={"official": exact, "tolerance_m2": tolerance, "zones": zones.table()},
        assumptions=(*site.area_assumptions, *zones.notes, *notes),
        steps=steps,
    )


def _doubts(
    context: CheckContext, verdict: Verdict, answer: Callable[[float], Verdict]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What else the area of the site may be: notes where that changes nothing, and sentences where it does."""
    site = context.site
    found: list[tuple[str | None, str | None]] = []
    doubt = area_doubt(context)
    if doubt is not None:
        found.append(by_both_areas(doubt, verdict, answer(doubt.planar), square_metres(doubt.planar)))
    street = street_on_land(context, site.geometry, Polygon())
    if street is not None:
        without = site.area_m2 * street.left
        found.append(by_street(street, verdict, answer(without), square_metres(without)))
    return tuple(note for _, note in found if note), tuple(reason for reason, _ in found if reason)
