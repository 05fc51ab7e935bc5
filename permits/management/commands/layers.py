"""``manage.py layers``: which layers and binding plans are in force, and what was before."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from permits.management.options import add_authority, authority_of
from permits.models import LayerPublication, PermitAuthority, PlanPublication
from permits.selectors.layers import publications_in_force
from permits.selectors.plans import PlanState, binding_plans, layer_history, plan_history


class Command(BaseCommand):
    """One JSON object on stdout: ``layers`` and ``plans``."""

    help = "Zeigt die Ebenen und Bebauungspläne in Kraft, auf Wunsch mit allen früheren Datenständen."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose layers, and how much of them."""
        add_authority(parser, otherwise="die gemeinsamen")
        parser.add_argument("--history", action="store_true", help="Auch frühere Datenstände")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Collect and print."""
        authority = authority_of(options["authority"])
        history: bool = options["history"]
        result = {
            "authority": None if authority is None else authority.slug,
            "layers": [_layer(entry, history) for entry in _in_force(authority)],
            "plans": [_plan(state, history) for state in binding_plans(authority)],
        }
        self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1))


def _in_force(authority: PermitAuthority | None) -> list[LayerPublication]:
    if authority is not None:
        return [entry for _, entry in sorted(publications_in_force(authority).items())]
    newest = LayerPublication.objects.filter(authority=None).order_by("layer", "-number").distinct("layer")
    return list(newest.select_related("snapshot__owner"))


def _layer(entry: LayerPublication, history: bool) -> dict[str, Any]:
    shown = {"layer": entry.layer, "shared": entry.authority_id is None, **_layer_state(entry)}
    if history:
        shown["history"] = [_layer_state(past) for past in layer_history(entry.authority, entry.layer)]
    return shown


def _layer_state(entry: LayerPublication) -> dict[str, Any]:
    snapshot = entry.snapshot
    return {
        "number": entry.number,
        "snapshot": snapshot.snapshot_id,
        "published_at": entry.published_at.isoformat(),
        "date": None if snapshot.as_of is None else snapshot.as_of.isoformat(),
        "source": snapshot.source,
        "features": snapshot.feature_count,
        "skipped": snapshot.skipped_count,
        "derived_from": snapshot.derived_from,
    }


def _plan(state: PlanState, history: bool) -> dict[str, Any]:
    shown = {
        "plan": state.plan.family,
        "shared": state.plan.owner_id is None,
        "name": state.snapshot.name,
        "number": state.snapshot.number,
        "in_force": state.in_force,
        "in_force_since": None if state.snapshot.in_force_since is None else state.snapshot.in_force_since.isoformat(),
        "legal_status": state.snapshot.legal_status,
        **_plan_state(state.publication),
    }
    if history:
        shown["history"] = [_plan_state(past) for past in plan_history(state.plan)]
    return shown


def _plan_state(entry: PlanPublication) -> dict[str, Any]:
    snapshot = entry.snapshot
    return {
        "publication": entry.number,
        "snapshot": None if snapshot is None else snapshot.snapshot_id,
        "published_at": entry.published_at.isoformat(),
        "reason": entry.reason,
        "version": None if snapshot is None else snapshot.version,
        "objects": None if snapshot is None else snapshot.object_count,
        "errors": None if snapshot is None else snapshot.error_count,
        "warnings": None if snapshot is None else snapshot.warning_count,
    }
