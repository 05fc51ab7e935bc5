"""What keeps a ratio of the site from passing, whatever its figures say: one list for GRZ, GFZ and BMZ.

A ratio can be trusted where the site counts once, everything that counts stands on it, no building that the cadastre
knows is left out, and the two areas of the site lead to the same answer. Too much stays too much without that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks.building_land import StreetOnLand
from gis.checks.context import CheckContext
from gis.checks.inside_parcels import depth_outside
from gis.checks.parcel_areas import ParcelArea, area_doubt
from gis.checks.result import Verdict
from gis.checks.zones import Zones
from gis.site_context import polygons, union_of
from gis.siteplan import PlanFeature
from gis.undrawn import undrawn_footprint
from gis.wording import listed, parcels_named, square_metres

ALL_DRAWN = "Die vorhandenen Gebäude und Anlagen sind im Lageplan vollständig eingezeichnet."
OTHERS_DRAWN = (
    "Vorhandene Anlagen, die keine Gebäude sind (Stellplätze, Wege), sind im Lageplan vollständig gezeichnet."
)


@dataclass(frozen=True)
class Reservations:
    """German sentences that keep a result from passing, and what follows from the data where there is none.

    ``undrawn``: ground of buildings that the plan leaves out (empty: none, None: unknown); ``doubt``: the site where
    official area and map disagree.
    """

    sentences: tuple[str, ...]
    undrawn: BaseGeometry | None
    doubt: ParcelArea | None

    def drawn_note(self, *, buildings_only: bool) -> tuple[str, ...]:
        """What is assumed about existing structures that the plan may leave out."""
        if self.undrawn is None:
            return (ALL_DRAWN,)
        return () if buildings_only or not self.undrawn.is_empty else (OTHERS_DRAWN,)


def reservations(
    context: CheckContext, counted: Sequence[PlanFeature], zones: Zones, built: BaseGeometry
) -> Reservations:
    """Collect what is wrong with the basis of a ratio: ``counted`` features, ``built`` their ground on the site."""
    undrawn = undrawn_footprint(context)
    sentences = [*_site(context), *_off_site(context, counted)]
    unzoned = zones.beyond_m2(built) if zones.zones else 0.0
    if unzoned:
        sentences.append(f"Für {square_metres(unzoned)} der Gebäude ist kein Baugebiet bekannt.")
    if undrawn is not None and not undrawn.is_empty:
        sentences.append(
            "Nach dem Liegenschaftskataster stehen auf dem Baugrundstück Gebäude mit "
            f"{square_metres(float(undrawn.area))} Grundfläche, die im Lageplan fehlen. Bitte zeichnen Sie vorhandene "
            "und abzubrechende Gebäude ein."
        )
    return Reservations(tuple(sentences), undrawn, area_doubt(context))


def by_both_areas(doubt: ParcelArea, verdict: Verdict, other: Verdict, figures: str) -> tuple[str | None, str | None]:
    """Reservation where the two areas of the site lead to different answers, and assumption where they do not.

    ``verdict`` is the answer by the official area, ``other`` that by the map, ``figures`` its German figures.
    """
    official, planar = square_metres(doubt.official), square_metres(doubt.planar)
    areas = f"Das Baugrundstück hat amtlich {official}, aus der Geometrie {planar}"
    if verdict is other:
        return None, f"{areas}; gerechnet ist mit der amtlichen Fläche, die andere führt zum selben Ergebnis."
    return f"{areas}. Mit der Fläche aus der Geometrie ergibt sich {figures}; bitte lassen Sie die Fläche prüfen.", None


def by_street(street: StreetOnLand, verdict: Verdict, other: Verdict, figures: str) -> tuple[str | None, str | None]:
    """Reservation where public traffic area on the site matters, and assumption where it does not.

    ``other`` is the answer without that area, ``figures`` its German figures.
    """
    told = (
        f"{square_metres(street.area_m2)} des Baugrundstücks sind nach den Daten öffentliche Verkehrsfläche, also kein "
        "Bauland (§ 19 Abs. 3 BauNVO)"
    )
    if verdict is other and not street.built:
        return None, f"{told}; gerechnet ist mit ihnen, ohne sie ergibt sich dasselbe."
    ask = "Bitte nennen Sie nur Flurstücke, die keine Straße sind, oder lassen Sie die Grenze der Straße prüfen."
    return f"{told}. {f'Ohne sie ergibt sich {figures}. ' if figures else ''}{ask}", None


def listed_sentences(sentences: Iterable[str]) -> str:
    """Sentences as one text."""
    return " ".join(dict.fromkeys(sentences))


def _site(context: CheckContext) -> list[str]:
    site = context.site
    found = []
    if site.overlapping:
        names = [context.parcel_name(parcel) for parcel in site.overlapping]
        found.append(f"{parcels_named(names)} überdecken sich; bitte prüfen Sie, welche zum Baugrundstück gehören.")
    if site.defect:
        found.append(site.defect)
    return found


def _off_site(context: CheckContext, counted: Sequence[PlanFeature]) -> list[str]:
    """What stands off the site by more than the tolerance: the same measure as ``inside_parcels``."""
    site = context.site.geometry
    # Prepared once: the check asks for every feature.
    shapely.prepare(site)
    beyond = [feature for feature in counted if not site.covers(feature.geometry)]
    if not beyond:
        return []
    tolerance = context.take(counted).length_m
    outside = polygons(union_of(tuple(beyond)).difference(site))
    if depth_outside(outside, site) <= tolerance + 1e-9:
        return []
    names = [f"{f.role.label} {f.id}" for f in beyond if f.geometry.difference(site).area > 1e-6]
    shown = names[:4] + ([f"{len(names) - 4} weitere"] if len(names) > 4 else [])
    area = square_metres(float(outside.area))
    return [f"{area} der Anlagen liegen nicht auf dem Baugrundstück ({listed(shown)}) und sind nicht mitgerechnet."]
