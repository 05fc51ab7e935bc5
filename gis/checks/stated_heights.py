"""Heights that a plan states for a building: whether they can be true together with its other figures."""

from __future__ import annotations

import math

import numpy as np

from gis.checks.context import CheckContext
from gis.checks.figures import ROUNDING_M, RULE
from gis.siteplan import PlanFeature
from gis.wording import metres


def height_conflict(context: CheckContext, feature: PlanFeature) -> str:
    """German sentence that names figures which contradict the stated heights; "" where none do or none are stated.

    All contradictions found here mean that the building is higher than stated: walls of no height, more storeys than
    fit under its highest point (rule ``stated_figures``), or a floor above that point.
    """
    _, walls, _ = context.edges(feature)
    stated = [float(height) for height in walls if not math.isnan(height)]
    if not stated:
        return ""
    name = f"{feature.role.label} {feature.id}"
    if max(stated) <= 0:
        return (
            f"Für {name} ist eine Wandhöhe von {metres(max(stated))} angegeben. Bitte geben Sie die Höhe der "
            "Außenwände über dem gewachsenen Gelände an."
        )
    highest = max(h for h in (*stated, feature.ridge_height_m, feature.eaves_height_m) if h is not None)
    if np.isnan(walls).any() and feature.ridge_height_m is None:
        return ""  # the wall without height may be the highest
    figure = f"nach den angegebenen Höhen ist das Gebäude aber höchstens {metres(highest)} hoch"
    correct = "Bitte berichtigen Sie die Angaben zur Höhe"
    values = context.rules.rule(RULE).values
    storeys = feature.storeys or 0
    least = storeys * float(values["least_storey_m"]) - float(values["below_ground_m"])
    if storeys > 0 and highest < least - ROUNDING_M:
        return (
            f"{name} soll {storeys} Geschosse haben; {figure}, für {storeys} Geschosse braucht es mindestens "
            f"{metres(least)}. {correct} oder die Zahl der Geschosse."
        )
    floor = feature.top_floor_level_m
    if floor is not None and highest < floor - ROUNDING_M:
        return (
            f"Der Fußboden des obersten Geschosses von {name} soll {metres(floor)} über dem Gelände liegen; {figure}. "
            f"{correct} oder die Höhe des Fußbodens."
        )
    return ""
