"""Who did something on a case, by role and never by name: for lists that outsiders may come to read."""

from uuid import UUID

from permits.models import Membership, PartyRole, PermitCase, Role, User

SYSTEM = "System"
APPLICANT_SIDE = "Antragstellerseite"
AUTHORITY = "Behörde"
PARTY_WORDS = {
    PartyRole.APPLICANT: "Bauherrschaft",
    PartyRole.REPRESENTATIVE: "Bevollmächtigte",
    PartyRole.DESIGNER: "Entwurfsverfassung",
}
# Of several roles in an authority the one that says most.
ROLE_ORDER = (
    *(Role.HEAD_OF_UNIT, Role.CASE_OFFICER, Role.REGISTRY, Role.CONSULTEE, Role.CASHIER),
    *(Role.AUDITOR, Role.AUTHORITY_ADMIN),
)
ROLE_WORDS = {Role.HEAD_OF_UNIT: "Leitung"}


class Authorship:
    """The roles of everybody who ever worked on a case. Two queries, whatever is asked.

    A role in the authority counts before one as a party, and also where the membership has ended.
    """

    def __init__(self, case: PermitCase) -> None:
        self._words: dict[UUID, str] = {}
        parties = case.parties.filter(user__isnull=False, role__in=PARTY_WORDS).select_related("user")
        for part in reversed(PARTY_WORDS):
            self._words |= {row.user.uuid: PARTY_WORDS[part] for row in parties if row.user and row.role == part}
        members = Membership.objects.filter(authority=case.authority).select_related("user")
        for role in reversed(ROLE_ORDER):
            word = ROLE_WORDS.get(role, role.label)
            self._words |= {row.user.uuid: word for row in members if row.role == role}

    def of(self, user: User | None) -> str:
        """Return the role of ``user``; nobody is the system."""
        return self.of_uuid(user.uuid if user else None)

    def of_uuid(self, uuid: UUID | None) -> str:
        """Return the role of the person with that public UUID."""
        return SYSTEM if uuid is None else self._words.get(uuid, APPLICANT_SIDE)
