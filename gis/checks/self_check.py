"""What a check must bring: an explanation, a legal basis in force, and golden cases. Asked at start, not in use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gis.attributes import AttributeMapError, layer_schema
from gis.checks.golden import golden_gaps
from gis.rules import RulePack, RulePackError

if TYPE_CHECKING:
    from gis.checks import Check

_EXPLANATION = {"title": "Titel", "question": "Frage", "formula": "Formel", "inputs": "Eingaben"}


def check_gaps(check: Check, rules: RulePack) -> Iterator[str]:
    """Yield a German sentence for everything that a check lacks under the rules of a Land in force on a day."""
    lead = f"Der Prüfung „{check.id}“"
    for name, german in _EXPLANATION.items():
        if not str(getattr(check, name)).strip():
            yield f"{lead} fehlt die Angabe „{german}“ ({name})."
    for layer in check.layers:
        try:
            layer_schema(layer)
        except AttributeMapError:
            yield f"Die Prüfung „{check.id}“ nennt die unbekannte Ebene „{layer}“."
    try:
        rule = rules.rule(check.id)
    except RulePackError as error:
        yield f"{lead} fehlt die Rechtsgrundlage: {error}"
    else:
        if not (rule.legal_basis.strip() and rule.source.strip()):
            yield f"{lead} fehlt im Regelwerk „{rules.title}“ die Rechtsgrundlage oder ihre Quelle."
    yield from golden_gaps(check.id)
