"""Put a building on every plot that has one: the house form follows from the style of the plot."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import groupby

import shapely

from demo.town.building import Building
from demo.town.cadastre import Plot
from demo.town.houses import apartments, detached, mixed, semi_detached, terrace, town_house
from demo.town.landmarks import arbours, chapel, church, farm, school, town_hall, works, yard_garage
from demo.town.shapes import largest

VACANCY = {
    "new": 0.52,
    "oldtown": 0.03,
    "ge": 0.15,
    "villa": 0.06,
    "detached": 0.04,
    "semi": 0.0,
    "row": 0.0,
    "farm": 0.12,
}


def raise_buildings(plots: Sequence[Plot], seed: str) -> list[Building]:
    """Return all buildings. Every plot draws from a random stream of its own, so one change stays local."""
    found: list[Building] = []
    for _, rows in groupby(plots, key=lambda p: (p.town, p.block, p.kind, p.style, p.group)):
        members = list(rows)
        first = members[0]
        rng = random.Random(f"{seed}/{first.town}/{first.block}/{first.order}")  # noqa: S311 (no secret)
        if first.style == "row" and len(members) > 1:
            found += terrace(members, rng)
        elif first.style == "semi" and len(members) == 2:
            found += semi_detached(members, rng)
        else:
            for plot in members:
                found += _single(plot, rng)
    return [b for b in (_on_grid(b) for b in found) if b.geometry.area > 4]


def _on_grid(building: Building) -> Building:
    """Round to the millimetre; the outline stays inside its parcel to that precision."""
    building.geometry = largest(shapely.normalize(shapely.set_precision(building.geometry, 0.001)))
    return building


def _single(plot: Plot, rng: random.Random) -> list[Building]:
    vacancy = plot.vacancy if plot.vacancy >= 0 else VACANCY.get(plot.style, 0.02)
    makers: dict[str, Callable[[Plot, random.Random], list[Building]]] = {
        "oldtown": town_house, "townhall": town_hall, "detached": detached, "villa": detached, "new": detached,
        "semi": detached, "row": detached, "mixed": mixed, "apartment": apartments, "ge": works, "farm": farm,
    }  # fmt: skip
    specials = {"church": church, "school": school, "cemetery": chapel, "allotment": arbours, "yard": yard_garage}
    if plot.kind != "lot":
        return specials[plot.kind](plot, rng) if plot.kind in specials else []
    if rng.random() < vacancy or plot.front is None:
        return []
    return makers[plot.style](plot, rng)
