"""Has the plot the size that the binding plan asks for?"""

from __future__ import annotations

from gis.checks import register
from gis.checks.context import CheckContext
from gis.checks.judging import at_least, at_most, worst
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.zones import required_zones
from gis.site_context import UnassessableError
from gis.wording import listed, square_metres


@register(
    "plot_size",
    title="Grundstücksgröße",
    unit="m²",
    order=460,
    layers=("parcels", "zoning"),
    question="Das Baugrundstück muss die vom Bebauungsplan festgesetzte Mindest- oder Höchstgröße einhalten.",
    formula="Mindestgröße ≤ Fläche des Baugrundstücks ≤ Höchstgröße",
    inputs="Amtliche Flächen der Flurstücke (ohne diese die Fläche der Geometrie), Festsetzungen der Baugebiete",
)
def plot_size(context: CheckContext) -> CheckResult:
    """Value and limit: area of the site and the size that the plan asks for, in m² (BauGB § 9 Abs. 1 Nr. 3).

    Official areas count exactly; a site without them has the tolerance of its perimeter.
    """
    rule = context.rule("plot_size")
    accuracy = context.take(())
    site, zones = context.site, required_zones(context)
    area = site.area_m2
    exact = site.official_area_m2 is not None
    tolerance = 0.0 if exact else float(site.geometry.length) * accuracy.length_m
    verdicts: dict[tuple[str, float], Verdict] = {}
    for zone in zones.zones:
        least, most = zone.number("min_plot_m2"), zone.number("max_plot_m2")
        if least is not None:
            verdicts["mindestens", least] = at_least(area, least, tolerance)
        if most is not None:
            verdicts["höchstens", most] = at_most(area, most, tolerance)
    if not verdicts:
        message = "Nicht anwendbar: Der Bebauungsplan setzt für das Baugebiet keine Grundstücksgröße fest"
        return context.result(Verdict.NOT_APPLICABLE, f"{message} ({rule.legal_basis}).", value=area)
    if site.defect:
        raise UnassessableError(site.defect, value=area)
    verdict = worst(verdicts.values())
    limit = next(limit for (_, limit), found in verdicts.items() if found is verdict)
    asked = listed([f"{word} {square_metres(size)}" for word, size in verdicts])
    lead = {
        Verdict.PASSED: "Die Grundstücksgröße ist eingehalten",
        Verdict.BORDERLINE: "Grenzfall: Die Grundstücksgröße liegt innerhalb der Messgenauigkeit an der Festsetzung",
        Verdict.FAILED: "Die festgesetzte Grundstücksgröße ist nicht eingehalten",
    }[verdict]
    steps = [Step("Baugrundstück", square_metres(area), area, "m²", rule.legal_basis)]
    steps += [
        Step("Festsetzung", f"{word} {square_metres(size)}", size, "m²", rule.legal_basis) for word, size in verdicts
    ]
    return context.result(
        verdict,
        f"{lead}: Das Baugrundstück hat {square_metres(area)}, gefordert sind {asked} ({rule.legal_basis}).",
        value=area,
        limit=limit,
        tolerance=tolerance,
        geometry=site.geometry,
        details={"official": exact, "tolerance_m2": tolerance, "zones": zones.table()},
        assumptions=(*site.area_assumptions, *zones.notes),
        steps=steps,
    )
