"""The demo's proposals: some twenty named scenarios on vacant plots of the town, each with its expected verdicts.

Verdicts follow NBauO § 5 (0.4 H, at least 3 m, 0.2 H between plots in commercial areas), § 6 (public streets count to
their middle) and BauNVO § 19, as the checks compute them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import shapely

from demo.town import proposals as draw
from demo.town.building import Building
from demo.town.cadastre import Plot
from demo.town.layout import TownLayout
from demo.town.proposals import Drawn, Lot
from demo.town.shapes import frame_of
from demo.town.sites import DemoSite, DrawnFeature

if TYPE_CHECKING:
    from demo.town.generate import Municipality

PASSED, FAILED, BORDERLINE, OPEN = "passed", "failed", "borderline", "not_assessable"


@dataclass(frozen=True)
class Scenario:
    """What to look for, what to draw there, and what the checks will say (inside, distance, coverage, and ``more``)."""

    key: str
    title: str
    proposal: str
    verdicts: tuple[str, str, str]
    draw: Callable[[Lot], Drawn]
    style: str = "new"
    town: str = "musterstadt"
    vacant: bool = True
    flooded: bool = False
    two: bool = False
    more: Mapping[str, str] = field(default_factory=dict)


SCENARIOS = (
    Scenario("garage", "Einfamilienhaus mit Grenzgarage", "Neubau eines Einfamilienhauses mit Garage an der Grenze",
             (PASSED, PASSED, PASSED), draw.garage_on_boundary, more={"boundary_buildings": PASSED}),
    Scenario("einfamilienhaus", "Einfamilienhaus", "Neubau eines Einfamilienhauses mit Terrasse",
             (PASSED, PASSED, PASSED), draw.single_house),
    Scenario("zu_nah", "Zu nah an der Grenze", "Neubau eines Einfamilienhauses",
             (PASSED, FAILED, PASSED), draw.beside(2.40, 6.5)),
    Scenario("grz_ueberschritten", "Grundflächenzahl überschritten", "Neubau eines Winkelbungalows",
             (PASSED, PASSED, FAILED), draw.coverage(0.335)),
    Scenario("grenzfall_abstand", "Grenzfall beim Abstand", "Neubau eines Einfamilienhauses",
             (PASSED, BORDERLINE, PASSED), draw.beside(2.98, 6.5)),
    Scenario("grenzfall_grz", "Grenzfall bei der Grundflächenzahl", "Neubau eines Einfamilienhauses",
             (PASSED, PASSED, BORDERLINE), draw.coverage(0.302)),
    Scenario("zwei_flurstuecke", "Haus auf zwei Flurstücken", "Neubau eines Zweifamilienhauses auf zwei Flurstücken",
             (PASSED, PASSED, PASSED), draw.over_two_parcels, two=True),
    Scenario("ueberbau", "Überbau auf das Nachbargrundstück", "Neubau eines Einfamilienhauses",
             (FAILED, FAILED, OPEN), draw.beside(-0.80, 6.2)),
    Scenario("knapp_ueber_grenze", "Zwei Zentimeter über der Grenze", "Neubau eines Einfamilienhauses",
             (BORDERLINE, OPEN, PASSED), draw.beside(-0.02, 6.2)),
    Scenario("hohe_wand", "Hohe Außenwand", "Neubau eines Stadthauses",
             (PASSED, FAILED, PASSED), draw.beside(3.40, 9.37)),
    Scenario("ohne_wandhoehe", "Wandhöhe fehlt", "Neubau eines Einfamilienhauses",
             (PASSED, OPEN, PASSED), draw.no_height),
    Scenario("giebelhaus", "Giebelhaus mit Wandhöhe je Wand", "Neubau eines Einfamilienhauses mit Satteldach",
             (PASSED, PASSED, PASSED), draw.gable_house),
    Scenario("doppelhaus", "Doppelhaushälfte", "Neubau einer Doppelhaushälfte",
             (PASSED, OPEN, PASSED), draw.semi_detached),
    Scenario("tiefgarage", "Haus mit Tiefgarage", "Neubau eines Einfamilienhauses mit Tiefgarage",
             (PASSED, PASSED, PASSED), draw.with_basement),
    Scenario("zu_viel_pflaster", "Zu viel befestigte Fläche", "Neubau eines Zweifamilienhauses mit Stellplätzen",
             (PASSED, PASSED, FAILED), draw.paved_too_much),
    Scenario("ueberschwemmungsgebiet", "Haus im Überschwemmungsgebiet", "Neubau eines Einfamilienhauses",
             (PASSED, PASSED, OPEN), draw.single_house, "detached", flooded=True),
    Scenario("gewerbehalle", "Halle im Gewerbegebiet", "Neubau einer Lagerhalle",
             (PASSED, PASSED, PASSED), draw.hall(3.50, 7.0, 16.0), "ge"),
    Scenario("gewerbehalle_strasse", "Hochregallager zu nah an der Straße", "Neubau eines Hochregallagers",
             (PASSED, FAILED, PASSED), draw.hall_at_street, "ge"),
    Scenario("anbau", "Anbau an ein Wohnhaus", "Anbau eines Wintergartens an ein Wohnhaus",
             (PASSED, PASSED, PASSED), draw.extension, "detached", vacant=False),
    Scenario("ersatzbau", "Abbruch und Ersatzbau", "Abbruch eines Wohnhauses und Neubau",
             (PASSED, PASSED, PASSED), draw.replacement, "detached", vacant=False),
    Scenario("bauluecke", "Baulücke in der Altstadt", "Neubau eines Wohn- und Geschäftshauses",
             (PASSED, PASSED, PASSED), draw.infill, "oldtown"),
    Scenario("dorf_einfamilienhaus", "Einfamilienhaus in Beispielhausen", "Neubau eines Einfamilienhauses",
             (PASSED, PASSED, PASSED), draw.single_house, town="beispielhausen"),
    Scenario("dorf_zu_nah", "Beispielhausen: zu nah an der Grenze", "Neubau eines Einfamilienhauses",
             (PASSED, FAILED, PASSED), draw.beside(2.40, 6.5), town="beispielhausen"),
    Scenario("dorf_halle", "Maschinenhalle in Beispielhausen", "Neubau einer Maschinenhalle",
             (PASSED, PASSED, PASSED), draw.barn, "farm", town="beispielhausen"),
)  # fmt: skip

CHECKS = ("inside_parcels", "boundary_distance", "site_coverage")


class NoFittingPlotError(Exception):
    """The generated town has no plot for a scenario: the layout changed too much."""


def make_sites(
    plots: Sequence[Plot],
    buildings: Sequence[Building],
    municipalities: Mapping[str, Municipality],
    layouts: Iterable[TownLayout],
) -> tuple[DemoSite, ...]:
    """Find a plot for every scenario, each plot used once, and draw the proposal there."""
    postal_codes = {layout.key: layout.postal_code for layout in layouts}
    built: dict[int, list[Building]] = {}
    for building in buildings:
        built.setdefault(id(building.plot), []).append(building)
    used: set[int] = set()
    sites = []
    for scenario in SCENARIOS:
        lot, drawn = _find(scenario, plots, built, used, municipalities[scenario.town])
        members = [lot.plot, lot.neighbour] if scenario.two and lot.neighbour is not None else [lot.plot]
        used |= {id(p) for p in members}
        town = municipalities[scenario.town]
        sites.append(
            DemoSite(
                key=scenario.key,
                title=scenario.title,
                municipality=scenario.town,
                authority=town.authority,
                parcels=tuple(p.parcel_id for p in members),
                parcel_labels=tuple(_label(p.parcel_id, town.name) for p in members),
                address=lot.plot.address,
                postal_code=postal_codes[scenario.town],
                place=town.name,
                proposal=scenario.proposal,
                features=tuple(replace(f, geometry=shapely.set_precision(f.geometry, 0.0001)) for f in drawn),
                expected=dict(zip(CHECKS, scenario.verdicts, strict=True)) | dict(scenario.more),
                geometry=shapely.normalize(shapely.coverage_union_all([p.geometry for p in members])),
            )
        )
    return tuple(sites)


def _label(parcel_id: str, district: str) -> str:
    section, numerator = int(parcel_id[6:9]), int(parcel_id[9:14])
    denominator = parcel_id[14:18].strip("_")
    number = f"{numerator}/{int(denominator)}" if denominator else str(numerator)
    return f"Gemarkung {district}, Flur {section}, Flurstück {number}"


def _find(
    scenario: Scenario,
    plots: Sequence[Plot],
    built: Mapping[int, list[Building]],
    used: set[int],
    town: Municipality,
) -> tuple[Lot, list[DrawnFeature]]:
    overlays = town.layers["overlays"]
    flood = shapely.union_all(overlays.geometry[overlays["kind"] == "flood_area"].to_numpy())
    streets = shapely.union_all(town.layers["traffic_areas"].geometry.to_numpy())
    free = [p for p in plots if p.kind == "lot" and p.town == scenario.town and id(p) not in used]
    for k, plot in enumerate(free):
        standing = tuple(built.get(id(plot), ()))
        flooded = bool(plot.geometry.intersection(flood).area > plot.geometry.area / 2)
        if plot.style != scenario.style or bool(standing) == scenario.vacant or flooded != scenario.flooded:
            continue
        if not scenario.vacant and plot.plan is None:
            continue
        beside_ = free[k + 1] if k + 1 < len(free) else None
        if beside_ is not None and (
            beside_.street != plot.street or id(beside_) in built or beside_.block != plot.block
        ):
            beside_ = None
        if plot.front is None:
            continue
        lot = Lot(plot, frame_of(plot.front, plot.geometry), standing, beside_, flooded, streets)
        drawn = scenario.draw(lot)
        if drawn is not None:
            return lot, drawn
    raise NoFittingPlotError(scenario.key)
