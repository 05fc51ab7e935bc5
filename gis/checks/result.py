"""What a check says: a verdict with everything needed to follow it. Checks advise, officers decide."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry


class Verdict(StrEnum):
    """Outcome of a check. Unknown is its own answer: a missing input is never ``passed``."""

    PASSED = "passed"
    FAILED = "failed"
    BORDERLINE = "borderline"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASSESSABLE = "not_assessable"

    @property
    def label(self) -> str:
        """German word for people."""
        return VERDICT_LABELS[self]


VERDICT_LABELS: Mapping[Verdict, str] = {
    Verdict.PASSED: "eingehalten",
    Verdict.FAILED: "nicht eingehalten",
    Verdict.BORDERLINE: "Grenzfall",
    Verdict.NOT_APPLICABLE: "nicht anwendbar",
    Verdict.NOT_ASSESSABLE: "nicht prüfbar",
}


#: What a check that only advises says instead: it has no limit that a plan could keep or break.
ADVICE_LABELS: Mapping[Verdict, str] = {Verdict.PASSED: "ermittelt", Verdict.BORDERLINE: "Hinweis"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a computation, for experts.

    ``formula`` is German with the numbers put in ("0,4 × 9,37 m = 3,748 m, abgerundet auf volle 10 cm"); ``result`` is
    unrounded, None where the step states a fact; ``legal_basis`` is that of this step.
    """

    label: str
    formula: str
    result: float | None = None
    unit: str = ""
    legal_basis: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the step as JSON values."""
        return {
            "label": self.label,
            "formula": self.formula,
            "result": self.result,
            "unit": self.unit,
            "legal_basis": self.legal_basis,
        }


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Result of one check on one plan.

    ``value`` and ``limit`` are unrounded, in ``unit`` ("m", "m²" or "" for ratios), given whenever they can be
    computed. ``tolerance`` is in ``unit`` as well, None where the
    value is compared exactly or there is none. ``geometry`` shows the finding, in the
    working CRS (``crs``, e.g. "EPSG:25832"). ``sources`` names the layers used: layer, snapshot, source, date.
    ``message`` is for lay people, ``steps`` are the whole computation for experts. ``versions`` names the rule pack
    (its digest and the day of the law) and the software: the same inputs and versions give the same bytes. ``advice``
    and ``labels`` are those of the check: ``label`` is what people read as the verdict.
    """

    plan: str
    check: str
    verdict: Verdict
    message: str
    value: float | None = None
    limit: float | None = None
    unit: str = ""
    tolerance: float | None = None
    legal_basis: str = ""
    parcels: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    geometry: BaseGeometry | None = None
    assumptions: tuple[str, ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ()
    crs: str | None = None
    steps: tuple[Step, ...] = ()
    neighbour_protecting: bool | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    advice: bool = False
    labels: Mapping[Verdict, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """German word for the verdict: that of the check where it has one of its own."""
        return self.labels.get(self.verdict, self.verdict.label)

    def replace(self, **changes: Any) -> CheckResult:
        """Return a copy with changed fields."""
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """Return the result as strict JSON values (no NaN), ``geometry`` as GeoJSON in the working CRS."""
        details = dict(self.details)
        details["crs"] = self.crs
        details["assumptions"] = list(self.assumptions)
        details["sources"] = [dict(source) for source in self.sources]
        details["steps"] = [step.to_json() for step in self.steps]
        details["neighbour_protecting"] = self.neighbour_protecting
        details["versions"] = dict(self.versions)
        details["label"] = self.label
        details["advice"] = self.advice
        details["unverified"] = list(unverified_bases(details))
        geometry = None
        if self.geometry is not None and not self.geometry.is_empty:
            geometry = json.loads(shapely.to_geojson(self.geometry))
        result = {
            "plan": self.plan,
            "check": self.check,
            "verdict": self.verdict.value,
            "value": self.value,
            "limit": self.limit,
            "unit": self.unit,
            "tolerance": self.tolerance,
            "legal_basis": self.legal_basis,
            "parcels": list(self.parcels),
            "message": self.message,
            "details": details,
            "geometry": geometry,
        }
        strict: dict[str, Any] = _strict(result)
        return strict


def unverified_bases(details: Mapping[str, Any]) -> tuple[str, ...]:
    """Legal bases behind a result that nobody has compared with the source: of its rules, and of table entries hit.

    ``details`` may be those of a stored result.
    """
    rules = details.get("rules") or ()
    entries = [entry for entry in details.get("answers") or () if entry.get("answer") == "hit"]
    found = [str(entry["legal_basis"]) for entry in (*rules, *entries) if entry.get("verified") is False]
    return tuple(dict.fromkeys(found))


def _strict(value: Any) -> Any:
    """Turn NaN and infinity into null and tuples into lists, at any depth."""
    if isinstance(value, Mapping):
        return {str(key): _strict(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value
