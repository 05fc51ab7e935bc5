"""Check many plans against layers: what ``manage.py check_site_plans`` does, as a function without any framework."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gis.checks import CheckResult, Verdict, run_checks
from gis.crs import is_metric
from gis.layers import Layer, Layers, LayerUnavailableError, open_layer_file
from gis.matching import Match, Point
from gis.plan_crs import crs_label
from gis.readers import read_site_plans
from gis.readers.dxf_layer_map import LayerMap
from gis.readers.options import ReadOptions
from gis.rules import RulePack, RulePackError, load_rules
from gis.siteplan import PlanFile, SitePlan, SitePlanError
from gis.validation import DEFAULT_LIMITS, Limits

#: What stands in the place of a check for a plan that cannot be read.
INPUT = "input"


class CheckingError(Exception):
    """A file, layer or rule pack that checking needs cannot be read; the message is a German sentence."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything read and ready. ``error``: the plan file as a whole is unreadable, no plan was read."""

    plans: PlanFile
    layers: Layers
    rules: RulePack
    error: SitePlanError | None = None


def open_inputs(
    plans: Path,
    layers: Iterable[tuple[str, Path]],
    *,
    rules: str,
    on: date,
    limits: Limits = DEFAULT_LIMITS,
    layer_maps: Sequence[LayerMap] = (),
    match: Sequence[tuple[Point, Point]] = (),
) -> Inputs:
    """Read rule pack, layers (each once, into memory) and plans.

    Parameters
    ----------
    layer_maps : layer maps for drawings, tried before the built-in ones
    match : two pairs of a point in the drawing and the same point on the ground, in the CRS of the parcels

    Raises
    ------
    CheckingError
        For a layer, rule pack or matched points that cannot be used; an unreadable plan file is in ``Inputs.error``.
    """
    try:
        pack = load_rules(rules, on)
        opened: dict[str, Layer] = {}
        for name, path in layers:
            if name in opened:
                raise CheckingError(f"Die Ebene „{name}“ ist mehrfach angegeben.")
            opened[name] = open_layer_file(name, path)
    except RulePackError as error:
        raise CheckingError(str(error)) from error
    except LayerUnavailableError as error:
        raise CheckingError(f"Die Ebene „{name}“ ist nicht lesbar: {error.reason}") from error
    parcels = opened.get("parcels")
    if parcels is not None and not is_metric(parcels.info.crs):
        raise CheckingError(
            f"Die Flurstücke liegen im Koordinatenreferenzsystem {crs_label(parcels.info.crs)}, nicht in Metern. "
            "Bitte geben Sie die Ebene in einem ebenen System an, zum Beispiel EPSG:25832."
        )
    options = ReadOptions(tuple(layer_maps), _match(match, parcels))
    try:
        return Inputs(read_site_plans(plans, limits=limits, options=options), opened, pack)
    except SitePlanError as error:
        return Inputs(PlanFile((), {plans.stem: error}), opened, pack, error)


def _match(pairs: Sequence[tuple[Point, Point]], parcels: Layer | None) -> Match | None:
    if not pairs:
        return None
    if len(pairs) != 2:
        raise CheckingError(f"Zum Einpassen einer Zeichnung braucht es zwei Passpunkte, nicht {len(pairs)}.")
    if parcels is None:
        raise CheckingError("Passpunkte liegen im System der Flurstücke; bitte geben Sie die Ebene parcels an.")
    (first, here), (second, there) = pairs
    try:
        return Match((first, second), (here, there), parcels.info.crs)
    except SitePlanError as error:
        raise CheckingError(error.text) from error


def check_plans(plans: PlanFile, layers: Layers, rules: RulePack) -> Iterator[CheckResult]:
    """Yield the results of all checks, sorted by plan, then check; one ``input`` result for an unreadable plan."""
    readable = {plan.plan: plan for plan in plans.plans}
    for name in sorted(readable.keys() | plans.refused.keys()):
        if name in plans.refused:
            yield unreadable(name, plans.refused[name])
        else:
            yield from _check(readable[name], layers, rules)


def _check(plan: SitePlan, layers: Layers, rules: RulePack) -> list[CheckResult]:
    try:
        return sorted(run_checks(plan, layers, rules), key=lambda result: result.check)
    except SitePlanError as error:
        return [unreadable(plan.plan, error)]


def unreadable(plan: str, error: SitePlanError) -> CheckResult:
    """The one result of a plan that cannot be read: check ``input``, not assessable, with reason and place."""
    details: dict[str, Any] = {"code": error.code, "place": error.place or None}
    return CheckResult(
        plan, INPUT, Verdict.NOT_ASSESSABLE, f"Der Lageplan ist nicht lesbar. {error.text}", details=details
    )
