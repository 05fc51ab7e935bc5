"""The page of releases says beforehand who may not release, and why."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from permits.models import ConditionKind, PermitCase, User
from permits.selectors.seals import PREPARED, WROTE, waiting_papers
from permits.services.assessment import add_condition
from permits.services.sealing_releases import request_release
from tests.cast import Cast
from tests.workflows.village import propose, to_assessment, to_proposed
from workflows import actions

pytestmark = pytest.mark.django_db
DISABLED = 'type="button" disabled aria-describedby="why-'


def releases(client: Client, user: User) -> str:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse("seal_releases")).content.decode()


def test_who_wrote_a_condition_reads_that_another_person_has_to_sign(
    application: PermitCase, cast: Cast, client: Client
) -> None:
    to_assessment(application, cast)
    values = {"kind": ConditionKind.REQUIREMENT, "stage": "general", "text": "Bäume schützen."}
    add_condition(case=application, by=cast.reviewer, values=values)
    actions.finish_assessment(case=application, by=cast.officer)
    propose(application, cast)
    (paper,) = waiting_papers(cast.reviewer)
    assert (paper.refusal, paper.signed_on) == (WROTE, "staff_decision")
    page = releases(client, cast.reviewer)
    for words in (DISABLED, "Zeichnen und freigeben", "Sie haben an dieser Fassung mitgeschrieben", "Fassung ansehen"):
        assert words in page
    assert "Zur Zweitzeichnung" not in page
    assert f'id="why-{paper.key}"' in page


def test_who_did_not_write_on_it_is_led_to_the_signature(application: PermitCase, cast: Cast, client: Client) -> None:
    to_proposed(application, cast)
    page = releases(client, cast.reviewer)
    assert "Zur Zweitzeichnung" in page
    assert DISABLED not in page


def test_who_prepared_a_paper_sees_the_action_disabled_and_why(
    application: PermitCase, cast: Cast, client: Client
) -> None:
    to_assessment(application, cast)
    receipt = str(application.submissions.all()[0].uuid)
    request = request_release(case=application, by=cast.reviewer, kind="receipt", subject=receipt)
    page = releases(client, cast.reviewer)
    for words in (DISABLED, PREPARED, reverse("seal_preview", args=[request.uuid])):
        assert words in page
    assert reverse("seal_release", args=[request.uuid]) not in page


def test_the_number_of_queries_does_not_grow_with_the_papers(
    application: PermitCase, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    to_proposed(application, cast)
    with django_assert_num_queries(2):
        assert len(waiting_papers(cast.reviewer)) == 1
    receipt = str(application.submissions.all()[0].uuid)
    request_release(case=application, by=cast.officer, kind="receipt", subject=receipt)
    with django_assert_num_queries(2):
        assert len(waiting_papers(cast.reviewer)) == 2
