"""Whether the fiction of a permit (§ 70a NBauO, § 42a VwVfG) applies to a case: yes, no, or not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from permits.law import FictionScope, Law
from permits.models import PermitCase, Proposal


@dataclass(frozen=True)
class FictionAnswer:
    """Antwort: ``applies`` is None where inputs are missing, which is never the same as "no". ``reason`` is German."""

    applies: bool | None
    reason: str
    legal_basis: str
    verified: bool = True
    missing: tuple[str, ...] = ()


def permit_fiction_applies(case: PermitCase, law: Law) -> FictionAnswer:
    """Answer from the proposal and the law's scopes: one scope that holds is enough, all must fail for a "no"."""
    proposal = Proposal.objects.filter(case=case).first()
    clock = law.clock("permit_fiction")
    missing: dict[str, None] = {}
    for scope in law.fiction_scopes.values():
        holds, unknown = _holds(scope, case.procedure, proposal)
        if holds:
            return FictionAnswer(True, scope.statement, scope.legal_basis, scope.verified)
        if holds is None:
            missing.update(dict.fromkeys(unknown))
    if missing:
        words = ", ".join(missing)
        reason = f"Ob die Genehmigungsfiktion gilt, steht noch nicht fest. Es fehlen Angaben: {words}."
        return FictionAnswer(None, reason, clock.legal_basis, clock.verified, tuple(missing))
    reason = "Das Vorhaben gehört nicht zu den Fällen, für die eine Genehmigungsfiktion vorgesehen ist."
    return FictionAnswer(False, reason, clock.legal_basis, clock.verified)


def _holds(scope: FictionScope, procedure: str, proposal: Proposal | None) -> tuple[bool | None, Sequence[str]]:
    """Return whether a scope holds (None: not known), and the German names of what is missing."""
    measures = list(proposal.measure_codes or []) if proposal else []
    structure = proposal.structure_code if proposal else ""
    answers: list[tuple[bool | None, str]] = [(procedure in scope.procedures, "Verfahrensart")]
    if scope.measures:
        known = bool(set(measures) & set(scope.measures)) if measures else None
        answers.append((known, "Art der Maßnahme"))
    if scope.structures:
        answers.append((structure in scope.structures if structure else None, "Art der baulichen Anlage"))
    for wanted, given, name in (
        (scope.residential, proposal.is_residential if proposal else None, "überwiegende Wohnnutzung"),
        (scope.creates_housing, proposal.creates_housing if proposal else None, "Schaffung von Wohnraum"),
        (scope.special_building, proposal.is_special_building if proposal else None, "Sonderbau"),
    ):
        if wanted is not None:
            answers.append((None if given is None else given is wanted, name))
    if any(answer is False for answer, _ in answers):
        return False, ()
    unknown = [name for answer, name in answers if answer is None]
    return (None if unknown else True), unknown
