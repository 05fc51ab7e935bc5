"""Heights that a plan states for a building: whether they can be true together with its other figures."""

from __future__ import annotations

import math

import numpy as np

from gis.checks.context import CheckContext
from gis.checks.figures import ROUNDING_M, RULE
from gis.checks.roofs import RoofHeights, highest_possible, roof_heights
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


def height_bounds(context: CheckContext, feature: PlanFeature) -> RoofHeights:
    """Heights that the edges of a building have at least and at most, shape (n,) in metres; NaN where nobody knows.

    Gables are reduced (rule ``gables``), roofs that nobody described are reckoned at their worst. A wall without height
    is at least as high as the stated eaves and at most as high as the stated ridge. Heights that contradict other
    figures of the plan (:func:`height_conflict`) are no upper bound.
    """
    gables = context.rules.rule("gables").values
    ignored = float(gables["ignored_width_m"])
    found = roof_heights(context, feature, ignored, float(gables["jog_m"]))
    least, most = found.least.copy(), found.most.copy()
    if height_conflict(context, feature):
        least[least <= 0], most[:] = np.nan, np.nan
    factor = float(context.rules.rule("boundary_distance").values["factor"])
    possible = highest_possible(context, feature, ignored, factor)
    if possible is not None:
        most = np.maximum(most, possible)
    eaves, ridge = feature.eaves_height_m, feature.ridge_height_m
    unknown = np.isnan(found.most)
    if eaves is not None and eaves > 0:
        least[unknown] = eaves
    if ridge is not None and ridge > 0:
        most[unknown] = max(ridge, eaves or 0.0)
    return RoofHeights(least, most, found.gables)
