"""Whether the plans on the site bind anybody: what their data say of their legal status (Rechtsstand)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from gis.checks.context import CheckContext
from gis.layers import LayerWindow
from gis.site_context import texts

RULE = "plan_in_force"


def not_in_force(context: CheckContext, window: LayerWindow, rows: Iterable[int]) -> str | None:
    """German sentence on the first plan among some rows of ``zoning`` that does not bind; None where all may.

    A row that states neither status nor day counts as in force: layers derived from plans hold such plans only.
    """
    rule = context.rules.rule(RULE)
    words = {word.casefold(): True for word in rule.values["in_force"]}
    words |= {word.casefold(): False for word in rule.values["not_in_force"]}
    words |= {word.casefold(): True for word in rule.values["not_stated"]}
    names, statuses, days = (texts(window, name) for name in ("plan_id", "legal_status", "in_force_since"))
    for row in rows:
        plan = f"Der Bebauungsplan {names[row]}" if names[row] else "Der Bebauungsplan"
        status, since = (statuses[row] or "").strip(), _day(days[row])
        known = words.get(status.casefold()) if status else True
        if known is None:
            return (
                f"{plan} hat in den Daten den Rechtsstand „{status}“; ob er gilt, ist zu prüfen ({rule.legal_basis})."
            )
        if not known:
            reason = f"ist nach seinem Rechtsstand „{status}“ nicht in Kraft und setzt nichts fest"
            return f"{plan} {reason} ({rule.legal_basis})."
        if since is not None and since > context.rules.on:
            day = since.strftime("%d.%m.%Y")
            return f"{plan} tritt erst am {day} in Kraft und setzt noch nichts fest ({rule.legal_basis})."
    return None


def _day(text: str | None) -> date | None:
    """Day of a text that begins with one (2026-11-23)."""
    match = re.match(r"\d{4}-\d{2}-\d{2}", text or "")
    try:
        return date.fromisoformat(match[0]) if match else None
    except ValueError:
        return None
