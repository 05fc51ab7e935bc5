"""Two people on one draft, and everybody who is neither: stale forms, invitations, strangers, lists."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import shapely
from django.test import Client
from django.urls import URLPattern, reverse
from pytest_django import DjangoAssertNumQueries

from demo.town.generate import Town
from permits.models import AccessGrant, AuditEvent, Level, OutgoingMail, PermitAuthority, PermitCase, Site, User
from permits.services.access import grant_case_access
from permits.services.drafts import create_draft, save_proposal
from permits.services.sites import choose_parcels
from permits.urls.applications import urlpatterns
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def signed_in() -> SignIn:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def case(cast: Cast, authorities: dict[str, PermitAuthority]) -> PermitCase:
    """An empty draft of Anna Brandt; no geodata needed."""
    return create_draft(authority=authorities["musterstadt"], procedure="VG", by=cast.owner, title="Neubau Garage")


def proposal(revision: int, **fields: Any) -> dict[str, Any]:
    return {
        "revision": revision,
        "title": "Neubau Carport",
        "measure_codes": ["11"],
        "structure_code": "W-1",
        "is_residential": "False",
        "is_special_building": "False",
        **fields,
    }


def test_stale_form_keeps_what_was_typed_shows_the_new_state_and_goes_through_the_second_time(
    case: PermitCase, cast: Cast, signed_in: SignIn
) -> None:
    anna, address = signed_in(cast.owner), reverse("application_proposal", args=[case.uuid])
    opened_at = case.revision
    save_proposal(case=case, by=cast.owner, values={"title": "Neubau Doppelgarage", "dwellings": 2})
    answer = anna.post(address, proposal(opened_at, description="Holz, begrünt"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Eine andere Person hat den Antrag inzwischen geändert." in page
    assert "Inzwischen gespeichert: „Neubau Doppelgarage“" in page
    assert 'value="Neubau Carport"' in page
    assert "Holz, begrünt" in page
    case.proposal.refresh_from_db()
    assert case.proposal.title == "Neubau Doppelgarage"
    found = re.search(r'name="revision" value="(\d+)"', page)
    assert found
    assert anna.post(address, proposal(int(found[1]), description="Holz, begrünt")).status_code == 302
    case.proposal.refresh_from_db()
    assert case.proposal.title == "Neubau Carport"


def test_stale_list_of_parcels_is_refused_and_shows_both(
    draft: PermitCase, cast: Cast, signed_in: SignIn, published_town: Town
) -> None:
    anna, address = signed_in(cast.owner), reverse("application_site", args=[draft.uuid])
    draft.refresh_from_db()
    opened_at, chosen = draft.revision, draft.site.parcels.get().parcel_id
    save_proposal(case=draft, by=cast.owner, values={"dwellings": 2})
    other = published_town.site("giebelhaus").parcels[0]
    answer = anna.post(address, {"revision": opened_at, "parcels": other})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"Inzwischen gespeichert: „{chosen}“" in page
    assert f"{other}</textarea>" in page
    assert draft.site.parcels.get().parcel_id == chosen


def test_checks_are_asked_for_again_when_the_parcels_change(
    draft: PermitCase, cast: Cast, signed_in: SignIn, published_town: Town
) -> None:
    anna, address = signed_in(cast.owner), reverse("application_site_plan", args=[draft.uuid])
    assert "wird geprüft" not in anna.get(address).content.decode()
    choose_parcels(case=draft, by=cast.owner, parcel_ids=published_town.site("giebelhaus").parcels)
    assert "wird geprüft" in anna.get(address).content.decode()
    answer = anna.post(reverse("application_check", args=[draft.uuid]), headers={"HX-Request": "true"})
    assert "Lage auf dem Baugrundstück" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert "wird geprüft" not in anna.get(address).content.decode()


def test_unverified_rules_are_marked(draft: PermitCase, cast: Cast, signed_in: SignIn) -> None:
    page = signed_in(cast.owner).get(reverse("application_site_plan", args=[draft.uuid])).content.decode()
    assert "ungeprüft" in page
    assert "Rechtsgrundlage: § 5 NBauO" in page


def test_building_given_by_numbers_becomes_a_plan_beside_what_is_there(
    draft: PermitCase, cast: Cast, signed_in: SignIn
) -> None:
    point = Site.objects.get(case=draft).geometry.representative_point()
    numbers = {"role": "garage", "east": f"{point.x:.2f}".replace(".", ","), "north": f"{point.y:.2f}"}
    sides = {"length": "6", "width": "3,5", "direction": "30", "wall_height_m": "2,75", "keep": "on"}
    data = {f"box-{name}": value for name, value in {**numbers, **sides}.items()}
    address = reverse("application_site_plan_dimensions", args=[draft.uuid])
    first = draft.site_plans.get()
    assert signed_in(cast.owner).post(address, data).status_code == 302
    plan = draft.site_plans.latest("number")
    assert len(plan.features["features"]) == len(first.features["features"]) + 1
    added = plan.features["features"][-1]
    assert added["properties"]["wall_height_m"] == 2.75
    assert shapely.geometry.shape(added["geometry"]).area == pytest.approx(21.0, abs=1e-3)
    answer = signed_in(cast.owner).post(address, {**data, "box-length": "lang"})
    assert answer.status_code == 422
    assert 'value="lang"' in answer.content.decode()


def test_unfinished_page_is_saved_and_the_task_list_names_the_gap(
    case: PermitCase, cast: Cast, signed_in: SignIn
) -> None:
    anna, address = signed_in(cast.owner), reverse("application_proposal", args=[case.uuid])
    data = {"revision": case.revision, "title": "Neubau Halle", "measure_codes": ["11"]}
    assert anna.post(address, data).status_code == 422
    assert anna.post(address, {**data, "interim": "1"}).status_code == 302
    page = anna.get(reverse("application_tasks", args=[case.uuid])).content.decode()
    assert "Geben Sie die Art der baulichen Anlage an." in page
    assert "0 von 5 Abschnitten" in page


def invite(client: Client, case: PermitCase, email: str, level: str = Level.CONTRIBUTE) -> str:
    answer = client.post(reverse("application_invite", args=[case.uuid]), {"email": email, "level": level}, follow=True)
    return answer.content.decode().replace(email, "…")


def link_to(email: str) -> str:
    found = re.search(r"https?://[^/\s]+(/antraege/einladung/\S+)", OutgoingMail.objects.get(to=email).body)
    assert found
    return found[1]


def without_token(page: str) -> str:
    return re.sub(r"csrf\S+\" value=\"\w+\"|X-CSRFToken[^}]+", "", page)


def test_invitation_answers_alike_for_known_and_unknown_addresses(
    case: PermitCase, cast: Cast, signed_in: SignIn
) -> None:
    anna = signed_in(cast.owner)
    known = invite(anna, case, cast.designer.email)
    unknown = invite(anna, case, "niemand@example.org")
    assert without_token(known) == without_token(unknown)
    mails = [OutgoingMail.objects.get(to=to) for to in (cast.designer.email, "niemand@example.org")]
    texts = {re.sub(r"/einladung/\S+", "", mail.body) for mail in mails}
    assert len(texts) == 1
    assert "Neubau Garage" not in texts.pop()


def test_invited_person_sees_the_case_once_the_invitation_is_accepted(
    case: PermitCase, cast: Cast, signed_in: SignIn
) -> None:
    invite(signed_in(cast.owner), case, cast.designer.email)
    david, link = signed_in(cast.designer), link_to(cast.designer.email)
    tasks = reverse("application_tasks", args=[case.uuid])
    assert david.get(tasks).status_code == 404
    assert "Anna Brandt lädt Sie ein" in david.get(link).content.decode()
    assert david.get(tasks).status_code == 404
    assert david.post(link)["Location"] == reverse("case_detail", args=[case.uuid])
    assert david.get(tasks).status_code == 200
    assert "Neubau Garage" in david.get(reverse("my_applications")).content.decode()
    assert "Person einladen" not in david.get(tasks).content.decode()
    assert david.post(reverse("application_invite", args=[case.uuid]), {}).status_code == 404


def test_invitation_is_for_one_address_and_ends_with_the_access(
    case: PermitCase, cast: Cast, signed_in: SignIn
) -> None:
    anna = signed_in(cast.owner)
    invite(anna, case, cast.designer.email)
    link = link_to(cast.designer.email)
    stranger = signed_in(cast.stranger).post(link)
    assert stranger.status_code == 410
    assert "gilt für eine andere E-Mail-Adresse" in stranger.content.decode()
    david = signed_in(cast.designer)
    david.post(link)
    anna.post(reverse("application_uninvite", args=[case.uuid, cast.designer.uuid]))
    assert david.get(reverse("application_tasks", args=[case.uuid])).status_code == 404
    assert david.post(link).status_code == 410
    assert david.post(link + "x").status_code in (404, 410)
    assert not AccessGrant.objects.filter(case=case, user=cast.designer, valid_until__isnull=True).exists()


def test_creator_keeps_access(case: PermitCase, cast: Cast, signed_in: SignIn) -> None:
    grant_case_access(case=case, to=cast.designer, level=Level.OWN, by=cast.owner)
    david = signed_in(cast.designer)
    page = david.post(reverse("application_uninvite", args=[case.uuid, cast.owner.uuid]), follow=True)
    assert "behält den Zugriff" in page.content.decode()


def addresses(case: PermitCase) -> list[str]:
    """Every address of an application, with identifiers of nothing where more than the case is named."""
    values = {"uuid": case.uuid, "role": "applicant", "parcel_id": "039901005000040007__"}
    found = []
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        names = re.findall(r"<\w+:(\w+)>", str(pattern.pattern))
        if "uuid" in names:
            found.append(reverse(str(pattern.name), kwargs={n: values.get(n, case.uuid) for n in names}))
    return [*found, reverse("geo_case", args=[case.uuid]), reverse("case_detail", args=[case.uuid])]


@pytest.mark.parametrize("person", ["stranger", "officer", "reviewer", "admin", "auditor", "other_officer"])
def test_draft_is_not_there_for_anybody_but_its_people(
    case: PermitCase, cast: Cast, signed_in: SignIn, person: str
) -> None:
    client = signed_in(getattr(cast, person))
    for address in addresses(case):
        assert client.get(address).status_code in (404, 405), address
        assert client.post(address).status_code in (404, 405), address


def test_signed_out_visitor_is_sent_to_sign_in(case: PermitCase, client: Client) -> None:
    for address in [*addresses(case), reverse("my_applications"), reverse("application_new")]:
        answer = client.get(address)
        assert answer.status_code == 405 or answer["Location"].startswith("/konto/anmelden/"), address


def test_designer_cannot_consent_for_the_owner(draft: PermitCase, cast: Cast, signed_in: SignIn) -> None:
    grant_case_access(case=draft, to=cast.designer, level=Level.CONTRIBUTE, by=cast.owner)
    owner = draft.parties.get(role="applicant")
    given = owner.portal_consent_at
    address = reverse("portal_consent", args=[draft.uuid, owner.uuid])
    page = signed_in(cast.designer).post(address, {"consents": "0"}, follow=True)
    assert "Nur die Person selbst" in page.content.decode()
    owner.refresh_from_db()
    assert owner.portal_consent_at == given


def test_party_linked_to_one_account_cannot_be_taken_over(draft: PermitCase, cast: Cast, signed_in: SignIn) -> None:
    grant_case_access(case=draft, to=cast.designer, level=Level.CONTRIBUTE, by=cast.owner)
    owner = draft.parties.get(role="applicant")
    draft.refresh_from_db()
    data = {"revision": draft.revision, "family_name": "Neumann", "street": "A", "postal_code": "1", "city": "B"}
    address = reverse("application_party", args=[draft.uuid, owner.uuid])
    assert signed_in(cast.designer).post(address, {**data, "is_me": "on"}).status_code == 302
    owner.refresh_from_db()
    assert owner.user == cast.owner


def test_list_pages_by_key_and_asks_the_same_number_of_queries_whatever_its_length(
    cast: Cast,
    authorities: dict[str, PermitAuthority],
    signed_in: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    anna, address = signed_in(cast.owner), reverse("my_applications")
    for number in range(45):
        create_draft(authority=authorities["musterstadt"], procedure="VG", by=cast.owner, title=f"Haus {number:02d}")
        if number == 0:
            anna.get(address)
            with django_assert_num_queries(LIST_QUERIES):
                anna.get(address)
    with django_assert_num_queries(LIST_QUERIES):
        first = anna.get(address).content.decode()
    assert re.findall(r"Haus (\d\d)", first) == [f"{n:02d}" for n in range(44, 24, -1)]
    second = anna.get(address + next_link(first)).content.decode()
    assert re.findall(r"Haus (\d\d)", second) == [f"{n:02d}" for n in range(24, 4, -1)]
    third = anna.get(address + next_link(second)).content.decode()
    assert re.findall(r"Haus (\d\d)", third) == [f"{n:02d}" for n in range(4, -1, -1)]
    assert 'rel="next"' not in third
    back = re.search(r'rel="prev" href="([^"]+)"', third)
    assert back
    assert re.findall(r"Haus (\d\d)", anna.get(address + back[1]).content.decode()) == [
        f"{n:02d}" for n in range(24, 4, -1)
    ]
    assert signed_in(cast.stranger).get(address).content.decode().count("Haus ") == 0


LIST_QUERIES = 7  # session, person, cases, open requests, open hearings, waiting notices, roles for the navigation


def next_link(page: str) -> str:
    found = re.search(r'rel="next" href="([^"]+)"', page)
    assert found
    return found[1]


def test_files_are_for_the_people_of_the_case_only_and_reading_is_logged(
    draft: PermitCase, cast: Cast, signed_in: SignIn, published_town: Town
) -> None:
    version = draft.documents.get().versions.get()
    address = reverse("document_file", args=[draft.uuid, version.uuid])
    assert signed_in(cast.stranger).get(address).status_code == 404
    assert signed_in(cast.officer).get(address).status_code == 404
    answer = signed_in(cast.owner).get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'inline; filename="1803_Lageplan.pdf"'
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert AuditEvent.objects.filter(chain__case=draft, type="document.read", actor=cast.owner.uuid).count() == 1
    other = create_draft(authority=draft.authority, procedure="VG", by=cast.stranger)
    assert signed_in(cast.stranger).get(reverse("document_file", args=[other.uuid, version.uuid])).status_code == 404
