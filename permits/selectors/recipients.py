"""Whom the papers of a case are for."""

from permits.models import Party, PartyRole, PermitCase


def recipients_of(case: PermitCase) -> list[Party]:
    """Return on whom a notice is served: the representative where one is appointed (§ 14 Abs. 3 VwVfG), else owners."""
    representatives = list(case.parties.filter(role=PartyRole.REPRESENTATIVE).order_by("pk"))
    return representatives or list(case.parties.filter(role=PartyRole.APPLICANT).order_by("pk"))
