"""Handing a decision to the second signature from the page: all of it succeeds, or nothing is stored."""

import pytest
from django.test import Client
from django.urls import reverse

from permits.models import AuditEvent, DecisionContributor, DecisionVersion, Outcome, PermitCase
from tests.cast import Cast
from tests.workflows.test_notice_changes import BACKEND
from tests.workflows.village import TENOR, propose, sign, to_assessment
from workflows import actions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def drafting(application: PermitCase, cast: Cast) -> PermitCase:
    """A case whose decision is being drafted, with a draft of the officer."""
    to_assessment(application, cast)
    actions.finish_assessment(case=application, by=cast.officer)
    actions.save_decision(case=application, by=cast.officer, outcome=Outcome.GRANTED, operative_part=TENOR, reasons="")
    return application


def head(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.reviewer, backend=BACKEND)
    return client


def test_a_failed_attempt_to_propose_stores_nothing_and_makes_nobody_an_author(
    drafting: PermitCase, cast: Cast
) -> None:
    to = reverse("staff_decision_save", args=[drafting.uuid])
    before = DecisionVersion.objects.values().get()
    events = AuditEvent.objects.count()
    form = {"outcome": "granted", "operative_part": "", "reasons": "Mein Text.", "revision": before["revision"]}
    answer = head(cast).post(to, {**form, "then": "propose"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Bitte geben Sie den Tenor der Entscheidung ein." in page
    assert "Mein Text." in page
    assert DecisionVersion.objects.values().get() == before
    assert AuditEvent.objects.count() == events
    assert [row.user for row in DecisionContributor.objects.all()] == [cast.officer]
    # A refusal that nobody was heard about is refused as well, with what was typed.
    refused = {**form, "outcome": "refused", "operative_part": "Nein.", "then": "propose"}
    answer = head(cast).post(to, refused)
    assert answer.status_code == 409
    assert "Mein Text." in answer.content.decode()
    assert DecisionVersion.objects.values().get() == before
    # The head is free to sign what the officer proposes then.
    propose(drafting, cast)
    assert sign(drafting, cast).decided_at


def test_the_same_form_proposes_once_it_is_complete(drafting: PermitCase, cast: Cast) -> None:
    to = reverse("staff_decision_save", args=[drafting.uuid])
    revision = DecisionVersion.objects.get().revision
    form = {"outcome": "granted", "operative_part": "", "reasons": "", "revision": revision, "then": "propose"}
    assert head(cast).post(to, form).status_code == 422
    assert head(cast).post(to, {**form, "operative_part": TENOR}).status_code == 302
    version = DecisionVersion.objects.get()
    assert (version.state, version.operative_part) == ("proposed", TENOR)


def test_the_label_says_what_the_rule_is(drafting: PermitCase, cast: Cast) -> None:
    page = head(cast).get(reverse("staff_decision", args=[drafting.uuid])).content.decode()
    for name in ("operative_part", "reasons"):
        label = page.partition(f'for="decision_{name}">')[2].partition("</label>")[0]
        assert label in ("Tenor", "Begründung")
    assert "Zum Vorlegen nötig" in page
    draft = {
        "outcome": "granted",
        "operative_part": "",
        "reasons": "",
        "revision": DecisionVersion.objects.get().revision,
    }
    assert head(cast).post(reverse("staff_decision_save", args=[drafting.uuid]), draft).status_code == 302


def test_who_wrote_on_a_version_is_told_at_once_that_another_person_signs(drafting: PermitCase, cast: Cast) -> None:
    actions.save_decision(case=drafting, by=cast.reviewer, outcome=Outcome.GRANTED, operative_part=TENOR, reasons="")
    actions.propose_decision(case=drafting, by=cast.officer)
    page = head(cast).get(reverse("staff_decision", args=[drafting.uuid])).content.decode()
    assert "Sie haben an dieser Fassung mitgeschrieben und können sie deshalb nicht zeichnen" in page
    assert "Direkt zum Zeichnen" not in page
