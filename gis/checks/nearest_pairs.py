"""Which pairs of walls a verdict and its list need; nothing less urgent is worth an exact look."""

from __future__ import annotations

import math
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from gis.site_context import UnassessableError

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]

#: So many steps an answer may cost: exact distances and crossings of walls, and cheap comparisons of their boxes.
MOST_EXACT = 4_000_000
MOST_ROUGH = 200_000_000


class Stage(IntEnum):
    """How two walls come to face each other; pairs are in the order of stage, buildings, walls."""

    SEPARATE = 0
    ONE_BUILDING = 1
    TOUCHING = 2


class Budget:
    """Counts what is examined; a plan that asks for too much is not assessable instead of never answered."""

    def __init__(self, exact: int = MOST_EXACT, rough: int = MOST_ROUGH) -> None:
        self.exact, self.rough = 0, 0
        self._most_exact, self._most_rough = exact, rough

    def spend(self, *, exact: int = 0, rough: int = 0) -> None:
        """Count work about to be done; raise :class:`UnassessableError` where it goes beyond what can be examined."""
        self.exact += exact
        self.rough += rough
        if self.exact > self._most_exact or self.rough > self._most_rough:
            raise UnassessableError(
                "Auf dem Baugrundstück liegen so viele Wände nahe beieinander, dass sich ihre Abstände nicht alle "
                "ermitteln ließen. Bitte vereinfachen Sie die Umrisse (etwa Bögen mit weniger Stützpunkten) oder "
                "prüfen Sie die Abstände zwischen den Gebäuden von Hand."
            )


class NearestPairs:
    """Examined pairs, and up to which bound others still matter.

    Of all pairs the ``listed`` most urgent are wanted, and the first of each kind by which a verdict is found. The
    urgency is the margin, or the distance where it is not known what to keep (``required`` is NaN).
    """

    def __init__(self, listed: int) -> None:
        self._listed = listed
        self._columns: list[tuple[NDArray[np.generic], ...]] = []
        self._most_urgent: Floats = np.empty(0)
        self._separate = self._known = self._blind = math.inf

    def add(self, stage: Stage, a: Ints, b: Ints, i: Ints, j: Ints, distance: Floats, required: Floats) -> None:
        """Add examined pairs: walls i and j of buildings a and b, how far apart, and how far they have to be."""
        if not len(a):
            return
        self._columns.append((np.full(len(a), int(stage)), a, b, i, j, distance, required))
        blind = np.isnan(required)
        margin = distance - required
        urgency = np.where(blind, distance, margin)
        self._most_urgent = np.sort(np.concatenate([self._most_urgent, urgency]))[: self._listed]
        if blind.any():
            self._blind = min(self._blind, float(distance[blind].min()))
        if not blind.all():
            least = float(margin[~blind].min())
            self._known = min(self._known, least)
            if stage is Stage.SEPARATE:
                self._separate = min(self._separate, least)

    def matters(self, stage: Stage) -> tuple[float, float]:
        """Bounds up to which pairs still matter: of margins where they are known, of distances where they are not.

        A pair at the bound itself matters: of equal ones the first is named.
        """
        full = len(self._most_urgent) == self._listed
        listed = float(self._most_urgent[-1]) if full else math.inf
        known = self._separate if stage is Stage.SEPARATE else self._known
        if not math.isinf(self._blind):
            known = min(known, 0.0)  # beside an unknown height only what falls short says more
        return max(listed, known), max(listed, self._blind)

    def chosen(self) -> tuple[NDArray[np.generic], ...]:
        """The pairs wanted, in order: stage, a, b, i, j, distance, required."""
        if not self._columns:
            return tuple(np.empty(0, dtype=kind) for kind in (int, int, int, int, int, float, float))
        stage, a, b, i, j, distance, required = (np.concatenate(column) for column in zip(*self._columns, strict=True))
        order = np.lexsort((j, i, b, a, stage))
        stage, a, b, i, j, distance, required = (
            column[order] for column in (stage, a, b, i, j, distance, required)
        )  # fmt: skip
        blind = np.isnan(required)
        margin = distance - required
        urgency = np.where(blind, distance, margin)
        wanted = set(np.argsort(urgency, kind="stable")[: self._listed].tolist())
        kinds = ((~blind, margin), (~blind & (stage == Stage.SEPARATE), margin), (blind, distance))
        wanted |= {int(np.argmin(np.where(kind, key, np.inf))) for kind, key in kinds if kind.any()}
        keep = sorted(wanted)
        return tuple(column[keep] for column in (stage, a, b, i, j, distance, required))
