"""Every address of the site × everybody of the cast and a signed-out visitor (``permission_table.txt``).

A new address without a row fails here, and so does a row without an address. Strangers get 404, never 403.
"""

import copy
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from permits import legal_time
from permits.models import (
    BindingPlan,
    ChangeKind,
    Channel,
    IssuedDocument,
    Level,
    NoticeChange,
    OutgoingMail,
    PermitAuthority,
    PermitCase,
    PlanPublication,
    PlanSnapshot,
    Role,
)
from permits.selectors.layers import publications_in_force
from permits.services.access import grant_case_access
from permits.services.assessment import add_condition
from permits.services.checking import check_site_plan
from permits.services.communication import set_follow_up
from permits.services.letter_parts import save_letter_parts
from permits.services.notice_changes import ChangeText, propose_change
from permits.services.sealing_releases import request_release
from permits.services.text_block_sharing import adopt_version, offer_version
from reports.pdf import RenderedDocument
from tests.cast import Cast
from tests.permits.text_block_cast import block, newest
from tests.workflows.village import PARCEL, add_applicant, fill_in, issue, propose, request_missing, sign, upload
from workflows import actions

TABLE = Path(__file__).with_name("permission_table.txt")
BACKEND = "django.contrib.auth.backends.ModelBackend"
PEOPLE = frozenset(field.name for field in fields(Cast))
VISITOR = "visitor"
OFFICERS = frozenset({"officer", "second_officer", "reviewer"})
STAFF = OFFICERS | {"registry", "auditor"}
APPLICANTS = frozenset({"owner", "designer"})
ELSEWHERE = frozenset({"other_officer", "other_reviewer"})
GROUPS = {
    "everybody": PEOPLE | {VISITOR},
    "signed_in": PEOPLE,
    "owner": frozenset({"owner"}),
    "applicants": APPLICANTS,
    "readers": APPLICANTS | STAFF,
    "staff": STAFF,
    "registering": OFFICERS | {"registry"},
    "officers": OFFICERS,
    "signing": frozenset({"reviewer"}),
    "signers": frozenset({"reviewer", "other_reviewer"}),
    "seal_keeping": frozenset({"admin", "auditor"}),
    "administering": frozenset({"admin"}),
    "team": STAFF | {"admin"},
    "teams": STAFF | ELSEWHERE | {"admin", "other_admin"},
    "auditing": frozenset({"auditor"}),
}
# Where an address means something else by a word than most do.
ANOTHER = {
    "issued_file": {"document": "notice"},
    "staff_issued_file": {"document": "notice"},
    "staff_correct": {"document": "notice"},
    "staff_revoke": {"document": "notice"},
    "staff_decision_pdf": {"version": "decision"},
    "staff_cover_letter": {"service": "by_post"},
}
# Forms that say what they are about, beside the address; all others are sent empty.
FORMS = {
    "staff_finding_remove": ("finding",),
    "layer_restore": ("snapshot",),
    "text_block_offer": ("fassung",),
    "plan_restore": ("snapshot",),
    "member_add": ("authority",),
    "letterhead_restore": ("fassung",),
    "letter_restore": ("place", "fassung"),
    "member_remove": ("authority", "user", "role"),
}
# What somebody who may be here can meet: a page, a redirect, or a refusal of an empty form or of the case's state.
WELCOME = {200, 302, 303, 400, 409, 410, 422}


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    name: str
    method: str
    on: str
    group: str

    def allowed(self) -> frozenset[str]:
        """Who reaches the address; people of the other authority reach pages that are about nothing of this one."""
        people = GROUPS[self.group]
        if self.on == "-" and self.group == "staff":
            return people | ELSEWHERE
        if self.group in {"administering", "seal_keeping"} and not self.about_something():
            return people | {"other_admin"}
        return people

    def about_something(self) -> bool:
        """Whether address or form name something that belongs to the authority."""
        return bool(known()[self.name].pattern.converters) or self.name in FORMS


