"""From the first page to the receipt, through the pages, as Anna Brandt (owner) and David Neumann (designer) do it."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from demo.town.generate import Town
from permits.models import CaseStatus, PermitAuthority, PermitCase
from tests.cast import MINIMAL_PDF, Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anna(client: Client, cast: Cast) -> Client:
    client.force_login(cast.owner)
    return client


def test_applicant_fills_in_and_submits_an_application(
    anna: Client, cast: Cast, authorities: dict[str, PermitAuthority], published_town: Town
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    site = published_town.site("einfamilienhaus")
    page = anna.get(reverse("application_new"))
    assert "Mitteilungsverfahren" in page.content.decode()
    response = anna.post(
        reverse("application_new"), {"parcel": site.parcels[0], "procedure": "VG", "title": "Neubau Einfamilienhaus"}
    )
    case = PermitCase.objects.get()
    assert case.authority == authorities["musterstadt"]
    assert site.parcels[0] in anna.get(response["Location"]).content.decode()

    def post(name: str, *args: object, **data: object) -> None:
        case.refresh_from_db()
        answer = anna.post(reverse(name, args=[case.uuid, *args]), {"revision": case.revision, **data})
        assert answer.status_code == 302, answer.content.decode()

    post("application_site", parcels="\n".join(site.parcels))
    post(
        "application_proposal",
        title="Neubau Einfamilienhaus",
        measure_codes=["11"],
        structure_code="W-1",
        is_residential="True",
        is_special_building="False",
        height_m="8,50",
    )
    address = {"street": "Lindenweg", "postal_code": "30999", "city": "Musterstadt"}
    post("application_party_new", "applicant", family_name="Brandt", is_me="on", **address)
    post("application_party_new", "designer", family_name="Neumann", entitlement_code="1", **address)
    party = case.parties.get(role="applicant")
    assert party.user == cast.owner
    post("portal_consent", party.uuid, consents="1")
    plan = SimpleUploadedFile("haus.geojson", json.dumps(site.site_plan()).encode())
    post("application_site_plan_upload", plan=plan)
    waiting = anna.get(reverse("application_site_plan", args=[case.uuid])).content.decode()
    assert "wird geprüft" in waiting
    post("application_check")
    checked = anna.get(reverse("application_site_plan", args=[case.uuid])).content.decode()
    assert "eingehalten" in checked
    assert "Rechtsgrundlage" in checked
    post("application_document_new", document_type="1803", file=SimpleUploadedFile("lp.pdf", MINIMAL_PDF))
    for name in ("application_documents", "application_parties", "application_tasks"):
        assert anna.get(reverse(name, args=[case.uuid])).status_code == 200
    review = anna.get(reverse("application_review", args=[case.uuid])).content.decode()
    assert "Das fehlt noch" not in review
    assert "Grundrisse" in review

    submit = reverse("application_submit", args=[case.uuid])
    assert anna.post(submit).status_code == 422
    assert anna.post(submit, {"reviewed": "1"})["Location"] == reverse("application_receipt", args=[case.uuid])
    case.refresh_from_db()
    assert case.status == CaseStatus.COMPLETENESS
    receipt = anna.get(reverse("application_receipt", args=[case.uuid])).content.decode()
    assert case.case_number in receipt
    assert "wird gerade erstellt" in receipt
    assert "Der Antrag, wie er eingegangen ist" in receipt
    assert "Wohngebäude ohne Eigentumswohnung" in receipt
    assert anna.get(reverse("case_detail", args=[case.uuid])).status_code == 200
    assert "Neubau Einfamilienhaus" in anna.get(reverse("my_applications")).content.decode()
