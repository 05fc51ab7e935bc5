"""Registry of checks: one file per check, the file's name is the check's id.

A check is a pure function ``(context) -> CheckResult``. To add one, add a file here, its legal values to
``gis/rules/*.toml`` and golden tests (docs/howto/add-a-check.md).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from gis.checks.result import ADVICE_LABELS, CheckResult, Verdict

if TYPE_CHECKING:
    from gis.checks.context import CheckContext
    from gis.layers import Layers
    from gis.rules import RulePack
    from gis.siteplan import SitePlan

__all__ = ["CHECKS", "Check", "CheckResult", "Verdict", "register", "run_checks"]

CheckFunction = Callable[["CheckContext"], CheckResult]


@dataclass(frozen=True, slots=True)
class Check:
    """A registered check.

    ``title`` is German; ``unit`` is that of value and limit ("m", "m²", "" for ratios); ``order`` sorts lists, in steps
    with gaps. ``layers`` names the layers that it reads; no verdict is better than "not assessable" where one of them
    fails. ``also_reads`` names those that it may look at and can do without. ``attributes`` are those of a plan's
    features: assumed values among them are listed with every result. ``question``, ``formula`` and ``inputs`` explain
    the check in German.
    ``main_buildings``: it judges main buildings, so that one drawn as outbuilding would slip through.
    ``advice``: the check finds something out or gives a hint, no plan can break it; ``labels`` are German words for
    verdicts where the usual ones read wrong.
    """

    id: str
    title: str
    unit: str
    order: int
    layers: tuple[str, ...]
    attributes: tuple[str, ...]
    question: str
    formula: str
    inputs: str
    function: CheckFunction
    also_reads: tuple[str, ...] = ()
    advice: bool = False
    main_buildings: bool = False
    labels: Mapping[Verdict, str] = field(default_factory=dict)

    def label(self, verdict: Verdict) -> str:
        """German word for a verdict of this check."""
        return self.labels.get(verdict, verdict.label)


_registry: dict[str, Check] = {}
#: All checks by id, in the order in which people read them.
CHECKS = MappingProxyType(_registry)


def register(
    check_id: str,
    *,
    title: str,
    unit: str,
    order: int,
    question: str,
    formula: str,
    inputs: str,
    layers: tuple[str, ...] = ("parcels",),
    also_reads: tuple[str, ...] = (),
    attributes: tuple[str, ...] = (),
    advice: bool = False,
    main_buildings: bool = False,
    labels: Mapping[Verdict, str] | None = None,
) -> Callable[[CheckFunction], CheckFunction]:
    """Register a check under its id, which is also the name of its module. Refuses duplicates."""

    def decorate(function: CheckFunction) -> CheckFunction:
        module = function.__module__.rpartition(".")[2]
        if check_id in _registry:
            raise ValueError(f"check {check_id!r} is registered twice")
        if function.__module__.startswith("gis.checks.") and module != check_id:
            raise ValueError(f"check {check_id!r} must live in gis/checks/{check_id}.py, not in {module}.py")
        words = MappingProxyType({**(ADVICE_LABELS if advice else {}), **(labels or {})})
        _registry[check_id] = Check(
            id=check_id, title=title, unit=unit, order=order, layers=layers, attributes=attributes,
            question=question, formula=formula, inputs=inputs, function=function, also_reads=also_reads,
            advice=advice, main_buildings=main_buildings, labels=words,
        )  # fmt: skip
        return function

    return decorate


def run_checks(
    plan: SitePlan, layers: Layers, rules: RulePack, checks: Iterable[str] | None = None
) -> list[CheckResult]:
    """Run checks (default: all) on a plan and return one result each, in the registry's order.

    The plan may be in any CRS; it is brought to that of the ``parcels`` layer. A plan that does not fit that CRS
    raises :class:`gis.siteplan.SitePlanError`. Missing or failing layers give ``not_assessable``, never an error.
    """
    from gis.checks.context import CheckContext
    from gis.checks.misdrawn import with_drawn_roles

    wanted = set(CHECKS if checks is None else checks)
    if unknown := wanted - set(CHECKS):
        raise KeyError(f"unknown checks: {', '.join(sorted(unknown))}")
    context = CheckContext(plan, layers, rules)
    return [with_drawn_roles(context, context.run(check)) for check in CHECKS.values() if check.id in wanted]


#: Modules that serve checks and are none.
HELPERS = frozenset(
    {
        "accuracy", "ancillary_places", "bay_windows", "boundary", "boundary_case", "boundary_lengths",
        "building_land", "burdens", "context", "counts", "coverage_parts", "crossing", "facing_walls", "figures",
        "footprints", "golden", "house_forms", "judging", "living_rooms", "minor_parts", "misdrawn", "nearest_pairs",
        "parcel_areas", "party_walls", "per_building", "places", "plan_status", "privileged", "privileged_limits",
        "raised_terraces", "rated", "ratio_parts", "reservations", "result", "roofs", "self_check",
        "separate_buildings", "separated_bodies", "stated_heights", "streets", "uses", "wall_pairs",
        "wall_table", "walls", "zones",
    }
)  # fmt: skip


def _load() -> None:
    for module in pkgutil.iter_modules(__path__):
        if module.name not in HELPERS:
            importlib.import_module(f"{__name__}.{module.name}")
    ordered = sorted(_registry.values(), key=lambda check: (check.order, check.id))
    _registry.clear()
    _registry.update({check.id: check for check in ordered})


_load()
