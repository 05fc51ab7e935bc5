"""Collects what could not be taken over from a plan, and says it in few sentences."""

from collections.abc import Callable
from dataclasses import dataclass, field

from gis.planning.model import BindingPlan, PlanObject

_SHOWN = 3


@dataclass
class Remarks:
    """Remarks about the objects of one plan, by layer; equal ones become one sentence."""

    plan: BindingPlan
    _found: dict[str, dict[tuple[str, str], list[str]]] = field(default_factory=dict)

    def about(self, layer: str) -> Callable[[PlanObject, str], None]:
        """A function that takes remarks for a layer: (object, rest of the sentence after its name)."""
        found = self._found.setdefault(layer, {})

        def remark(item: PlanObject, text: str) -> None:
            found.setdefault((item.kind, text), []).append(item.id)

        return remark

    def of(self, layer: str) -> list[str]:
        """German sentences about a layer."""
        return [
            f"Plan „{self.plan.name}“, {kind} {_listed(ids)}: {text}"
            for (kind, text), ids in self._found.get(layer, {}).items()
        ]


def _listed(ids: list[str]) -> str:
    shown = ", ".join(ids[:_SHOWN])
    return shown if len(ids) <= _SHOWN else f"{shown} und {len(ids) - _SHOWN} weitere"
