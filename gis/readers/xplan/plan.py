"""Features of one BP_Plan put together to a binding plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyproj
import shapely

from gis.planning.model import (
    BindingPlan,
    Height,
    LawVersion,
    LegalStatus,
    ObjectStatus,
    PlanChange,
    PlanObject,
    PlanPart,
    TextSection,
)
from gis.readers.xplan.raw import RawFeature, text_of

_PLAN_HEADER = frozenset({"name", "nummer", "planArt", "rechtsstand", "inkrafttretensDatum", "untergangsDatum"})
_CHANGES = ("aendert", "aendertPlan", "wurdeGeaendertVon", "wurdeGeaendertVonPlan", "wurdeGeaendertVonPlanBereich")
_PART_LINKS = ("gehoertZuBereich", "gehoertZuBP_Bereich")


@dataclass(frozen=True)
class FileFacts:
    """What is true of the whole file."""

    version: str
    crs: pyproj.CRS
    srs_name: str
    counts: Mapping[str, int]
    notes: tuple[str, ...]


def plan_object(feature: RawFeature) -> PlanObject:
    """An object of a plan, with the part that it names itself. The feature's attributes go over to the object."""
    attributes = feature.attributes
    references: dict[str, tuple[str, ...]] = {}
    own_part: str | None = None
    for name, target in feature.links:
        if name in _PART_LINKS:
            own_part = own_part or target
        elif name in references:
            references[name] = (*references[name], target)
        else:
            references[name] = (target,)
    # What stands there in another form than expected stays among the attributes.
    closes = attributes.pop("flaechenschluss") if isinstance(attributes.get("flaechenschluss"), bool) else None
    level = attributes.pop("ebene") if isinstance(attributes.get("ebene"), int) else 0
    heights: tuple[Height, ...] = ()
    if "hoehenangabe" in attributes and len(values := feature.mappings("hoehenangabe")):
        heights = tuple(map(_height, values))
        del attributes["hoehenangabe"]
    return PlanObject(
        id=feature.id,
        kind=feature.kind,
        part_id=own_part,
        geometry=feature.geometry,
        attributes=attributes,
        text_ids=references.pop("refTextInhalt", ()),
        references=references,
        heights=heights,
        closes=closes,
        level=level,
        legal_status=ObjectStatus.from_code(feature.text("rechtsstand") or "") if "rechtsstand" in attributes else None,
        conditional="startBedingung" in attributes or "endeBedingung" in attributes,
    )


def plan_part(feature: RawFeature) -> PlanPart:
    """A Bereich."""
    return PlanPart(
        id=feature.id,
        number=feature.text("nummer"),
        name=feature.text("name"),
        geometry=feature.geometry if isinstance(feature.geometry, shapely.Polygon | shapely.MultiPolygon) else None,
        baunvo_version=law_version(feature, "versionBauNVO"),
        attributes={name: value for name, value in feature.attributes.items() if name not in {"nummer", "name"}},
    )


def text_section(feature: RawFeature) -> TextSection:
    """A Textabschnitt; where its text is only linked, the link stands in `reference`."""
    links = [
        item[key] for item in feature.mappings("refText") for key in ("referenzURL", "referenzName") if key in item
    ]
    return TextSection(
        id=feature.id,
        key=feature.text("schluessel"),
        text=feature.text("text"),
        legal_basis=feature.text("gesetzlicheGrundlage"),
        reference=str(links[0]) if links else None,
        kind=feature.kind,
    )


def binding_plan(
    feature: RawFeature,
    parts: Sequence[PlanPart],
    objects: Sequence[PlanObject],
    texts: Sequence[TextSection],
    facts: FileFacts,
    notes: Sequence[str] = (),
) -> BindingPlan:
    """The plan of a BP_Plan feature with its parts, objects and texts."""
    municipality = next(iter(feature.mappings("gemeinde")), {})
    name, key = text_of(municipality, "gemeindeName"), text_of(municipality, "ags")
    shown = f"{name} ({key})" if name and key else name or key
    return BindingPlan(
        plan_id=feature.id,
        name=feature.text("name") or "",
        number=feature.text("nummer"),
        version=feature.text("aenderungenBisDatum") or feature.text("technHerstellDatum"),
        plan_type=feature.text("planArt"),
        legal_status=LegalStatus.from_code(feature.text("rechtsstand")),
        in_force_since=_day(feature.text("inkrafttretensDatum")),
        ended_on=_day(feature.text("untergangsDatum")),
        baunvo_version=law_version(feature, "versionBauNVO") or _common_version(parts),
        municipality=shown,
        municipality_key=key,
        xplan_version=facts.version,
        crs=facts.crs,
        source_crs_name=facts.srs_name,
        scope=_scope(feature),
        parts=tuple(parts),
        objects=tuple(objects),
        texts=tuple(texts),
        changes=tuple(_changes(feature)),
        attributes={key: value for key, value in feature.attributes.items() if key not in _PLAN_HEADER},
        object_counts=dict(sorted(facts.counts.items())),
        notes=(*facts.notes, *notes),
    )


def law_version(feature: RawFeature, name: str) -> LawVersion | None:
    """Version of a law: one complex attribute from XPlanGML 6.0, two plain ones (…Datum, …Text) before."""
    for values in feature.mappings(name):
        words = [text for key in ("name", "detail") if (text := text_of(values, key))]
        return LawVersion(_day(text_of(values, "datum")), ", ".join(words) or None)
    day, text = _day(feature.text(f"{name}Datum")), " ".join((feature.text(f"{name}Text") or "").split())
    return LawVersion(day, text or None) if day or text else None


def _common_version(parts: Sequence[PlanPart]) -> LawVersion | None:
    versions = {part.baunvo_version for part in parts}
    return versions.pop() if len(versions) == 1 else None


def _scope(feature: RawFeature) -> shapely.MultiPolygon:
    geometry = feature.geometry
    if isinstance(geometry, shapely.Polygon):
        return shapely.MultiPolygon([geometry])
    return geometry if isinstance(geometry, shapely.MultiPolygon) else shapely.MultiPolygon()


def _height(values: Mapping[str, Any]) -> Height:
    def number(name: str) -> float | None:
        value = values.get(name)
        return value if isinstance(value, float) else None

    return Height(
        reference=text_of(values, "hoehenbezug"),
        reference_text=text_of(values, "abweichenderHoehenbezug"),
        point=text_of(values, "bezugspunkt"),
        point_text=text_of(values, "abweichenderBezugspunkt"),
        value_m=number("h"),
        min_m=number("hMin"),
        max_m=number("hMax"),
        exact_m=number("hZwingend"),
    )


def _changes(feature: RawFeature) -> list[PlanChange]:
    changes = []
    for name in _CHANGES:
        for values in feature.mappings(name):
            kind = text_of(values, "aenderungsArt") or text_of(values, "rechtscharakter")
            other, number = text_of(values, "planName"), text_of(values, "nummer")
            changes.append(PlanChange(other, number, kind, name.startswith("aendert")))
    return changes


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
