"""Who may open and use which staff page: every address times every role, and what each page offers."""

import re
import uuid

import pytest
from django.db import connection, transaction
from django.test import Client

from permits import legal_time
from permits.models import (
    AuditEvent,
    AuditPayload,
    CaseStatus,
    CheckResult,
    Condition,
    Membership,
    PermitAuthority,
    PermitCase,
    Role,
    User,
)
from permits.services.assessment import add_condition
from permits.services.communication import set_follow_up
from tests.cast import Cast
from workflows import actions
from workflows.urls.staff import urlpatterns

pytestmark = pytest.mark.django_db(transaction=True)
READ_PAGES = (
    "",
    "akte/pruefung/",
    "akte/unterlagen/",
    "akte/vollstaendigkeit/",
    "akte/nebenbestimmungen/",
    "akte/entscheidung/",
    "akte/bekanntgabe/",
    "akte/nachrichten/",
    "akte/vermerke/",
    "akte/fristen/",
    "akte/verlauf/",
)
# What a role needs for each write; everything else is processing.
SIGNING = {"staff_sign", "staff_return"}
REGISTERING = {"staff_assign"}


@pytest.fixture
def case(draft: PermitCase, cast: Cast) -> PermitCase:
    actions.submit(case=draft, by=cast.owner)
    actions.confirm_completeness(case=draft, by=cast.officer)
    values = {"kind": "requirement", "stage": "general", "text": "Auflage."}
    actions.on_case(add_condition, case=draft, by=cast.officer, values=values)
    actions.on_case(set_follow_up, case=draft, by=cast.officer, due_on=legal_time.today(), text="Prüfen")
    return draft


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def write_addresses(case: PermitCase) -> dict[str, str]:
    """Every writing address with ids of this case where there are some."""
    known = {
        "uuid": case.uuid,
        "condition": Condition.objects.get(case=case).uuid,
        "follow_up": case.follow_ups.get().uuid,
        "result": CheckResult.objects.filter(run__case=case)[0].uuid,
    }
    addresses = {}
    for pattern in urlpatterns:
        route = re.sub(r"<slug:\w+>", "receipt", str(pattern.pattern))
        for name in re.findall(r"<uuid:(\w+)>", route):
            route = route.replace(f"<uuid:{name}>", str(known.get(name, uuid.uuid4())))
        addresses[str(pattern.name)] = f"/vorgaenge/{route}"
    return addresses


def test_strangers_and_the_applicants_side_find_no_staff_page(case: PermitCase, cast: Cast) -> None:
    outsiders = (cast.stranger, cast.owner, cast.designer, cast.consultee, cast.admin, cast.other_officer)
    for user in outsiders:
        client = signed_in(user)
        for path in READ_PAGES[1:]:
            assert client.get(f"/vorgaenge/{case.uuid}/{path}").status_code == 404, (user, path)
        for name, path in write_addresses(case).items():
            assert client.post(path).status_code == 404, (user, name)
    visitor = Client()
    for path in READ_PAGES:
        assert visitor.get(f"/vorgaenge/{case.uuid}/{path}").status_code == 302
    for path in write_addresses(case).values():
        assert visitor.post(path)["Location"].startswith("/konto/anmelden/")
    case.refresh_from_db()
    assert case.status == CaseStatus.ASSESSMENT


def test_write_pages_need_their_level(case: PermitCase, cast: Cast) -> None:
    for user, allowed in ((cast.registry, REGISTERING), (cast.auditor, set()), (cast.officer, None)):
        client = signed_in(user)
        for name, path in write_addresses(case).items():
            if allowed is None:
                if name in SIGNING:
                    assert client.post(path).status_code == 404, (user, name)
            elif name not in allowed:
                assert client.post(path).status_code == 404, (user, name)


def test_nothing_is_changed_by_reading(case: PermitCase, cast: Cast) -> None:
    client = signed_in(cast.officer)
    # Two show a form; the text block of the second address does not exist.
    forms = {"staff_condition_change": 200, "staff_condition_from_block": 404}
    for name, path in write_addresses(case).items():
        assert client.get(path).status_code == forms.get(name, 405), name


def test_auditor_and_registry_read_everything_and_see_no_button_they_cannot_use(case: PermitCase, cast: Cast) -> None:
    for user, forms in ((cast.auditor, set()), (cast.registry, {f"/vorgaenge/{case.uuid}/akte/zuweisen/"})):
        client = signed_in(user)
        for path in READ_PAGES:
            response = client.get(f"/vorgaenge/{case.uuid}/{path}")
            assert response.status_code == 200
            actions_shown = set(re.findall(r'<form method="post" action="([^"]+)"', response.content.decode()))
            assert actions_shown - {"/konto/abmelden/"} <= forms, (user, path)
    assigned = signed_in(cast.registry).post(
        f"/vorgaenge/{case.uuid}/akte/zuweisen/", {"assigned_to": str(cast.second_officer.uuid)}
    )
    assert assigned.status_code == 302
    case.refresh_from_db()
    assert case.assigned_to == cast.second_officer


def test_only_people_who_process_cases_can_be_assigned(case: PermitCase, cast: Cast) -> None:
    client = signed_in(cast.officer)
    for user in (cast.other_officer, cast.registry, cast.stranger):
        answer = client.post(f"/vorgaenge/{case.uuid}/akte/zuweisen/", {"assigned_to": str(user.uuid)})
        assert answer.status_code == 422
    case.refresh_from_db()
    assert case.assigned_to is None