def rows() -> list[Row]:
    """All lines of the table."""
    lines = (line.split() for line in TABLE.read_text().splitlines())
    return [Row(*words) for words in lines if words and words[0] != "#"]


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    """All addresses below a resolver."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern)
        else:
            yield pattern


def known() -> dict[str, URLPattern]:
    """Every address by name; of two with the same name the one with most arguments."""
    found: dict[str, URLPattern] = {}
    for pattern in patterns(get_resolver()):
        assert pattern.name, f"{pattern.pattern} has no name"
        before = found.get(pattern.name)
        if before is None or len(pattern.pattern.converters) > len(before.pattern.converters):
            found[pattern.name] = pattern
    return found


@dataclass(frozen=True)
class World:
    """A draft, a served case with one of everything, and a signed-in browser for everybody."""

    arguments: dict[str, dict[str, Any]]
    clients: dict[str, Client]

    def address(self, row: Row) -> str:
        """The address of a row, with the ids of what it is about."""
        return reverse(row.name, kwargs=self.words(row))

    def words(self, row: Row) -> dict[str, Any]:
        """The words in the address of a row, by name."""
        another = ANOTHER.get(row.name, {})
        wanted = known()[row.name].pattern.converters
        return {name: self.arguments[row.on][another.get(name, name)] for name in wanted}

    def form(self, row: Row) -> str:
        """The body of a row's request."""
        return urlencode({name: self.arguments[row.on][name] for name in FORMS.get(row.name, ())})


@pytest.fixture
def world(village: dict[str, PermitAuthority], cast: Cast, paper: RenderedDocument) -> World:
    """Made once for all addresses; every request is rolled back."""
    clients = {VISITOR: Client()}
    for person in PEOPLE:
        clients[person] = Client()
        clients[person].force_login(getattr(cast, person), backend=BACKEND)
    authority = village["musterstadt"]
    arguments = {
        "draft": about(draft(cast, authority), cast),
        "case": about(served_case(cast, authority, paper), cast),
    }
    return World(arguments | {"-": about_nothing(authority, cast)}, clients)


def draft(cast: Cast, authority: PermitAuthority) -> PermitCase:
    case = fill_in(cast, authority)
    grant_case_access(case=case, to=cast.designer, level=Level.CONTRIBUTE, by=cast.owner)
    upload(case, cast.owner)
    check_site_plan(case=case, by=cast.owner)
    return case


def served_case(cast: Cast, authority: PermitAuthority, paper: RenderedDocument) -> PermitCase:
    """Granted; Anna Brandt has her notice to fetch, and a second owner gets his by post."""
    case = draft(cast, authority)
    add_applicant(case, cast.owner, cast.designer)
    actions.submit(case=case, by=cast.owner)
    request_missing(case, cast)
    upload(case, cast.designer, title="Ansicht")
    actions.answer_request(case=case, by=cast.designer)
    actions.confirm_completeness(case=case, by=cast.officer)
    actions.on_case(
        add_condition,
        case=case,
        by=cast.officer,
        values={"kind": "requirement", "stage": "general", "text": "Auflage."},
    )
    actions.on_case(set_follow_up, case=case, by=cast.officer, due_on=legal_time.today(), text="Anrufen.")
    actions.finish_assessment(case=case, by=cast.officer)
    propose(case, cast)
    sign(case, cast)
    document = issue(case, paper)
    service = document.services.get(party__user=cast.owner)
    actions.record_retrieval(case=case, by=cast.owner, service=service)
    return case


def about_nothing(authority: PermitAuthority, cast: Cast) -> dict[str, Any]:
    """What addresses name that are about no case; made-up tokens lead to a page that says so."""
    mail = OutgoingMail.objects.filter(user=cast.owner)[0]
    plan = a_plan(authority)
    return {
        "token": "falsch",
        "name": mail.message_id.strip("<>").partition("@")[0],
        "number": "63-2026-99999-B1",
        "uuid": authority.uuid,
        "layer": "parcels",
        "plan": plan.plan.family,
        "snapshot": plan.snapshot_id,
        "authority": authority.uuid,
        "user": cast.registry.uuid,
        "role": Role.REGISTRY,
        **some_text_blocks(authority),
        **a_letter_text(authority, cast),
    }


def a_letter_text(authority: PermitAuthority, cast: Cast) -> dict[str, Any]:
    """A text of the authority for its receipts."""
    texts = {"kind": "receipt", "texts": {"opening": "Guten Tag."}, "based_on": {"opening": 0}}
    save_letter_parts(authority=authority, by=cast.admin, reason="Probe", **texts)  # type: ignore[arg-type]
    return {"kind": "receipt", "place": "opening"}


def some_text_blocks(authority: PermitAuthority) -> dict[str, Any]:
    """A block of Musterstadt that was adopted from the other authority, which offers another one."""
    elsewhere = PermitAuthority.objects.exclude(pk=authority.pk).get()
    versions = [offer_version(version=newest(block(elsewhere, key)), by=None).version for key in ("M-001", "M-002")]
    own = adopt_version(authority=authority, by=None, version=versions[0], key="M-001")
    return {"block": own.uuid, "offered_version": versions[1].uuid, "fassung": "1"}


