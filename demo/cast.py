"""The demo cast: who they are and what each may see. Passwords are for trying things out only."""

from dataclasses import dataclass

from permits.models import Assurance, Identity, PermitAuthority, Role, User
from permits.services.authorities import add_member

PASSWORD = "Musterstadt-2026"  # noqa: S105 - printed by the demo, for trying things out only


@dataclass(frozen=True)
class Person:
    """A person of the cast; ``role`` and ``authority`` only for staff."""

    key: str
    given_name: str
    family_name: str
    email: str
    task: str
    role: Role | None = None
    authority: str = ""
    phone: str = ""


CAST = (
    # Sees and owns her own applications.
    Person("owner", "Anna", "Brandt", "anna.brandt@example.org", "Bauherrin"),
    # Sees the applications to which he is invited or which he began.
    Person("designer", "David", "Neumann", "david.neumann@example.org", "Entwurfsverfasser"),
    # Sees every submitted case of Musterstadt.
    Person(
        "officer", "Clara", "Vogt", "clara.vogt@musterstadt.example", "Sachbearbeiterin", Role.CASE_OFFICER,
        "musterstadt", "05555 100-23",
    ),
    # A second officer of Musterstadt, for cases on which two work.
    Person(
        "second_officer", "Jonas", "Ehlers", "jonas.ehlers@musterstadt.example", "Sachbearbeiter",
        Role.CASE_OFFICER, "musterstadt", "05555 100-24",
    ),
    # Sees every submitted case of Musterstadt, signs what others wrote.
    Person(
        "reviewer", "Renate", "Stein", "renate.stein@musterstadt.example", "Leitung, Zweitzeichnung",
        Role.HEAD_OF_UNIT, "musterstadt", "05555 100-10",
    ),
    # Receives and assigns cases of Musterstadt, decides nothing.
    Person(
        "registry", "Rosa", "Klein", "rosa.klein@musterstadt.example", "Registratur", Role.REGISTRY, "musterstadt"
    ),
    # Sees no case by her role: consulted authorities get access case by case.
    Person(
        "consultee", "Franka", "Deich", "franka.deich@wasser.example", "Fachstelle (untere Wasserbehörde)",
        Role.CONSULTEE, "musterstadt",
    ),
    # Manages the authority's people and data, sees no case.
    Person(
        "admin", "Adele", "Kranz", "adele.kranz@musterstadt.example", "Fachadministration", Role.AUTHORITY_ADMIN,
        "musterstadt",
    ),
    # Reads every submitted case and its log, changes nothing.
    Person("auditor", "Bernd", "Prüfer", "bernd.pruefer@musterstadt.example", "Revision", Role.AUDITOR, "musterstadt"),
    # Officer, head and administrator of the other authority: see nothing of Musterstadt.
    Person(
        "other_officer", "Ole", "Harms", "ole.harms@beispielland.example", "Sachbearbeiter (Landkreis)",
        Role.CASE_OFFICER, "beispielland",
    ),
    Person(
        "other_reviewer", "Greta", "Lange", "greta.lange@beispielland.example", "Leitung (Landkreis)",
        Role.HEAD_OF_UNIT, "beispielland",
    ),
    # Shares text blocks with Musterstadt, and takes over what Musterstadt offers.
    Person(
        "other_admin", "Ilse", "Wendt", "ilse.wendt@beispielland.example", "Fachadministration (Landkreis)",
        Role.AUTHORITY_ADMIN, "beispielland",
    ),
    # Has an account and nothing else: every case is a 404.
    Person("stranger", "Sven", "Fremd", "sven.fremd@example.org", "Außenstehender"),
)  # fmt: skip


def create_person(person: Person, authorities: dict[str, PermitAuthority], *, password: str = PASSWORD) -> User:
    """Create a person with a confirmed address, a test identity and, for staff, their role. Idempotent."""
    user = User.objects.filter(email__iexact=person.email).first()
    if user is None:
        from permits import legal_time

        user = User.objects.create_user(
            person.email,
            password,
            given_name=person.given_name,
            family_name=person.family_name,
            phone=person.phone,
            email_confirmed_at=legal_time.now(),
        )
        Identity.objects.create(user=user, issuer="local", subject=str(user.uuid), assurance=Assurance.TEST)
    if person.role is not None:
        authority = authorities[person.authority]
        if not user.memberships.filter(authority=authority, role=person.role).exists():
            add_member(authority=authority, user=user, role=person.role, by=None)
    return user


def create_cast(authorities: dict[str, PermitAuthority], *, password: str = PASSWORD) -> dict[str, User]:
    """Create everybody; returns the users by key."""
    return {person.key: create_person(person, authorities, password=password) for person in CAST}
