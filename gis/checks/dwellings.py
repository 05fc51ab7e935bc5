"""Does each residential building keep the highest number of dwellings that the binding plan sets?"""

from __future__ import annotations

from gis.checks import register
from gis.checks.context import CheckContext
from gis.checks.counts import Count, count_per_building
from gis.checks.per_building import name_of
from gis.checks.places import clusters
from gis.checks.result import CheckResult, Verdict
from gis.siteplan import Role
from gis.wording import listed

_DWELLINGS = Count(
    attribute="dwellings",
    noun="Wohnungen",
    one="Wohnung",
    most="max_dwellings",
    unset="Der Bebauungsplan begrenzt für das Baugebiet die Zahl der Wohnungen nicht",
    passed="Die Zahl der Wohnungen ist eingehalten",
)


@register(
    "dwellings",
    title="Zahl der Wohnungen",
    unit="Wohnungen",
    order=450,
    main_buildings=True,
    layers=("parcels", "zoning", "building_windows"),
    also_reads=("plan_scopes",),
    attributes=("dwellings",),
    question="Ein Wohngebäude darf nicht mehr Wohnungen haben, als der Bebauungsplan zulässt.",
    formula="Zahl der Wohnungen je Wohngebäude ≤ Festsetzung",
    inputs="Zahl der Wohnungen je Gebäude, Festsetzungen der Baugebiete und Baufenster",
)
def dwellings(context: CheckContext) -> CheckResult:
    """Value and limit: dwellings in the governing building (BauGB § 9 Abs. 1 Nr. 6).

    Buildings that are drawn one by one count one by one, also where they touch: that is an assumption.
    """
    result = count_per_building(context, _DWELLINGS)
    main = context.plan.by_role(Role.MAIN_BUILDING)
    touching = [group for group in clusters([feature.geometry for feature in main]) if len(group) > 1]
    if result.verdict is Verdict.NOT_APPLICABLE:
        return result
    notes = [
        f"{listed([name_of(main[at]) for at in group[:5]])} stehen aneinander und gelten je für sich als Wohngebäude."
        for group in touching
    ]
    return result.replace(assumptions=(*result.assumptions, *notes))
