"""The sign for the building site: what the law wants on it, and nothing else about people."""

import dataclasses

from django.conf import settings
from django.urls import reverse

from permits import legal_time
from permits.models import ConditionStage, IssuedDocument, PartyRole, PermitCase
from permits.selectors.clock import law_of
from permits.selectors.permit_validity import validity_of
from permits.selectors.register import corrections_of
from permits.services.letters.frame import common
from reports.contexts import Contact, Recipient, Verification
from reports.contexts.site_sign import Paper, SignCorrection, SignEntry, SiteSign

# Roles that the law names and no party of a case has (yet).
OTHER_ROLES = {"site_manager": "Bauleiterin / Bauleiter", "contractor": "Unternehmerinnen und Unternehmer"}


def site_sign(case: PermitCase, permit: IssuedDocument, paper: Paper) -> SiteSign:
    """Return the context of the sign for a granted permit."""
    rule = law_of(case).site_sign()
    validity = validity_of(permit)
    shared = common(case, {"dated_on": legal_time.today()})
    content = permit.decision_version.content if permit.decision_version else None
    conditions = content["conditions"] if content else []
    return SiteSign(
        letterhead=shared["letterhead"],
        recipient=Recipient(address_lines=()),
        contact=Contact(name=case.authority.unit or case.authority.name),
        case=dataclasses.replace(shared["case"], applicant="", applied_on=None),
        dated_on=shared["dated_on"],
        verification=Verification(
            url=settings.SITE_URL + reverse("verify", args=[permit.number]),
            number=permit.number,
            code=permit.verification_code,
        ),
        paper=paper,
        measure=case.proposal.title,
        permit_title=permit.title,
        permit_number=permit.number,
        permit_on=legal_time.legal_day(permit.issued_at),
        entries=tuple(entry for role in rule.people for entry in _entries(case, role)),
        legal_basis=rule.legal_basis,
        unverified=not rule.verified,
        conditions_first=any(row["stage"] == ConditionStage.BEFORE_START for row in conditions),
        valid_until=validity.until if validity else None,
        validity_over=validity is not None and validity.is_over,
        corrections=tuple(SignCorrection(number=row.number, issued_on=row.issued_on) for row in corrections_of(permit)),
    )


def _entries(case: PermitCase, role: str) -> list[SignEntry]:
    """Everybody in a role; a blank to be filled in by hand where nobody is known."""
    title = PartyRole(role).label if role in PartyRole.values else OTHER_ROLES[role]
    parties = case.parties.filter(role=role).order_by("pk") if role in PartyRole.values else ()
    return [SignEntry(role=title, lines=tuple(party.address_lines)) for party in parties] or [SignEntry(role=title)]
