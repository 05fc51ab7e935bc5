"""Does each building have the number of full storeys (Vollgeschosse) that the binding plan permits?"""

from __future__ import annotations

from gis.checks import register
from gis.checks.context import CheckContext
from gis.checks.counts import Count, count_per_building
from gis.checks.figures import storey_contradiction
from gis.checks.result import CheckResult

_STOREYS = Count(
    attribute="storeys",
    noun="Vollgeschosse",
    one="Vollgeschoss",
    most="storeys_max",
    least="storeys_min",
    exact="storeys_exact",
    unset="Der Bebauungsplan setzt für das Baugebiet keine Zahl der Vollgeschosse fest",
    passed="Die Zahl der Vollgeschosse ist eingehalten",
    zero=False,
    if_missing="Für {} ist keine Zahl der Vollgeschosse angegeben; angenommen ist höchstens eines.",
    contradiction=storey_contradiction,
)


@register(
    "storeys",
    title="Zahl der Vollgeschosse",
    unit="Vollgeschosse",
    order=430,
    main_buildings=True,
    layers=("parcels", "zoning", "building_windows"),
    also_reads=("plan_scopes",),
    attributes=("storeys",),
    question="Die Zahl der Vollgeschosse muss der Festsetzung des Bebauungsplans entsprechen (höchstens, mindestens, "
    "zwingend).",
    formula="Zahl der Vollgeschosse ≤ Z; ≥ Zmin; = zwingendes Z",
    inputs="Zahl der Vollgeschosse je Gebäude, Festsetzungen der Baugebiete und Baufenster",
)
def storeys(context: CheckContext) -> CheckResult:
    """Value and limit: full storeys of the governing building, as the designer states them (BauNVO § 16 Abs. 2 Nr. 3).

    Outbuildings and garages count where they state storeys. Whether a storey is a full one is for the designer and the
    officer to say (NBauO § 2 Abs. 7); it is not derived.
    """
    return count_per_building(context, _STOREYS)
