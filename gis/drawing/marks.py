"""Numbers that tell findings apart which look alike: "(2)" in the legend and at everything that the entry explains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gis.drawing.evidence import Evidence, Look

#: What is looked at closely; plain dimension lines and areas that merely count explain themselves.
_JUDGED = frozenset({Look.VIOLATION, Look.DOUBT, Look.UNKNOWN, Look.FOUND})


def marks_of(evidence: Evidence) -> Mapping[str, str]:
    """Marks by legend text, for the entries that share their symbol with another; numbered in order of drawing."""
    alike: dict[tuple[str, Look], list[str]] = {}
    for kind, look, legend in _entries(evidence):
        if look in _JUDGED and legend not in alike.setdefault((kind, look), []):
            alike[kind, look].append(legend)
    shared = [legend for legends in alike.values() if len(legends) > 1 for legend in legends]
    return {legend: f"({number})" for number, legend in enumerate(dict.fromkeys(shared), start=1)}


def _entries(evidence: Evidence) -> Iterator[tuple[str, Look, str]]:
    yield from (("area", area.look, area.legend) for area in evidence.areas if not area.geometry.is_empty)
    yield from (("line", measure.look, measure.legend) for measure in evidence.measures)
