"""Numbers and names of the cadastre: parcel numbers, official areas and addresses."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry import LineString

from demo.town.cadastre import Plot
from demo.town.layout import TownLayout

LAND = "03"
SPLIT_STYLES = frozenset({"new", "row", "semi", "villa", "apartment"})
"""Plots that came from the division of one older parcel: they share its numerator (123/1, 123/2, …)."""
DEVIATING_STYLES = frozenset({"oldtown", "detached", "farm", ""})
"""Plots whose official area may still be that of an old survey."""


@dataclass(frozen=True)
class ParcelNumber:
    """A parcel's number in its district and section (Gemarkung, Flur)."""

    district: str
    section: int
    numerator: int
    denominator: int | None

    @property
    def parcel_id(self) -> str:
        """The 20 characters of the Flurstückskennzeichen (AdV, AX_Flurstueck)."""
        denominator = "____" if self.denominator is None else f"{self.denominator:04d}"
        return f"{LAND}{self.district}{self.section:03d}{self.numerator:05d}{denominator}__"

    @property
    def label(self) -> str:
        """The number as people write it, such as 123/4."""
        return f"{self.numerator}" if self.denominator is None else f"{self.numerator}/{self.denominator}"


def number_parcels(plots: Sequence[Plot], town: TownLayout, seed: str) -> dict[int, ParcelNumber]:
    """Return the numbers of a town's plots by position; consecutive along the streets, as a survey would set them."""
    _give_sections(plots)
    rng = random.Random(f"{seed}/numbers/{town.key}")  # noqa: S311 (no secret)
    last: dict[int, int] = defaultdict(int)
    shared: dict[tuple[int, int, str], list[int]] = {}
    numbers: dict[int, ParcelNumber] = {}
    order = sorted(
        range(len(plots)), key=lambda k: (plots[k].section, plots[k].block < 0, plots[k].block, plots[k].order)
    )
    for k in order:
        plot = plots[k]
        key = (plot.section, plot.block, plot.street)
        if plot.style in SPLIT_STYLES:
            if key not in shared:
                last[plot.section] += rng.randint(1, 4)
                shared[key] = [last[plot.section], 0]
            shared[key][1] += rng.choice([1, 1, 1, 2])
            numbers[k] = ParcelNumber(town.district_code, plot.section, shared[key][0], shared[key][1])
            continue
        last[plot.section] += rng.choice([1, 1, 1, 1, 2, 3])
        denominator = rng.randint(1, 9) if rng.random() < 0.3 else None
        numbers[k] = ParcelNumber(town.district_code, plot.section, last[plot.section], denominator)
    return numbers


def _give_sections(plots: Sequence[Plot]) -> None:
    """Put streets and waters into the section of the nearest plot."""
    settled = [p for p in plots if p.section > 0]
    tree = shapely.STRtree([p.geometry for p in settled])
    for plot in plots:
        if plot.section == 0:
            near = tree.query_nearest(plot.geometry.point_on_surface())
            plot.section = settled[int(min(near))].section


def official_area(plot: Plot, rng: random.Random) -> int:
    """Return the area in the register, in whole m²; old surveys differ by up to 2.5 %."""
    area = plot.geometry.area
    if plot.style in DEVIATING_STYLES and rng.random() < 0.08:
        area *= 1 + rng.choice([-1, 1]) * rng.uniform(0.004, 0.025)
    return max(1, round(area))


def number_houses(plots: Sequence[Plot], lines: dict[str, LineString]) -> dict[int, str]:
    """Return house numbers by position: odd on the left, even on the right, rising along the street.

    Vacant plots keep a number for the house to come.
    """
    sides: dict[tuple[str, bool], list[tuple[float, int]]] = defaultdict(list)
    for k, plot in enumerate(plots):
        if plot.kind != "lot" or plot.front is None:
            continue
        middle = plot.front.interpolate(plot.front.length / 2)
        line = lines.get(plot.street)
        if line is None:
            sides[plot.street, True].append((middle.x, k))
            continue
        at = line.project(middle)
        a, b = line.interpolate(max(at - 1, 0)), line.interpolate(min(at + 1, line.length))
        left = (b.x - a.x) * (middle.y - a.y) - (b.y - a.y) * (middle.x - a.x) > 0
        sides[plot.street, bool(left)].append((float(at), k))
    numbers: dict[int, str] = {}
    for (_, left), found in sorted(sides.items()):
        gaps = random.Random(len(found))  # noqa: S311 (no secret)
        value = -1 if left else 0
        for _, k in sorted(found):
            if plots[k].style == "oldtown" and gaps.random() < 0.05 and value > 0:
                numbers[k] = f"{value}a"
                continue
            value += 2
            numbers[k] = str(value)
    return numbers
