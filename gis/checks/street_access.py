"""Does the site have access to a public street?"""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks import register
from gis.checks.boundary import beside
from gis.checks.context import CheckContext
from gis.checks.judging import at_least
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.streets import Street, street_at
from gis.layers import LayerWindow
from gis.site_context import UnassessableError, parcel_ids, parcel_label, texts
from gis.wording import metres, parcels_named

#: Streets beyond this are no way to the site, in metres.
_WAY_M = 200.0
#: Parcels that the way crosses by less than this are not named, in metres.
_CROSSED_M = 0.5
#: Ways that differ by less are equally short; they are looked for at points this far apart, in metres.
_SAME_WAY_M, _STATION_M = 0.01, 0.5
#: Easements for access are looked for this far around the shortest way, in metres.
_DETOUR_M = 50.0


@register(
    "street_access",
    title="Erschließung",
    unit="m",
    order=530,
    layers=("parcels", "traffic_areas", "land_use", "easements"),
    question="Das Baugrundstück muss an einer öffentlichen Straße liegen oder eine gesicherte Zufahrt haben.",
    formula="Breite des breitesten zusammenhängenden Stücks Grenze mit einer öffentlichen Verkehrsfläche ≥ "
    "Mindestbreite der Zufahrt",
    inputs="Flurstücke, Verkehrsflächen (ohne diese die tatsächliche Nutzung), Baulasten",
)
def street_access(context: CheckContext) -> CheckResult:
    """Value and limit: width of the widest frontage on public traffic areas, and its least width, in m (NBauO § 4).

    A driveway is one strip: separate frontages do not add up, and one that bends is as wide as its ends are apart.
    Without frontage the shortest way to a public street names the parcels that it crosses; a registered easement for
    access on all of them is a hint, an easement register without one fails, an unknown register is not assessable.
    """
    rule = context.rule("street_access")
    values = rule.values
    context.take(())
    site: BaseGeometry = context.site.geometry
    if not (context.has_layer("traffic_areas") or context.has_layer("land_use")):
        raise UnassessableError("Öffentliche Verkehrsflächen sind nicht bekannt (keine Ebene „traffic_areas“).")
    limit, touching = float(values["least_width_m"]), float(values["touching_m"])
    for only in (frozenset[str](values["kinds_for_vehicles"]), None):
        street = street_at(context, site, touching, only=only)
        front = None if street is None else beside(site, street.area)
        if street is not None and front is not None and front.length > touching:  # a common corner is no frontage
            return _frontage(context, street, front, limit, touching, for_vehicles=only is not None)
    return _way(context, rule.legal_basis, limit, set(values["easement_kinds"]), touching)


def _frontage(
    context: CheckContext, street: Street, front: BaseGeometry, limit: float, touching: float, *, for_vehicles: bool
) -> CheckResult:
    basis = context.rule("street_access").legal_basis
    length, pieces = float(front.length), _pieces(front, touching)
    width = max(_width(piece) for piece in pieces)
    # The parcels' own accuracy: both lines come from the cadastre.
    tolerance = float(context.rules.rule("tolerances").values["vector_m"])
    verdict = at_least(width, limit, tolerance)
    # A frontage that bends is told by its straight width, several by their sum and the widest.
    bent = length - width >= tolerance and len(pieces) == 1
    measured = f"in gerader Linie auf {metres(width)}" if bent else f"auf {metres(length)}"
    at_one_place = f", an einem Stück auf {metres(width)}" if len(pieces) > 1 else ""
    if not for_vehicles:
        verdict = Verdict.BORDERLINE
        text = f"Hinweis: Das Baugrundstück grenzt {measured} nur an einen öffentlichen Weg, keine Straße"
        text += f"{at_one_place}; ob er befahrbar und dafür gewidmet ist, ist zu prüfen"
    elif verdict is Verdict.FAILED:
        verdict = Verdict.BORDERLINE
        text = f"Hinweis: Das Baugrundstück grenzt nur {measured} an eine öffentliche Verkehrsfläche"
        if at_one_place:
            text = (
                f"Hinweis: Das Baugrundstück grenzt auf insgesamt {metres(length)} an eine öffentliche Verkehrsfläche"
            )
            text += f", aber an keiner Stelle breiter als {metres(width)}"
    else:
        text = f"Das Baugrundstück grenzt {measured} an eine öffentliche Verkehrsfläche{at_one_place}"
    return context.result(
        verdict,
        f"{text}; für eine Zufahrt sind {metres(limit)} angesetzt ({basis}).",
        value=width,
        limit=limit,
        tolerance=tolerance,
        geometry=front,
        details={
            "access": "street",
            "frontages": [
                {"width_m": _width(piece), "length_m": float(piece.length), "lines": _coordinates(piece)}
                for piece in sorted(pieces, key=_width, reverse=True)
            ],
        },
        assumptions=street.assumptions,
        steps=[
            Step("Gemeinsame Grenze mit der Straße", metres(length, 3), length, "m", basis),
            Step("Breitestes zusammenhängendes Stück", metres(width, 3), width, "m", basis),
        ],
    )


def _pieces(front: BaseGeometry, touching: float) -> list[BaseGeometry]:
    """The frontages that do not hang together: lines whose ends are nearer than the data are exact are one."""
    lines = shapely.get_parts(shapely.line_merge(front))
    groups = shapely.get_parts(shapely.union_all(shapely.buffer(lines, touching / 2, quad_segs=2)))
    pieces = [shapely.union_all(lines[shapely.intersects(lines, group)]) for group in groups]
    # Rounded coordinates leave lines without any length at corners, which a union drops.
    return [piece for piece in pieces if not piece.is_empty]


