"""Boundaries at which a house stands because the plan demands or permits it: no distance there (NBauO § 5 (5)).

Sentence 1: where a building has to be built without distance, none is to be kept. Sentence 2: where it may be, none is
to be kept if an easement secures building on the other side, or if a building stands there that the new one matches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.attributes import normalise
from gis.checks.boundary import SIDE_M, Boundary, Stretch, beside
from gis.checks.boundary_lengths import projection
from gis.checks.building_method import forms_of, key_of
from gis.checks.context import CheckContext
from gis.checks.house_forms import Group, groups
from gis.checks.minor_parts import union_length
from gis.checks.streets import street_at
from gis.checks.walls import Walls, on_land
from gis.checks.zones import ConflictError, Zones, zones_on_site
from gis.rules import Rule
from gis.site_context import UnassessableError, parcel_ids, parcel_label, texts
from gis.siteplan import PlanFeature
from gis.wording import listed, metres

_FORMS = {"D": "Doppelhäuser", "H": "Hausgruppen", "R": "Reihenhäuser"}
#: Buildings of the register that stand on the site by more than this share are no neighbours'.
_OWN_SHARE = 0.5
#: Coordinates rounded to millimetres leave strips and pieces of boundary up to this long, in metres, at corners.
_ROUNDING_M = 0.005

MATCHES = "Die neue Grenzbebauung entspricht der auf dem Nachbargrundstück vorhandenen, auch in der Nutzung."
SECURED = "Die Baulast {} sichert, dass auf dem Nachbargrundstück an diese Grenze gebaut wird."


@dataclass(frozen=True)
class PartySide:
    """The boundary with one neighbour (id ``parcel``, German ``name``) at which a house stands.

    ``settled``: no distance is to be kept there; else ``text`` (a German sentence) says what is open.
    """

    feature: PlanFeature
    parcel: str
    line: BaseGeometry
    settled: bool
    text: str
    assumptions: tuple[str, ...] = ()
    name: str = ""


def party_sides(context: CheckContext, feature: PlanFeature, tolerance: float) -> tuple[PartySide, ...]:
    """Boundaries at which a main building stands and the plan demands, permits or leaves open that it does."""
    rule = context.rules.rule("party_walls")
    touching = float(context.rules.rule("building_method").values["touching_m"])
    site = context.site.geometry
    within = site.buffer(tolerance, join_style="mitre")
    if not on_land(feature, within) or feature.geometry.distance(site.boundary) > touching:
        return ()
    try:
        zones = zones_on_site(context)
        group = next((g for g in groups(context, touching) if any(f is feature for f in g.features)), None)
        window = context.window("parcels", site.bounds)
    except UnassessableError:
        return ()
    if zones.reason or group is None:
        return ()
    found = []
    for row, (name, shape) in enumerate(zip(parcel_ids(window), window.geometry, strict=True)):
        if name not in group.neighbours:
            continue
        line = beside(site, shape)
        if line.is_empty or feature.geometry.distance(line) > touching:
            continue
        label = f"Flurstück {parcel_label(window, row)}"
        side = _Side(context, rule, feature, group, zones, label, line, touching).judged()
        if side is not None:
            found.append(replace(side, parcel=name, name=label))
    if found:
        context.rule("party_walls")
    return tuple(found)


@dataclass(frozen=True)
class _Side:
    """One boundary at which a house stands, with all that decides on it."""

    context: CheckContext
    rule: Rule
    feature: PlanFeature
    group: Group
    zones: Zones
    name: str
    line: BaseGeometry
    touching: float

    def judged(self) -> PartySide | None:
        """What plan law says on building at this boundary; None where it says nothing, or no."""
        try:
            demand, why = self._demand()
        except ConflictError as error:
            return self._open(f"{error} Ob an dieser Grenze gebaut werden darf, bleibt offen.")
        if demand == "no":
            return None
        if demand == "must":
            return PartySide(
                self.feature, "", self.line, True,
                f"An der Grenze zu {self.name} ist kein Abstand zu halten, weil der Bebauungsplan dort den Bau ohne "
                f"Grenzabstand verlangt ({why}; § 5 Abs. 5 Satz 1 NBauO).",
            )  # fmt: skip
        if demand == "open":
            return self._open(why)
        return self._permitted(why)

    def _demand(self) -> tuple[str, str]:
        """ "must", "may", "open" or "no", and the German words for it (a sentence where it is open)."""
        outline, methods = self.group.outline, self.context.rules.rule("building_method")
        stated = {where: self._stated(f"{where}_boundary") for where in ("side", "rear")}
        method = self.zones.of_footprint(outline, "building_method")
        forms = self.zones.of_footprint(outline, "building_types")
        key = key_of(method[1], methods) if method else "o" if forms else ""
        lateral = self._lateral() if any(stated.values()) or key == "g" else None
        if any(stated.values()) and lateral is None:
            return "open", "Ob das eine seitliche oder eine rückwärtige Grenze ist, ist nicht bekannt."
        if (word := stated["side" if lateral else "rear"]) is not None:
            which = "seitlichen" if lateral else "rückwärtigen"
            demand = {"required": "must", "allowed": "may", "forbidden": "no"}.get(word, "open")
            sentence = f"Was der Bebauungsplan zur Bebauung der {which} Grenze festsetzt („{word}“), ist nicht bekannt."
            return demand, sentence if demand == "open" else f"Bebauung der {which} Grenze"
        if key == "g":
            if lateral is None:
                return "open", (
                    "In der geschlossenen Bauweise ist an den seitlichen Grenzen kein Abstand zu halten; welche "
                    "Grenzen das sind, ist ohne öffentliche Verkehrsflächen nicht bekannt."
                )
            return ("must", "geschlossene Bauweise") if lateral else ("no", "")
        if key == "o":
            allowed = forms_of(str(forms[1]), methods.values["house_forms"]) if forms else {"E", "D", "H"}
            if not allowed:
                return "open", f"Die Hausform „{forms[1] if forms else ''}“ in den Daten des Plans ist nicht bekannt."
            named = [_FORMS[form] for form in "DHR" if form in allowed]
            return ("may", listed(named, "und")) if named else ("no", "")
        if key:
            word = str(method[1]) if method else ""
            return "open", (
                f"Was die Bauweise „{word}“ an dieser Grenze verlangt oder zulässt, steht im Text des Bebauungsplans."
            )
        return "no", ""

    def _stated(self, name: str) -> str | None:
        found = self.zones.of_footprint(self.group.outline, name)
        return str(found[1]).strip().casefold() if found else None

    def _lateral(self) -> bool | None:
        """Whether the boundary meets the street in front of the site; None where no street is known."""
        site = self.context.site.geometry
        street = street_at(self.context, site, self.touching)
        if street is None:
            return None
        front = beside(site, street.area)
        return bool(front.distance(self.line) <= self.touching + SIDE_M) if not front.is_empty else None

    def _permitted(self, forms: str) -> PartySide:
        """Where building at the boundary is permitted: whether what the law asks for is known."""
        lead = f"Der Bebauungsplan lässt hier {forms} zu" if not forms.startswith("Bebauung") else (
            f"Der Bebauungsplan lässt die {forms} zu"
        )  # fmt: skip
        easement = self._easement()
        if easement:
            text = f"{lead}, und die Baulast {easement} sichert den Anbau (§ 5 Abs. 5 Satz 2 NBauO)."
            return self._settled(text, SECURED.format(easement))
        needed = (
            "Ohne Abstand darf hier nur gebaut werden, wenn eine Baulast sichert, dass auf dem Nachbargrundstück "
            "entsprechend an diese Grenze gebaut wird, oder wenn dort schon ein entsprechendes Gebäude an der Grenze "
            "steht (§ 5 Abs. 5 Satz 2 NBauO)"
        )
        if self.group.attached is None:
            return self._open(f"{lead}. {needed}. Gebäude der Nachbarn sind nicht bekannt.")
        own = projection(self.feature.geometry.buffer(self.touching), self.nearest_line, 2 * self.touching)
        theirs = self._neighbours_at_line()
        if own is None or not theirs:
            return self._open(f"{lead}. {needed}. Beides ist nicht bekannt; bitte weisen Sie eines davon nach.")
        covered = [(max(own[0], low), min(own[1], high)) for low, high in theirs]
        short = own[1] - own[0] - union_length([(low, high) for low, high in covered if high > low])
        if short > float(self.rule.values["offset_m"]) + 2 * self.touching:
            return self._open(
                f"{lead}. {needed}. Das Gebäude auf dem Nachbargrundstück steht an {metres(short)} der Wand nicht "
                "dagegen; ob die neue Grenzbebauung ihm noch entspricht, entscheidet die Bauaufsichtsbehörde."
            )
        text = f"{lead}, und auf dem Nachbargrundstück steht ein Gebäude an dieser Grenze (§ 5 Abs. 5 Satz 2 NBauO)."
        return self._settled(text, MATCHES)

    @property
    def nearest_line(self) -> BaseGeometry:
        """The piece of the boundary at which the house stands, as one line."""
        merged = shapely.line_merge(self.line) if self.line.geom_type == "MultiLineString" else self.line
        parts: list[BaseGeometry] = list(shapely.get_parts(merged))
        return min(parts, key=lambda part: float(part.distance(self.feature.geometry)))

    def _neighbours_at_line(self) -> list[tuple[float, float]]:
        """Intervals of the boundary at which the neighbours' buildings stand, garages and the like left out."""
        site, line = self.context.site.geometry, self.nearest_line
        window = self.context.window("buildings", line.buffer(1.0).bounds)
        functions = texts(window, "function")
        minor = {normalise(name) for name in self.rule.values["minor_functions"]}
        found = []
        for shape, function in zip(window.geometry, functions, strict=True):
            if function and normalise(function) in minor:
                continue
            if shape.intersection(site).area > _OWN_SHARE * max(shape.area, 1e-9):
                continue
            at = projection(shape.buffer(self.touching), line, 2 * self.touching)
            if at is not None and shape.distance(line) <= self.touching:
                found.append(at)
        return found

    def _easement(self) -> str:
        """Number of an easement that secures building at this boundary, "" where none is known."""
        if not self.context.has_layer("easements"):
            return ""
        try:
            window = self.context.window("easements", self.context.site.geometry.bounds)
        except UnassessableError:
            return ""
        kinds = {normalise(kind) for kind in self.rule.values["easement_kinds"]}
        ids = texts(window, "easement_id")
        for row, kind in enumerate(texts(window, "kind")):
            if kind and normalise(kind) in kinds and shapely.dwithin(window.geometry[row], self.line, SIDE_M):
                return ids[row] or f"Nr. {row + 1}"
        return ""

    def _settled(self, text: str, assumption: str) -> PartySide:
        sentence = f"An der Grenze zu {self.name} ist kein Abstand zu halten: {text}"
        return PartySide(self.feature, "", self.line, True, sentence, (assumption,))

    def _open(self, why: str) -> PartySide:
        name = f"{self.feature.role.label} {self.feature.id}"
        return PartySide(
            self.feature, "", self.line, False, f"{name} steht ohne Abstand an der Grenze zu {self.name}. {why}"
        )


