"""How exact the inputs of a check are: tolerances by how the outlines were taken, and the assumptions behind values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shapely.geometry.base import BaseGeometry

from gis.rules import Rule
from gis.siteplan import Capture, CaptureKind, OriginKind, PlanFeature
from gis.wording import listed, number

#: Id of the rule that holds the tolerances.
RULE = "tolerances"

#: At most this many features are named in one assumption.
_NAMED = 5

#: German names of what a plan gives, with article.
ATTRIBUTE_NAMES = {
    "geometry": "der Umriss",
    "wall_height_m": "die Wandhöhe",
    "base_height_m": "die Höhe der Unterkante",
    "eaves_height_m": "die Traufhöhe",
    "ridge_height_m": "die Firsthöhe",
    "top_floor_level_m": "die Höhe des obersten Fußbodens",
    "ground_level_nhn_m": "die Geländehöhe",
    "street_level_nhn_m": "die Höhe der Straße",
    "storeys": "die Zahl der Geschosse",
    "gross_floor_area_m2": "die Geschossfläche",
    "gross_volume_m3": "die Baumasse",
    "dwellings": "die Zahl der Wohnungen",
    "use": "die Nutzung",
}


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Tolerances for the worst of the outlines that take part in a check.

    ``length_m`` is in metres; ``ratio`` is bare and holds for outlines from vector data and dimension texts.
    """

    capture: Capture
    length_m: float
    area_share: float
    ratio: float
    rule: Rule
    scale_assumed: bool = False

    def area_m2(self, area: BaseGeometry) -> float:
        """Tolerance of an area in m²: a share of it, or perimeter × tolerance of lengths where that is more."""
        return max(self.area_share * float(area.area), float(area.length) * self.length_m)

    def ratio_of(self, area: BaseGeometry, whole_m2: float) -> float:
        """Tolerance of the ratio of an area to ``whole_m2``; wider only where the area was digitised from a sheet."""
        if self.capture.kind is not CaptureKind.DIGITISED or whole_m2 <= 0:
            return self.ratio
        return max(self.ratio, self.area_m2(area) / whole_m2)

    def table(self) -> dict[str, Any]:
        """Return what a result records about its tolerance."""
        return {
            "capture": self.capture.kind.value,
            "scale": self.capture.scale,
            "length_m": self.length_m,
            "area_share": self.area_share,
            "ratio": self.ratio,
            "rule": self.rule.citation(),
        }

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What is assumed about how the outlines were taken."""
        if not self.scale_assumed:
            return ()
        text = "Der Umriss ist digitalisiert, ohne dass ein Maßstab angegeben ist; angenommen ist"
        return (f"{text} 1:{self.capture.scale}.",)


def accuracy_of(features: Iterable[PlanFeature], rule: Rule) -> Accuracy:
    """Return the tolerances for the least exact of the outlines (vector data where there is none)."""
    values = rule.values
    worst: tuple[float, Capture, bool] | None = None
    for capture in dict.fromkeys(feature.provenance.capture for feature in features) or (Capture(),):
        length, used, assumed = _length(capture, values)
        if worst is None or (length, assumed) > (worst[0], worst[2]):
            worst = length, used, assumed
    assert worst is not None  # there is at least the default
    length, capture, assumed = worst
    return Accuracy(capture, length, float(values["area_share"]), float(values["ratio"]), rule, assumed)


def _length(capture: Capture, values: Any) -> tuple[float, Capture, bool]:
    if capture.kind is CaptureKind.DIMENSION_TEXT:
        return float(values["dimension_text_m"]), capture, False
    if capture.kind is CaptureKind.VECTOR:
        return float(values["vector_m"]), capture, False
    scale = capture.scale or int(values["scale_if_unknown"])
    return float(values["paper_m"]) * scale, Capture(capture.kind, scale), capture.scale is None


def assumed_values(features: Iterable[PlanFeature], attributes: Iterable[str]) -> tuple[str, ...]:
    """Return a German sentence for every attribute whose value somebody assumed, naming features and reason."""
    wanted = tuple(dict.fromkeys(("geometry", *attributes)))
    groups: dict[tuple[str, str], list[str]] = {}
    for feature in features:
        for name in wanted:
            origin = feature.provenance.values.get(name)
            if origin is not None and origin.kind is OriginKind.ASSUMED:
                groups.setdefault((name, origin.note), []).append(f"{feature.role.label} {feature.id}")
    sentences = []
    for (name, note), named in groups.items():
        shown = named[:_NAMED] + ([f"{number(len(named) - _NAMED, 0)} weitere"] if len(named) > _NAMED else [])
        reason = f" ({note})" if note else ""
        sentences.append(
            f"Nicht angegeben, sondern angenommen: {ATTRIBUTE_NAMES.get(name, name)} für {listed(shown)}{reason}."
        )
    return tuple(sentences)
