"""System checks of the domain: a broken law pack or an unexplained check fails at start, not in use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from gis.checks import CHECKS
from gis.checks.self_check import check_gaps
from gis.rules import RulePackError, load_rules
from gis.rules import available_lands as lands_with_rules
from permits import legal_time
from permits.law import Law, LawPack, LawPackError, available_lands, law
from permits.models import CaseStatus, Channel, ConditionKind, FindingKind, PartyRole
from permits.selectors.layer_sources import configured_sources
from permits.services.plan_reading import own_layer_maps

# What the code asks for by name. A pack without one of these would fail in the middle of a procedure.
CLOCKS = (
    "permit_fiction",
    "formal_check",
    "information_request",
    "deemed_withdrawal",
    "remedy",
    "remedy_without_instruction",
    "hearing",
)
ENUMS: dict[str, Iterable[str]] = {
    "portal_status": CaseStatus.values,
    "condition_kinds": ConditionKind.values,
    "finding_kinds": FindingKind.values,
    "party_roles": PartyRole.values,
    "service_rules": Channel.values,
    "clocks": CLOCKS,
}
CODE_LISTS = ("measures", "structures", "building_classes", "entitlements", "chambers")


@register()
def check_law_packs(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Load every law pack as of today and look for what the code needs."""
    del app_configs, kwargs
    lands = available_lands()
    if not lands:
        return [Error("Es gibt kein Rechtspaket in permits/law.", id="permits.E001")]
    found: list[CheckMessage] = []
    for land in lands:
        try:
            found += faults(law(land))
        except LawPackError as error:
            found.append(Error(str(error), id="permits.E002"))
    return found


def faults(pack: LawPack) -> list[CheckMessage]:
    """Return what is missing or contradictory in a pack today; its form and citations are checked on reading."""
    in_force = pack.on(legal_time.today())
    messages = [*_missing(in_force), *_broken_references(in_force)]
    return [Error(f"Rechtspaket „{pack.land}“: {message}", id="permits.E003") for message in messages]


def _missing(in_force: Law) -> Iterable[str]:
    for table, keys in ENUMS.items():
        for key in keys:
            if key not in in_force.tables[table]:
                yield f"In „{table}“ fehlt „{key}“."
    for table in CODE_LISTS:
        if not in_force.tables[table]:
            yield f"Die Liste „{table}“ ist leer."
    for procedure in in_force.procedures.values():
        if procedure.implemented and not in_force.required_documents(procedure.id):
            yield f"Für das Verfahren „{procedure.id}“ sind keine Bauvorlagen genannt."
        if procedure.implemented and not procedure.decision_basis.strip():
            yield f"Für das Verfahren „{procedure.id}“ fehlt die Rechtsgrundlage der Entscheidung."


def _broken_references(in_force: Law) -> Iterable[str]:
    for row in in_force.all_required_documents():
        if row.procedure not in in_force.procedures:
            yield f"Die Bauvorlage „{row.id}“ nennt das unbekannte Verfahren „{row.procedure}“."
        for code in row.codes:
            if code not in in_force.document_types:
                yield f"Die Bauvorlage „{row.id}“ nennt die unbekannte Art „{code}“."
    for scope in in_force.fiction_scopes.values():
        unknown = {
            *set(scope.procedures) - set(in_force.procedures),
            *set(scope.measures) - set(in_force.codes("measures")),
            *set(scope.structures) - set(in_force.codes("structures")),
        }
        if unknown:
            yield f"Der Fall „{scope.id}“ der Genehmigungsfiktion nennt Unbekanntes: {', '.join(sorted(unknown))}."
    for text in in_force.remedy_texts.values():
        if text.clock not in in_force.tables["clocks"]:
            yield f"Die Rechtsbehelfsbelehrung „{text.id}“ nennt die unbekannte Frist „{text.clock}“."


@register()
def check_geometric_checks(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a geometric check without legal basis in force, golden cases or explanation."""
    del app_configs, kwargs
    found: list[CheckMessage] = []
    for land in lands_with_rules():
        try:
            rules = load_rules(land, legal_time.today())
        except RulePackError as error:
            found.append(Error(str(error), id="permits.E006"))
            continue
        gaps = [gap for check in CHECKS.values() for gap in check_gaps(check, rules)]
        found += [Error(gap, id="permits.E007", hint="Siehe docs/howto/add-a-check.md.") for gap in dict.fromkeys(gaps)]
    return found


@register()
def check_layer_sources(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Read the file of live sources: a wrong one, or a missing password, is named before anybody relies on it."""
    del app_configs, kwargs
    try:
        configured_sources()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="permits.E004", hint="Siehe LAYER_SOURCES_FILE in docs/operations.md.")]
    return []


@register()
def check_layer_maps(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Read the operator's layer maps for drawings before somebody uploads one."""
    del app_configs, kwargs
    try:
        own_layer_maps()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="permits.E005", hint="Siehe SITE_PLAN_LAYER_MAPS in docs/operations.md.")]
    return []
