"""The main navigation: what each person may reach, in one list."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from permits.models import Membership, Role, User

STAFF_ROLES = frozenset({Role.REGISTRY, Role.CASE_OFFICER, Role.HEAD_OF_UNIT, Role.CASHIER, Role.AUDITOR})
Roles = frozenset[str]


class Audience(enum.Enum):
    """Who sees a link."""

    EVERYBODY = "everybody"
    APPLICANTS = "applicants"  # signed in, without a role in any authority
    STAFF = "staff"
    CONSULTEES = "consultees"
    ADMINISTRATORS = "administrators"
    AUDITORS = "auditors"
    SIGNERS = "signers"


@dataclass(frozen=True)
class NavigationItem:
    """A link of the main navigation, and who sees it."""

    label: str
    url_name: str
    audience: Audience


@dataclass(frozen=True)
class NavigationLink:
    """What the template shows of an item."""

    label: str
    url: str
    current: bool


# The first link is where a person lands after signing in.
NAVIGATION = (
    NavigationItem("Arbeitsliste", "worklist", Audience.STAFF),
    NavigationItem("Ausgangsregister", "authority_register", Audience.STAFF),
    NavigationItem("Siegelfreigaben", "seal_releases", Audience.SIGNERS),
    NavigationItem("Beteiligungen", "consultations", Audience.CONSULTEES),
    NavigationItem("Behörde", "authority", Audience.ADMINISTRATORS),
    NavigationItem("Protokoll", "authority_log", Audience.AUDITORS),
    NavigationItem("Meine Anträge", "my_applications", Audience.APPLICANTS),
    NavigationItem("Bescheid prüfen", "verify", Audience.EVERYBODY),
    NavigationItem("Hilfe", "help", Audience.EVERYBODY),
)


def roles_of(user: User) -> Roles:
    """Return the roles that ``user`` holds in any authority."""
    return frozenset(Membership.objects.filter(user=user, active=True).values_list("role", flat=True))


def landing_url(request: HttpRequest) -> str:
    """Return where a signed-in person's work is: the first page of their own, else their account."""
    own = [item for item in NAVIGATION if item.audience is not Audience.EVERYBODY]
    return next((link.url for link in _links(request, own)), reverse("profile"))


def navigation_for(request: HttpRequest) -> list[NavigationLink]:
    """Return the links for the person behind ``request``."""
    return _links(request, NAVIGATION)


def _links(request: HttpRequest, items: Iterable[NavigationItem]) -> list[NavigationLink]:
    user = getattr(request, "user", None)
    audiences = _audiences(roles_of(user)) if isinstance(user, User) else {Audience.EVERYBODY}
    links = []
    for item in items:
        url = _address(item.url_name) if item.audience in audiences else ""
        if url:
            links.append(NavigationLink(item.label, url, request.path.startswith(url)))
    return links


def _audiences(roles: Roles) -> set[Audience]:
    audiences = {Audience.EVERYBODY}
    if roles & STAFF_ROLES:
        audiences.add(Audience.STAFF)
    if Role.CONSULTEE in roles:
        audiences.add(Audience.CONSULTEES)
    if Role.AUTHORITY_ADMIN in roles:
        audiences.add(Audience.ADMINISTRATORS)
    if Role.AUDITOR in roles:
        audiences.add(Audience.AUDITORS)
    if Role.HEAD_OF_UNIT in roles:
        audiences.add(Audience.SIGNERS)
    if not roles:
        audiences.add(Audience.APPLICANTS)
    return audiences


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
