"""The proposed neighbours of a case as officers read them, from the last check run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from permits.check_titles import check_order, check_title, relation_text
from permits.models import CheckRun
from permits.services.findings_out import number_text


@dataclass(frozen=True)
class ConcernRow:
    """A check that concerns a neighbour; ``protecting`` says in German whether neighbours can rely on the rule."""

    check: str
    title: str
    verdict: str
    text: str
    protecting: str


@dataclass(frozen=True)
class NeighbourRow:
    """A parcel beside the site: number, relation, and how long or how far, in words."""

    parcel_id: str
    name: str
    relation: str
    length: str
    street: bool
    concerns: tuple[ConcernRow, ...]


@dataclass(frozen=True)
class NeighbourTable:
    """The proposal with what it leaves open; ``known`` is False for a run that did not look for neighbours.

    ``for_all`` are checks that concern every neighbour alike; the rows name the others.
    """

    known: bool
    rows: tuple[NeighbourRow, ...]
    for_all: tuple[ConcernRow, ...]
    unknown: tuple[str, ...]
    assumptions: tuple[str, ...]
    within: str
    rule: str
    unverified: bool


def neighbour_table(run: CheckRun | None) -> NeighbourTable:
    """Return the neighbours that a run found; an empty table says why, never that there are none."""
    found: Mapping[str, Any] = run.neighbours if run else {}
    rule: Mapping[str, Any] = found.get("rule") or {}
    rows = [_row(entry) for entry in found.get("neighbours") or ()]
    for_all = _for_all(rows)
    return NeighbourTable(
        known=bool(found),
        rows=tuple(replace(row, concerns=tuple(c for c in row.concerns if c not in for_all)) for row in rows),
        for_all=for_all,
        unknown=tuple(found.get("unknown") or ()),
        assumptions=tuple(found.get("assumptions") or ()),
        within=number_text(found.get("within_m"), "m"),
        rule=rule.get("legal_basis", ""),
        unverified=rule.get("verified") is False,
    )


def _for_all(rows: Sequence[NeighbourRow]) -> tuple[ConcernRow, ...]:
    """Concerns that nothing but being a neighbour calls for: the same, without place, on every row but streets."""
    people = [row for row in rows if not row.street]
    first = people[0].concerns if people else ()
    return tuple(c for c in first if not c.text and all(c in row.concerns for row in people))


def _row(entry: Mapping[str, Any]) -> NeighbourRow:
    shared, away = float(entry["shared_m"]), number_text(entry["distance_m"], "m")
    concerns = sorted(entry["concerns"], key=lambda concern: check_order(concern["check"]))
    return NeighbourRow(
        parcel_id=entry["parcel_id"],
        name=entry["name"],
        relation="öffentliche Verkehrsfläche" if entry["street"] else relation_text(entry["relation"]),
        length=f"{number_text(shared, 'm')} gemeinsam" if shared else f"{away} entfernt",
        street=bool(entry["street"]),
        concerns=tuple(
            ConcernRow(
                check=concern["check"],
                title=check_title(concern["check"]),
                verdict=concern["verdict"],
                text=concern["text"],
                protecting=_PROTECTING[concern["neighbour_protecting"]],
            )
            for concern in concerns
        ),
    )


_PROTECTING: Mapping[bool | None, str] = {
    True: "nachbarschützend",
    False: "nicht nachbarschützend",
    None: "Nachbarschutz nicht geklärt",
}