def a_plan(authority: PermitAuthority) -> PlanSnapshot:
    """A binding plan that is not in force; its state has the id of the parcels' state, so that both can be named."""
    parcels = publications_in_force(authority)["parcels"].snapshot
    plan = BindingPlan.objects.create(owner=authority, family="03999001-12-am-bach")
    snapshot = PlanSnapshot.objects.create(
        plan=plan,
        snapshot_id=parcels.snapshot_id,
        name="Am Bach",
        in_force=False,
        crs="EPSG:25832",
        object_count=1,
        source_sha256="0" * 64,
    )
    PlanPublication.objects.create(plan=plan, number=1, snapshot=snapshot)
    return snapshot


def a_change(case: PermitCase, cast: Cast, notice: IssuedDocument) -> NoticeChange:
    """A correction that waits for the second signature."""
    items = [("Seite 1", "falsch", "richtig")]
    text = ChangeText(ground="obvious_error", reasons="Schreibfehler.", items=items, confirmed=["falsch"])
    return propose_change(case=case, by=cast.officer, document=notice, kind=ChangeKind.CORRECTION, text=text)


def about(case: PermitCase, cast: Cast) -> dict[str, Any]:
    """One of everything that a case has."""
    document = case.documents.get(title="Schnitt")
    run = case.check_runs.get()
    notice = case.issued_documents.filter(kind="permit_notice").first()
    found: dict[str, Any] = {
        "uuid": case.uuid,
        "role": "representative",
        "person": cast.designer.uuid,
        "parcel_id": PARCEL,
        "party": case.parties.get(role="applicant", user=cast.owner).uuid,
        "document": document.uuid,
        "version": document.versions.get().uuid,
        "plan": case.site_plans.get().uuid,
        "run": run.uuid,
        "result": run.results.first().uuid,
    }
    if notice is not None:
        found |= {
            "kind": "receipt",
            "subject": case.submissions.all()[0].uuid,
            "service": notice.services.get(party__user=cast.owner).uuid,
            "by_post": notice.services.get(channel=Channel.POST).uuid,
            "condition": case.conditions.get().uuid,
            "text_version": newest(block(case.authority, "A-001")).uuid,
            "follow_up": case.follow_ups.get(text="Anrufen.").uuid,
            "notice": notice.uuid,
            "change": a_change(case, cast, notice).uuid,
            "seal_request": request_release(
                case=case, by=cast.officer, kind="receipt", subject=str(case.submissions.all()[0].uuid)
            ).uuid,
            "finding": case.completeness_checks.get(number=1).findings.get().pk,
            "decision": case.decision.versions.get().uuid,
        }
    return found


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    names = [row.name for row in rows()]
    assert len(names) == len(set(names)), "a name stands twice"
    assert set(names) == set(known())


def answer(world: World, person: str, row: Row, address: str) -> HttpResponse:
    """What a request gets; what it did is undone, also in the browser."""
    client = world.clients[person]
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        response = client.generic(row.method, address, world.form(row), "application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def is_right(row: Row, person: str, response: HttpResponse) -> bool:
    led_to_sign_in = response.status_code == 302 and response.headers["Location"].startswith(reverse("sign_in"))
    if person in row.allowed():
        return response.status_code in WELCOME and not led_to_sign_in
    return led_to_sign_in if person == VISITOR else response.status_code == 404


@pytest.mark.django_db
def test_everybody_reaches_what_the_table_says_and_nothing_else(world: World) -> None:
    wrong = []
    for row in rows():
        address = world.address(row)
        answers = {person: answer(world, person, row, address) for person in world.clients}
        seen = {
            person: response.status_code for person, response in answers.items() if not is_right(row, person, response)
        }
        wrong += [f"{row.method} {row.name} ({row.group}): {seen}"] if seen else []
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_what_does_not_exist_looks_like_what_is_not_yours(world: World) -> None:
    wrong = []
    for row in rows():
        words = world.words(row)
        if "uuid" in words:
            address = reverse(row.name, kwargs=words | {"uuid": uuid.uuid4()})
            seen = {person: answer(world, person, row, address).status_code for person in ("officer", "owner")}
            wrong += [f"{row.name}: {seen}"] if set(seen.values()) != {404} else []
    assert not wrong, "\n".join(wrong)
