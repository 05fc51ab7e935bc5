"""When a text block is proposed: with every application, after a finding, or because of where the site lies.

A trigger is a short text that a version stores: ``always``, ``overlay:<area>``, ``check:<check>:<verdict>``.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache

from gis.checks import CHECKS
from gis.checks.result import Verdict
from gis.rules import RulePackError, load_rules
from permits import legal_time
from permits.check_titles import check_order, check_title, verdict_text

ALWAYS = "always"
OVERLAY = "overlay"
CHECK = "check"
#: The check that answers for each area of the rule pack's table.
AREAS_CHECK = "overlays"
#: Verdicts after which somebody may want to write a condition.
_VERDICTS = (Verdict.FAILED, Verdict.BORDERLINE, Verdict.NOT_ASSESSABLE)

Group = tuple[str, Sequence[tuple[str, str]]]


def trigger_groups(land: str) -> list[Group]:
    """Return all triggers of a Land as grouped choices: (heading, [(trigger, German words)])."""
    return [
        ("Verfahren", [(ALWAYS, "Bei jedem Antrag der gewählten Verfahren")]),
        ("Gebiete, in oder nahe denen das Vorhaben liegt", list(_areas(land, legal_time.today()).items())),
        ("Ergebnisse der geometrischen Prüfung", list(_findings().items())),
    ]


def trigger_labels(land: str) -> Mapping[str, str]:
    """Return the German words of every trigger of a Land."""
    return {trigger: label for _, choices in trigger_groups(land) for trigger, label in choices}


@lru_cache(maxsize=16)
def _areas(land: str, on: dt.date) -> dict[str, str]:
    try:
        definitions = load_rules(land, on).rule(AREAS_CHECK).values["definitions"]
    except RulePackError:
        # A Land without rules for areas has no such findings either.
        return {}
    return {f"{OVERLAY}:{row['id']}": str(row["title"]) for row in definitions}


@lru_cache(maxsize=1)
def _findings() -> dict[str, str]:
    checks = sorted((check for check in CHECKS if check != AREAS_CHECK), key=check_order)
    return {
        f"{CHECK}:{check}:{verdict.value}": f"{check_title(check)}: {verdict_text(check, verdict.value)}"
        for check in checks
        for verdict in _VERDICTS
    }
