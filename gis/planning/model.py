"""What a binding plan (Bebauungsplan) says. Geometries: shapely, 2D, metres, arcs as chords at most 1 cm off.

Names of classes, attributes and codes are those of XPlanGML (5.0 to 6.x); `gis.readers.xplan` fills them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from gis.planning.status import LegalStatus, ObjectStatus

Severity = Literal["error", "warning"]

__all__ = [
    "BindingPlan",
    "Height",
    "LawVersion",
    "LegalStatus",
    "ObjectStatus",
    "PlanChange",
    "PlanObject",
    "PlanPart",
    "PlanProblem",
    "PlanReading",
    "Severity",
    "TextSection",
]


@dataclass(frozen=True, slots=True)
class LawVersion:
    """Version of a law that the plan rests on, such as the BauNVO: its date, its words, or both."""

    dated_on: date | None = None
    text: str | None = None

    def __str__(self) -> str:
        """One line: the words where the plan has them, with the date where they do not name its year."""
        if self.dated_on is None:
            return self.text or ""
        day = self.dated_on.strftime("%d.%m.%Y")
        if not self.text:
            return day
        return self.text if str(self.dated_on.year) in self.text else f"{self.text} ({day})"


@dataclass(frozen=True, slots=True)
class PlanChange:
    """Another plan that this one changes (`changes_other`), or that has changed this one (XP_VerbundenerPlan)."""

    name: str | None
    number: str | None
    kind: str | None
    changes_other: bool


@dataclass(frozen=True, slots=True)
class PlanPart:
    """Bereich (BP_Bereich): a part of the plan with objects of its own.

    Attributes
    ----------
    id : gml:id
    number : `nummer`, as written
    name : `name` of the part
    geometry : its own scope (`geltungsbereich`), Polygon or MultiPolygon; None where the plan's scope is meant
    baunvo_version : version of the BauNVO where the part states its own (to XPlanGML 5.4)
    attributes : everything else that it states, as in PlanObject
    """

    id: str
    number: str | None = None
    name: str | None = None
    geometry: shapely.Polygon | shapely.MultiPolygon | None = None
    baunvo_version: LawVersion | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def meaning(self) -> str | None:
        """Code of `bedeutung`: 1600 Teilbereich, 1800 Kompensationsbereich, 2000 Informationen außerhalb …"""
        value = self.attributes.get("bedeutung")
        return value if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class TextSection:
    """Textabschnitt: a written provision. `text` is None where the plan only points to a document (`reference`)."""

    id: str
    key: str | None = None
    text: str | None = None
    legal_basis: str | None = None
    reference: str | None = None
    kind: str = "XP_TextAbschnitt"


@dataclass(frozen=True, slots=True)
class Height:
    """Höhenangabe (XP_Hoehenangabe), metres.

    Attributes
    ----------
    reference : `hoehenbezug`: 1000 absolut NHN, 1100 NN, 1200 DHHN, 2000 relativ Gelände, 2500 Gehweg,
        3000 Bezugshöhe (of the plan), 3500 Straße, 4000 EFH; None: not stated
    reference_text : `abweichenderHoehenbezug`: other reference, in words
    point : `bezugspunkt`: 1000 TH, 2000 FH, 3000 OK, 3500 LH, 4000 SH, 4500 EFH, 5000 HBA, 5500 UK, 6000 GBH,
        6500 WH, 6600 GOK; None: not stated
    point_text : `abweichenderBezugspunkt`
    value_m, min_m, max_m, exact_m : `h`, `hMin`, `hMax`, `hZwingend`
    """

    reference: str | None = None
    reference_text: str | None = None
    point: str | None = None
    point_text: str | None = None
    value_m: float | None = None
    min_m: float | None = None
    max_m: float | None = None
    exact_m: float | None = None


@dataclass(frozen=True, slots=True)
class PlanObject:
    """One object of a plan, of whatever class.

    Attributes
    ----------
    id : gml:id
    kind : local class name, e.g. "BP_BaugebietsTeilFlaeche"
    part_id : id of its Bereich; None where it names none
    geometry : None where the object has none, or an unreadable one (then a problem says so)
    attributes : XPlan name to str, float (Maße with a unit: metres, m², degrees), int (Z, Zmax …), bool; a list where
        the name occurs several times; a mapping for a complex value. What is missing is not fixed by the plan.
    text_ids : ids of the text sections that it refers to (`refTextInhalt`)
    references : other links by name, e.g. {"baugrenze": (id, …)}
    heights : `hoehenangabe`
    closes : `flaechenschluss`; None where it is not stated
    level : `ebene`: 0 ground, negative below, positive above
    legal_status : own `rechtsstand`, e.g. CEASING; None: none stated
    conditional : its effect begins or ends with a condition (`startBedingung`, `endeBedingung`)
    """

    id: str
    kind: str
    part_id: str | None = None
    geometry: BaseGeometry | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    text_ids: tuple[str, ...] = ()
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    heights: tuple[Height, ...] = ()
    closes: bool | None = None
    level: int = 0
    legal_status: ObjectStatus | None = None
    conditional: bool = False

    @property
    def in_force(self) -> bool:
        """Whether the object itself is (still) valid, as far as the plan says."""
        return self.legal_status is not ObjectStatus.CEASING

    def values(self, name: str) -> tuple[Any, ...]:
        """All values of an attribute, empty where the plan fixes none."""
        value = self.attributes.get(name)
        if value is None:
            return ()
        return tuple(value) if isinstance(value, list) else (value,)


@dataclass(frozen=True, slots=True)
class BindingPlan:
    """Bebauungsplan (BP_Plan) with everything in it.

    Attributes
    ----------
    plan_id : gml:id of BP_Plan
    name, number : `name`, `nummer`
    version : Stand: `aenderungenBisDatum`, else `technHerstellDatum` (ISO date); None where neither stands there
    plan_type : code of BP_PlanArt (1000 BPlan, 10000 einfach, 10001 qualifiziert, 3000 vorhabenbezogen …)
    legal_status : Rechtsstand
    in_force_since, ended_on : `inkrafttretensDatum`, `untergangsDatum`
    baunvo_version : of the plan, else of its parts where they agree
    municipality : "Name (AGS)" of the first `gemeinde`
    municipality_key : AGS of it
    xplan_version : "6.0", "5.4" … from the namespace
    crs : metric CRS of all geometries here
    source_crs_name : srsName as the file has it
    scope : räumlicher Geltungsbereich
    changes : plans that it changes or that changed it
    notes : German sentences about what the reader had to decide
    object_counts : objects of the file by class, also of those that are not kept (XPO_…: presentation)
    """

    plan_id: str
    name: str
    number: str | None
    version: str | None
    plan_type: str | None
    legal_status: LegalStatus
    in_force_since: date | None
    baunvo_version: LawVersion | None
    municipality: str | None
    xplan_version: str
    crs: pyproj.CRS
    scope: shapely.MultiPolygon
    parts: tuple[PlanPart, ...] = ()
    objects: tuple[PlanObject, ...] = ()
    texts: tuple[TextSection, ...] = ()
    notes: tuple[str, ...] = ()
    municipality_key: str | None = None
    ended_on: date | None = None
    source_crs_name: str = ""
    changes: tuple[PlanChange, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    object_counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def in_force(self) -> bool:
        """Whether the plan binds: its status says so and no date of its end stands there.

        A plan without a status counts as in force where it names the day on which it came into force.
        """
        if self.ended_on is not None:
            return False
        if self.legal_status is LegalStatus.UNKNOWN:
            return self.in_force_since is not None
        return self.legal_status.in_force

    def counts(self) -> dict[str, int]:
        """Number of kept objects by class."""
        return dict(sorted(Counter(item.kind for item in self.objects).items()))

    def areas_m2(self) -> dict[str, float]:
        """Area of the kept areal objects by class, m², each object for itself (overlaps count twice)."""
        areas: dict[str, float] = {}
        for item in self.objects:
            if isinstance(item.geometry, shapely.Polygon | shapely.MultiPolygon):
                areas[item.kind] = areas.get(item.kind, 0.0) + item.geometry.area
        return dict(sorted(areas.items()))


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """Something wrong with a plan.

    Attributes
    ----------
    id : gml:id of the object concerned ("" where the whole plan is)
    kind : overlap, gap, out_of_scope, dangling_reference, sliver, self_crossing …
    place : x, y in the plan's CRS; None where it has no place
    message : German sentence
    severity : "error": the plan must not be published as it is; "warning": a person should look
    other_ids : further objects concerned
    """

    id: str
    kind: str
    place: tuple[float, float] | None
    message: str
    severity: Severity = "error"
    other_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanReading:
    """A plan as read, and everything that was found to be wrong with it, in the order of the file."""

    plan: BindingPlan
    problems: tuple[PlanProblem, ...] = ()

    @property
    def errors(self) -> tuple[PlanProblem, ...]:
        """The problems that keep the plan from being published."""
        return tuple(problem for problem in self.problems if problem.severity == "error")
