"""Does each residential building keep the highest number of dwellings that the binding plan sets?"""

from __future__ import annotations

from gis.checks import register
from gis.checks.context import CheckContext
from gis.checks.counts import Count, count_per_building
from gis.checks.result import CheckResult

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
    attributes=("dwellings",),
    question="Ein Wohngebäude darf nicht mehr Wohnungen haben, als der Bebauungsplan zulässt.",
    formula="Zahl der Wohnungen je Wohngebäude ≤ Festsetzung",
    inputs="Zahl der Wohnungen je Gebäude, Festsetzungen der Baugebiete und Baufenster",
)
def dwellings(context: CheckContext) -> CheckResult:
    """Value and limit: dwellings in the governing building (BauGB § 9 Abs. 1 Nr. 6)."""
    return count_per_building(context, _DWELLINGS)