def without(boundary: Boundary, sides: Sequence[PartySide]) -> Boundary:
    """The boundary that a house has to keep its distance from: all but these sides; all where nothing else is left."""
    cut = shapely.union_all([side.line for side in sides]).buffer(_ROUNDING_M)
    stretches = []
    for stretch in boundary.stretches:
        if stretch.counted:
            stretches.append(stretch)
            continue
        rest = shapely.MultiLineString(
            [part for part in shapely.get_parts(stretch.line.difference(cut)) if part.length > _ROUNDING_M]
        )
        if not rest.is_empty:
            stretches.append(Stretch(rest, rest, stretch.reduced))
    return replace(boundary, stretches=tuple(stretches)) if stretches else boundary


def recess(walls: Walls, side: PartySide, touching_m: float, tolerance: float) -> float | None:
    """Distance of a wall that is set back from such a boundary by less than its distance; None where none is."""
    segments, _, _ = walls.feature.edges()
    edges = np.asarray(shapely.linestrings(segments), dtype=object)
    distance = np.asarray(shapely.distance(edges, side.line))
    needed = np.where(np.isnan(walls.full), 0.0, walls.required)
    near = np.flatnonzero((distance > touching_m) & (distance < needed - tolerance))
    # A wall that looks away from the boundary has the house between them; one across it begins at the boundary.
    between = shapely.shortest_line(shapely.line_interpolate_point(edges[near], 0.5, normalized=True), side.line)
    free = [
        at
        for at, way in zip(near, between, strict=True)
        if way.intersection(side.feature.geometry).length < 0.01 and _along(segments[at], side.line)
    ]
    return min((float(distance[at]) for at in free), default=None)


def _along(wall: NDArray[np.float64], line: BaseGeometry) -> bool:
    """Whether a wall runs along a line rather than across it, compared with the piece of the line next to it."""
    pieces = [
        np.asarray(piece) for part in shapely.get_parts(line) for piece in pairwise(shapely.get_coordinates(part))
    ]
    middle = shapely.Point(wall.mean(axis=0))
    nearest = min(pieces, key=lambda piece: float(middle.distance(shapely.LineString(piece))))
    one, two = wall[1] - wall[0], nearest[1] - nearest[0]
    return bool(abs(float(one @ two)) > 0.5 * float(np.hypot(*one) * np.hypot(*two)))
