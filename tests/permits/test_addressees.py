"""A paper for several people names all of them: without that it is not addressed to the others at all."""

import pytest
from django.test import Client
from django.urls import reverse

from permits.models import Party, PartyRole, PermitCase
from permits.selectors.recipients import recipients_of
from permits.services.drafts import save_party
from permits.services.letters.addressees import recipient
from permits.services.letters.cover_letter import cover_letter
from permits.services.letters.frame import common
from reports.page_count import page_count
from reports.pdf import RenderedDocument
from tests.cast import Cast
from tests.permits.test_reports_out import text_of
from tests.workflows.village import add_applicant, issue, to_signed

ANNA = Party(salutation="Frau", given_name="Anna", family_name="Brandt", street="Lindenweg", house_number="4",
             postal_code="30999", city="Musterstadt")  # fmt: skip
DAVID = Party(salutation="Herr", given_name="David", family_name="Neumann", street="Am Markt", house_number="3",
              postal_code="30999", city="Musterstadt")  # fmt: skip
FIRM = Party(organisation_name="Brandt Bau GmbH", street="Hafenweg", postal_code="30999", city="Musterstadt")
NEUTRAL = Party(given_name="Kim", family_name="Lund")


def test_one_recipient_stands_in_the_window_alone() -> None:
    alone = recipient([ANNA])
    assert alone.address_lines == ("Anna Brandt", "Lindenweg 4", "30999 Musterstadt")
    assert (alone.salutation, alone.addressees) == ("Sehr geehrte Frau Brandt,", ())


def test_several_are_named_with_their_addresses_and_greeted_together() -> None:
    both = recipient([ANNA, DAVID])
    assert both.address_lines[0] == "Anna Brandt"
    assert both.addressees == (
        "Anna Brandt, Lindenweg 4, 30999 Musterstadt",
        "David Neumann, Am Markt 3, 30999 Musterstadt",
    )
    assert both.salutation == "Sehr geehrte Frau Brandt, sehr geehrter Herr Neumann,"


@pytest.mark.parametrize(
    ("parties", "salutation"),
    [
        ([NEUTRAL], "Guten Tag Kim Lund,"),
        ([DAVID, NEUTRAL], "Sehr geehrter Herr Neumann, guten Tag Kim Lund,"),
        ([FIRM], "Sehr geehrte Damen und Herren,"),
        ([ANNA, FIRM], "Sehr geehrte Damen und Herren,"),
        ([ANNA, DAVID, ANNA, DAVID], "Sehr geehrte Damen und Herren,"),
    ],
)
def test_the_salutation_is_one_that_people_say(parties: list[Party], salutation: str) -> None:
    assert recipient(parties).salutation == salutation


@pytest.mark.django_db
def test_the_papers_of_a_case_are_for_those_on_whom_they_are_served(application: PermitCase, cast: Cast) -> None:
    add_applicant(application, cast.owner, cast.designer)
    served = recipients_of(application)
    assert len(served) == 2
    assert common(application, {})["recipient"].addressees == tuple(", ".join(row.address_lines) for row in served)
    Party.objects.filter(pk=served[1].pk).update(role=PartyRole.REPRESENTATIVE)
    assert [row.pk for row in recipients_of(application)] == [served[1].pk]
    assert common(application, {})["recipient"].addressees == ()


@pytest.mark.django_db
def test_the_letter_that_goes_with_a_notice_bears_the_address_of_its_recipient(
    application: PermitCase, cast: Cast, paper: RenderedDocument, client: Client
) -> None:
    second = save_party(
        case=application, by=cast.owner, role=PartyRole.APPLICANT, user=None,
        values={"organisation_name": "Brandt Bau GmbH", "street": "Hafenweg", "house_number": "7",
                "postal_code": "30999", "city": "Musterstadt"},
    )  # fmt: skip
    to_signed(application, cast)
    notice = issue(application, paper)
    by_post = notice.services.get(party=second)
    context = cover_letter(application, by_post)
    assert context.recipient.address_lines == ("Brandt Bau GmbH", "Hafenweg 7", "30999 Musterstadt")
    assert (context.notice_number, context.pages) == (notice.number, page_count(paper.pdf))
    client.force_login(cast.officer, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("staff_cover_letter", args=[application.uuid, by_post.uuid])
    assert address in client.get(reverse("staff_service", args=[application.uuid])).content.decode()
    assert "Hafenweg 7" in text_of(client.get(address).content)
    through_portal = notice.services.get(party__user=cast.owner)
    assert client.get(reverse("staff_cover_letter", args=[application.uuid, through_portal.uuid])).status_code == 404
