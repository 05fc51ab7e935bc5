"""Links between features: where each must lead, and those that lead nowhere."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from gis.planning.model import PlanProblem
from gis.readers.xplan.names import DRAWING_LINKS, EXPLAINING_LINKS, PART, PLAN, PRESENTATION, REASONS, TEXTS

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class LinkedFeature:
    """A feature as far as links are concerned."""

    id: str
    kind: str
    links: list[tuple[str, str]] = field(default_factory=list)
    geometry: BaseGeometry | None = None

    @property
    def place(self) -> Place | None:
        """Some point of it, in the plan's system."""
        return first_place(self.geometry)


def first_place(geometry: BaseGeometry | None) -> Place | None:
    """First vertex of a geometry, x and y; None where there is none."""
    if geometry is None or geometry.is_empty:
        return None
    x, y = shapely.get_coordinates(geometry)[0].tolist()
    return x, y


def _is_object(kind: str) -> bool:
    return kind not in PRESENTATION and kind not in TEXTS and kind not in {PLAN, PART, REASONS}


def _is(*kinds: str) -> Callable[[str], bool]:
    return lambda kind: kind in kinds


def _is_text(kind: str) -> bool:
    return kind in TEXTS


def _is_drawing(kind: str) -> bool:
    return kind in PRESENTATION


# Link → what it must lead to, and German words for that.
_TARGETS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "gehoertZuBereich": (_is(PART), "ein Bereich"),
    "gehoertZuBP_Bereich": (_is(PART), "ein Bereich"),
    "bereich": (_is(PART), "ein Bereich"),
    "gehoertZuPlan": (_is(PLAN), "ein Plan"),
    "planinhalt": (_is_object, "ein Planinhalt"),
    "dientZurDarstellungVon": (_is_object, "ein Planinhalt"),
    "texte": (_is_text, "ein Textabschnitt"),
    "refTextInhalt": (_is_text, "ein Textabschnitt"),
    "praesentationsobjekt": (_is_drawing, "ein Präsentationsobjekt"),
    "wirdDargestelltDurch": (_is_drawing, "ein Präsentationsobjekt"),
    "begruendungsTexte": (_is(REASONS), "ein Begründungsabschnitt"),
    "refBegruendungInhalt": (_is(REASONS), "ein Begründungsabschnitt"),
}


def leads_right(link: tuple[str, str], kinds: Mapping[str, str]) -> bool:
    """Whether a link (name, target) leads to a feature of the class that it must lead to."""
    found = kinds.get(link[1])
    if found is None:
        return False
    wanted = _TARGETS.get(link[0])
    return wanted is None or wanted[0](found)


def broken_links(features: Iterable[LinkedFeature], kinds: Mapping[str, str]) -> Iterator[PlanProblem]:
    """Links to what is not in the file, or is of the wrong class.

    Parameters
    ----------
    features : those whose links are looked at (links known to be right may be left out)
    kinds : class by gml:id, of every feature in the file
    """
    for feature in features:
        for name, target in feature.links:
            if leads_right((name, target), kinds):
                continue
            wanted, found = _TARGETS.get(name), kinds.get(target)
            if found is None and _is_outside(target):
                if wanted is not None:
                    yield _outside(feature, name, target)
                continue
            what = (
                f"auf {found} ({target}); erwartet ist {wanted[1]}"
                if found is not None and wanted is not None
                else f"auf „{target}“, das es in der Datei nicht gibt"
            )
            minor = name in DRAWING_LINKS or name in EXPLAINING_LINKS
            yield PlanProblem(
                id=feature.id,
                kind="dangling_reference",
                place=feature.place,
                message=f"{feature.kind} {feature.id} verweist mit {name} {what}.",
                severity="warning" if minor else "error",
            )


def _is_outside(target: str) -> bool:
    return ":" in target or "/" in target


def _outside(feature: LinkedFeature, name: str, target: str) -> PlanProblem:
    return PlanProblem(
        id=feature.id,
        kind="external_reference",
        place=feature.place,
        message=(
            f"{feature.kind} {feature.id} verweist mit {name} auf „{target[:120]}“ außerhalb der Datei; "
            "der Verweis wurde nicht verfolgt."
        ),
        severity="warning",
    )
