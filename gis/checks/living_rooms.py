"""What the stated use of a building says on rooms for people to stay in (Aufenthaltsräume) and fireplaces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from gis.attributes import normalise
from gis.checks.context import CheckContext
from gis.checks.uses import use_of
from gis.rules import Rule
from gis.siteplan import PlanFeature

#: What parts a use that names several: "Garage mit Abstellraum", "Büro/Lager".
_BETWEEN = re.compile(r"[,;/+&()]|\b(?:und|mit|sowie|oder)\b", re.IGNORECASE)


class Rooms(StrEnum):
    """Whether a building has such rooms, by its stated use."""

    NONE = "none"
    SOME = "some"
    UNKNOWN = "unknown"
    NOT_STATED = "not_stated"


def rooms_of(context: CheckContext, feature: PlanFeature, rule: Rule) -> Rooms:
    """Judge a building by its dwellings and by the uses that ``rule`` (``boundary_buildings``) lists.

    A use that names several things has such rooms as soon as one of them has; a word that is in no list leaves it open.
    """
    if feature.dwellings:
        return Rooms.SOME
    if not feature.use or not normalise(feature.use):
        return Rooms.NOT_STATED
    table = context.rules.rule("land_use").values["uses"] if "land_use" in context.rules.rules else {}
    whole = _of_words(feature.use, rule, table)
    if whole is not Rooms.UNKNOWN:
        return whole
    found = {_of_words(part, rule, table) for part in _BETWEEN.split(feature.use) if normalise(part)}
    return Rooms.SOME if Rooms.SOME in found else Rooms.NONE if found == {Rooms.NONE} else Rooms.UNKNOWN


def _of_words(text: str, rule: Rule, table: Mapping[str, Any]) -> Rooms:
    word = normalise(text)
    if word in {normalise(name) for name in rule.values["uses_without_rooms"]}:
        return Rooms.NONE
    known = use_of(text, table) in set(rule.values["land_uses_with_rooms"])
    return Rooms.SOME if known or word in {normalise(n) for n in rule.values["uses_with_rooms"]} else Rooms.UNKNOWN
