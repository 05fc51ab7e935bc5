"""Terraces that keep the distance of a building because they are raised above the ground (NBauO § 5 Abs. 1 Satz 2)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gis.checks.context import CheckContext
from gis.checks.walls import ROUNDING_M
from gis.siteplan import PlanFeature, Role
from gis.wording import metres


@dataclass(frozen=True)
class RaisedTerraces:
    """Terraces with their level (or roof) at every edge, shape (n,) in metres, and what is taken for granted."""

    found: tuple[tuple[PlanFeature, NDArray[np.float64]], ...] = ()
    assumptions: list[str] = field(default_factory=list)


def raised_terraces(context: CheckContext) -> RaisedTerraces:
    """Find the terraces of a plan that are raised; those without any height are taken for level with the ground."""
    terraces = context.plan.by_role(Role.TERRACE)
    if not terraces:
        return RaisedTerraces()
    above = float(context.rules.rule("raised_terraces").values["above_m"])
    found: list[tuple[PlanFeature, NDArray[np.float64]]] = []
    unknown: list[str] = []
    for terrace in terraces:
        _, level, _ = context.edges(terrace)
        for height in (terrace.base_height_m, terrace.eaves_height_m, terrace.ridge_height_m):
            if height is not None:
                level = np.fmax(level, height)
        if np.isnan(level).all():
            unknown.append(terrace.id)
        elif np.nanmax(level) > above + ROUNDING_M:
            found.append((terrace, np.where(np.isnan(level), np.nanmax(level), level)))
    assumptions = []
    if unknown:
        which = f"Terrasse {unknown[0]} liegt" if len(unknown) == 1 else "Terrassen ohne Höhenangabe liegen"
        assumptions.append(f"{which} nicht höher als {metres(above)} über dem Gelände.")
    if found:
        context.rule("raised_terraces")
    return RaisedTerraces(tuple(found), assumptions)