def _coordinates(piece: BaseGeometry) -> list[list[list[float]]]:
    return [shapely.get_coordinates(line).tolist() for line in shapely.get_parts(shapely.line_merge(piece))]


def _width(piece: BaseGeometry) -> float:
    """How far the points of a frontage are apart at most."""
    corners = shapely.get_coordinates(piece.convex_hull)
    return float(np.hypot(*(corners[:, None] - corners[None]).transpose(2, 0, 1)).max())


def _way(context: CheckContext, basis: str, limit: float, kinds: set[str], touching: float) -> CheckResult:
    """The site lies behind others: name the parcels on the shortest way and the easements there."""
    site: BaseGeometry = context.site.geometry
    streets = street_at(context, site, _WAY_M, _WAY_M)
    if streets is None:
        message = f"Im Umkreis von {metres(_WAY_M, 0)} ist keine öffentliche Verkehrsfläche bekannt ({basis})."
        return context.result(Verdict.NOT_ASSESSABLE, f"Nicht prüfbar: {message}", value=0.0, limit=limit)
    line = _shortest_way(site, streets.area)
    xmin, ymin, xmax, ymax = line.bounds
    window = context.window("parcels", (xmin, ymin, xmax, ymax))
    crossed = _crossed(context, window, line)
    names = parcels_named([parcel_label(window, row) for row in crossed])
    way = f"Das Baugrundstück grenzt an keine öffentliche Straße; die nächste ist {metres(float(line.length))} entfernt"
    if line.length <= touching:
        way = "Das Baugrundstück berührt die öffentliche Straße nur an einer Ecke"
    over = f" und nur über {names} zu erreichen" if crossed else ""
    details = {"access": "way", "crossed_parcels": [parcel_ids(window)[row] for row in crossed]}
    steps = [Step("Kürzester Weg zur Straße", metres(float(line.length), 3), float(line.length), "m", basis)]
    around = shapely.box(*shapely.total_bounds([site, line])).buffer(_DETOUR_M)
    easements = _easements(context, around, kinds)
    if easements is None:
        verdict, tail = Verdict.NOT_ASSESSABLE, "Baulasten sind nicht bekannt; die Zufahrt ist nachzuweisen"
    elif not crossed and line.length > _CROSSED_M:
        verdict, tail = Verdict.NOT_ASSESSABLE, "was dazwischen liegt, ist nicht bekannt; die Zufahrt ist nachzuweisen"
    elif crossed and _leads_through(easements, site, streets.area, limit, touching):
        verdict, tail = Verdict.BORDERLINE, "eine Zufahrtsbaulast führt zur Straße; ihr Inhalt ist zu prüfen"
    elif crossed and not easements.is_empty:
        verdict = Verdict.NOT_ASSESSABLE
        tail = (
            f"eingetragene Zufahrtsbaulasten führen nicht durchgehend in {metres(limit)} Breite bis zur Straße; die "
            "Zufahrt ist nachzuweisen"
        )
    else:
        verdict, tail = Verdict.FAILED, "eine Baulast für die Zufahrt ist dort nicht eingetragen"
    lead = "Nicht prüfbar: " if verdict is Verdict.NOT_ASSESSABLE else ""
    return context.result(
        verdict,
        f"{lead}{way}{over}; {tail} ({basis}).",
        value=0.0,
        limit=limit,
        geometry=line,
        details=details,
        assumptions=(*streets.assumptions, "Als Weg gilt die kürzeste Verbindung zur Straße."),
        steps=steps,
    )


def _leads_through(
    easements: BaseGeometry, site: BaseGeometry, street: BaseGeometry, width: float, touching: float
) -> bool:
    """Whether an easement leads from the site to the street, everywhere as wide as a driveway."""
    half = width / 2 - touching
    lane = easements.buffer(-half, join_style="mitre")
    return any(
        shapely.dwithin(part, site, half + 2 * touching) and shapely.dwithin(part, street, half + 2 * touching)
        for part in shapely.get_parts(lane)
        if not part.is_empty
    )


def _shortest_way(site: BaseGeometry, street: BaseGeometry) -> BaseGeometry:
    """The shortest line to the street; of many (boundary and street are parallel) one in the middle."""
    shortest: BaseGeometry = shapely.shortest_line(site, street)
    points = shapely.get_coordinates(shapely.segmentize(site.boundary, _STATION_M))
    starts = points[shapely.distance(shapely.points(points), street) <= shortest.length + _SAME_WAY_M]
    if not len(starts):
        return shortest
    middle = starts[np.argmin(np.hypot(*(starts - starts.mean(axis=0)).T))]
    way: BaseGeometry = shapely.shortest_line(shapely.Point(middle), street)
    return way


def _crossed(context: CheckContext, window: LayerWindow, line: BaseGeometry) -> list[int]:
    own = set(context.site.parcel_ids)
    lengths = shapely.length(shapely.intersection(window.geometry, line))
    return [row for row, name in enumerate(parcel_ids(window)) if name not in own and lengths[row] > _CROSSED_M]


def _easements(context: CheckContext, ground: BaseGeometry, kinds: set[str]) -> BaseGeometry | None:
    """Areas of easements for access around some ground, None where the register is not known."""
    if not context.has_layer("easements"):
        return None
    try:
        window = context.window("easements", ground.bounds)
    except UnassessableError:
        return None
    rows = np.array([row for row, kind in enumerate(texts(window, "kind")) if kind in kinds], dtype=int)
    found: BaseGeometry = shapely.union_all(window.geometry[rows])
    return found