def test_draft_is_a_404_for_staff(draft: PermitCase, cast: Cast) -> None:
    client = signed_in(cast.officer)
    for path in READ_PAGES:
        assert client.get(f"/vorgaenge/{draft.uuid}/{path}").status_code == 404


def test_things_of_another_case_are_not_found(
    case: PermitCase, cast: Cast, authorities: dict[str, PermitAuthority], published_town: object
) -> None:
    from tests.cast import fill_draft

    other = fill_draft(cast, authorities["musterstadt"], published_town)  # type: ignore[arg-type]
    actions.submit(case=other, by=cast.owner)
    client = signed_in(cast.officer)
    condition = Condition.objects.get(case=case)
    version = case.documents.all()[0].versions.all()[0]
    for path in (
        f"nebenbestimmung/{condition.uuid}/",
        f"unterlagen/{version.uuid}/",
        f"unterlagen/{version.uuid}/datei/",
    ):
        assert client.get(f"/vorgaenge/{other.uuid}/akte/{path}").status_code == 404


def test_opening_a_document_is_logged(case: PermitCase, cast: Cast) -> None:
    version = case.documents.all()[0].versions.all()[0]
    client = signed_in(cast.officer)
    page = client.get(f"/vorgaenge/{case.uuid}/akte/unterlagen/{version.uuid}/")
    assert page.status_code == 200
    assert "weist sich nicht als PDF/A" in page.content.decode()
    assert not AuditEvent.objects.filter(type="document.read").exists()
    answer = client.get(f"/vorgaenge/{case.uuid}/akte/unterlagen/{version.uuid}/datei/")
    assert answer.getvalue().startswith(b"%PDF")
    assert AuditEvent.objects.get(type="document.read").actor == cast.officer.uuid


def test_log_page_says_when_the_chain_was_broken(case: PermitCase, cast: Cast) -> None:
    client = signed_in(cast.auditor)
    assert "Protokoll unverändert" in client.get(f"/vorgaenge/{case.uuid}/akte/verlauf/").content.decode()
    payload = AuditPayload.objects.filter(event__chain__case=case).latest("pk")
    # Only the owner of the database gets past the triggers; the chain shows it all the same.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        AuditPayload.objects.filter(pk=payload.pk).update(data={"text": "etwas anderes"})
    page = client.get(f"/vorgaenge/{case.uuid}/akte/verlauf/").content.decode()
    assert "Protokoll verändert" in page
    assert "Die Einzelheiten des Eintrags wurden verändert." in page


def test_administrator_manages_the_team_and_sees_the_layers(
    cast: Cast, authorities: dict[str, PermitAuthority], published_town: object
) -> None:
    authority = authorities["musterstadt"]
    admin = signed_in(cast.admin)
    page = admin.get("/behoerde/").content.decode()
    assert "Clara Vogt" in page
    assert "Flurstücke" in page
    assert "Ole Harms" not in page
    given = {"authority": str(authority.uuid), "email": cast.stranger.email.upper(), "role": Role.REGISTRY}
    assert admin.post("/behoerde/mitglied/", given).status_code == 302
    assert signed_in(cast.stranger).get("/vorgaenge/").status_code == 200
    unknown = admin.post("/behoerde/mitglied/", given | {"email": "niemand@example.org"})
    assert unknown.status_code == 422
    assert "gibt es kein Konto" in unknown.content.decode()
    out = {"authority": str(authority.uuid), "user": str(cast.stranger.uuid), "role": Role.REGISTRY}
    assert admin.post("/behoerde/mitglied/entfernen/", out).status_code == 302
    assert signed_in(cast.stranger).get("/vorgaenge/").status_code == 404


def test_last_administrator_stays(cast: Cast, authorities: dict[str, PermitAuthority]) -> None:
    authority = authorities["musterstadt"]
    out = {"authority": str(authority.uuid), "user": str(cast.admin.uuid), "role": Role.AUTHORITY_ADMIN}
    answer = signed_in(cast.admin).post("/behoerde/mitglied/entfernen/", out)
    assert answer.status_code == 422
    assert "Die letzte Fachadministration" in answer.content.decode()
    assert Membership.objects.get(user=cast.admin).active


def test_authority_pages_are_for_administrators_and_auditors_only(
    cast: Cast, authorities: dict[str, PermitAuthority]
) -> None:
    foreign = {"authority": str(authorities["beispielland"].uuid), "email": cast.stranger.email, "role": Role.REGISTRY}
    assert signed_in(cast.admin).post("/behoerde/mitglied/", foreign).status_code == 404
    for user in (cast.officer, cast.reviewer, cast.owner, cast.stranger, cast.auditor):
        assert signed_in(user).get("/behoerde/").status_code == 404
        assert signed_in(user).post("/behoerde/mitglied/", foreign).status_code == 404
    page = signed_in(cast.auditor).get("/behoerde/protokoll/").content.decode()
    assert "Alle Ketten halten" in page
    assert "Mitglied aufgenommen" in page
    for user in (cast.officer, cast.admin, cast.stranger):
        assert signed_in(user).get("/behoerde/protokoll/").status_code == 404
