"""Conditions made from text blocks: what is proposed and why, values of the case, gaps, the pin down to the notice."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from permits import legal_time
from permits.errors import InvalidInputError, StaleError
from permits.models import (
    AuditEvent,
    CheckResult,
    Condition,
    DecisionVersion,
    Outcome,
    PermitAuthority,
    PermitCase,
    Verdict,
)
from permits.selectors.decision_content import frozen_content, latest_run
from permits.selectors.text_block_filling import case_values, fill_block
from permits.selectors.text_block_proposals import Proposals, proposals_for
from permits.services.assessment import add_condition, change_condition, review_result
from permits.services.checking import check_site_plan
from permits.services.letters import decision_notice
from permits.services.text_blocks import archive_block, save_block
from reports.data import as_data
from tests.cast import Cast
from tests.permits.text_block_cast import block, browser, content, newest
from tests.workflows.village import to_assessment
from workflows import actions

pytestmark = pytest.mark.django_db
WATER = "Im Überschwemmungsgebiet ist nichts zu lagern."


@pytest.fixture
def case(application: PermitCase, cast: Cast) -> PermitCase:
    """In assessment, its site plan checked."""
    check_site_plan(case=application, by=cast.owner)
    to_assessment(application, cast)
    return application


def areas(case: PermitCase, verdict: str, *answers: dict[str, object]) -> CheckResult:
    """Let the last run have answered so about areas."""
    run = latest_run(case)
    assert run is not None
    result = run.results.get(check_id="overlays")
    CheckResult.objects.filter(pk=result.pk).update(verdict=verdict, details={"answers": list(answers)})
    return run.results.get(check_id="overlays")


def flood(**changes: object) -> dict[str, object]:
    """A hit of the flood area."""
    return {
        "id": "flood_area", "title": "Überschwemmungsgebiet", "answer": "hit", "names": ["Leine"],
        "site_share": 0.42, "distance_m": None, "consultee": "Untere Wasserbehörde", **changes,
    }  # fmt: skip


def told(proposals: Proposals) -> dict[str, tuple[str, ...]]:
    """Keys with reasons, in their order."""
    return {row.version.block.key: row.reasons for row in proposals.rows}


def test_findings_come_first_and_every_proposal_says_why(case: PermitCase) -> None:
    block(case.authority, "A-001", proposed_when=("always",))
    block(case.authority, "A-002", proposed_when=("always",), procedures=("BG",))
    block(case.authority, "A-003")
    block(case.authority, "W-001", text=WATER, proposed_when=("overlay:flood_area", "overlay:dyke"))
    areas(case, "failed", flood(), {"id": "dyke", "title": "Deich", "answer": "none"})
    assert told(proposals_for(case)) == {
        "W-001": (
            "Überschwemmungsgebiet (Leine) liegt auf 42 % des Baugrundstücks; zu beteiligen: Untere Wasserbehörde",
        ),
        "A-001": ("gehört zu jedem Antrag dieser Art (Vereinfachtes Baugenehmigungsverfahren)",),
    }


def test_what_an_officer_judged_counts_and_not_what_was_computed(case: PermitCase, cast: Cast) -> None:
    block(case.authority, "W-001", proposed_when=("overlay:flood_area",))
    block(case.authority, "A-001", proposed_when=("check:boundary_distance:failed",))
    result = areas(case, "failed", flood())
    run = latest_run(case)
    assert run is not None
    distance = run.results.get(check_id="boundary_distance")
    review: dict[str, Any] = {"case": case, "by": cast.officer, "reason": "Nach dem amtlichen Plan."}
    review_result(**review, result=result, verdict=Verdict.NOT_APPLICABLE)
    review_result(**review, result=distance, verdict=Verdict.FAILED)
    assert told(proposals_for(case)) == {"A-001": ("Prüfung „Grenzabstand“: nicht eingehalten",)}


def test_an_area_of_which_nothing_is_known_is_named_and_not_taken_for_free(case: PermitCase) -> None:
    block(case.authority, "W-001", proposed_when=("overlay:flood_area",))
    areas(case, "not_assessable", flood(answer="unknown"))
    proposals = proposals_for(case)
    assert (list(proposals.rows), proposals.unknown) == ([], ("Überschwemmungsgebiet",))


def test_blocks_of_others_and_of_the_archive_are_not_proposed(
    case: PermitCase, authorities: dict[str, PermitAuthority]
) -> None:
    block(authorities["beispielland"], "A-001", proposed_when=("always",))
    archive_block(block=block(case.authority, "A-002", proposed_when=("always",)), by=None)
    assert not proposals_for(case).rows


def test_values_of_the_case_stand_in_the_text_as_they_are(case: PermitCase) -> None:
    hostile = '{{ aktenzeichen }} <b>„Haus“</b> & {% if %} \\ "x"'
    case.proposal.title = hostile
    case.proposal.save()
    version = newest(block(case.authority, text="Zu {{ bauvorhaben }}: {{ aktenzeichen }}."))
    filled = fill_block(version, case_values(case))
    assert filled.text == f"Zu {hostile}: {case.case_number}."
    assert filled.gaps == ()


def test_what_the_case_does_not_say_is_a_gap_with_a_name(case: PermitCase) -> None:
    case.proposal.title = " "
    case.proposal.save()
    frist = '{% if frist %} bis {{ frist }}{% endif %}, {{ frist | default: "[[Frist]]" }}'
    text = "Zu {{ bauvorhaben }}: [[Betrag in Euro]]" + frist + "."
    filled = fill_block(newest(block(case.authority, text=text)), case_values(case))
    assert filled.text == "Zu [[Bauvorhaben]]: [[Betrag in Euro]], [[Frist]]."
    assert filled.gaps == ("Bauvorhaben", "Betrag in Euro", "Frist")


def take(case: PermitCase, cast: Cast, text: str = "", key: str = "A-001") -> Condition:
    """A condition from a new block, with another text where one is given."""
    version = newest(block(case.authority, key, text="Anzeigen zu {{ aktenzeichen }}."))
    filled = fill_block(version, case_values(case))
    values = {"kind": version.kind, "stage": version.stage, "reason": filled.reason, "legal_basis": version.legal_basis}
    return actions.on_case(
        add_condition, case=case, by=cast.officer, text_block=version, values={**values, "text": text or filled.text}
    )


def test_a_condition_remembers_its_block_and_whether_it_was_altered(case: PermitCase, cast: Cast) -> None:
    same, other = take(case, cast), take(case, cast, "Zwei Wochen vorher anzeigen.", "A-002")
    assert (same.altered, other.altered) == (False, True)
    assert same.text == f"Anzeigen zu {case.case_number}."
    events = AuditEvent.objects.filter(type="condition.added").order_by("sequence")
    assert [event.subject["altered"] for event in events] == [False, True]
    version = same.text_block
    assert version is not None
    pin = {"key": "A-001", "version": 1, "sha256": version.sha256}
    decision = drafted(case, cast)
    frozen: Any = frozen_content(decision)
    assert frozen["conditions"][0]["text_block"] == pin | {"altered": False}
    assert frozen["conditions"][1]["text_block"]["altered"] is True
    notice: Any = as_data(decision_notice(case, decision, frozen, {"dated_on": legal_time.today()}))
    assert [row["text_block"]["key"] for row in notice["conditions"]] == ["A-001", "A-002"]
    assert notice["conditions"][0]["text_block"] == pin


def drafted(case: PermitCase, cast: Cast) -> DecisionVersion:
    """A granting decision as a draft."""
    actions.finish_assessment(case=case, by=cast.officer)
    return actions.save_decision(
        case=case, by=cast.officer, outcome=Outcome.GRANTED, operative_part="Genehmigt.", reasons=""
    )


def test_a_condition_altered_later_says_so_and_keeps_its_reference(case: PermitCase, cast: Cast) -> None:
    condition = take(case, cast)
    values = {"kind": condition.kind, "stage": condition.stage, "text": "Anders.", "reason": "", "legal_basis": ""}
    changed = change_condition(case=case, by=cast.officer, condition=condition, values=values)
    assert changed.text_block == condition.text_block
    assert changed.altered


def test_a_text_with_gaps_is_not_saved(case: PermitCase, cast: Cast) -> None:
    with pytest.raises(InvalidInputError, match="Betrag in Euro") as refused:
        take(case, cast, "Eine Sicherheit von [[Betrag in Euro]] ist zu leisten.")
    assert refused.value.field == "text"
    assert not case.conditions.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Eins,\n[[Betrag in Euro", "Zeile 2, Spalte 1: „[[“ ist nicht geschlossen: In derselben Zeile fehlt „]]“."),
        ("Zu [[ ]]", "Zeile 1, Spalte 4: Zwischen „[[“ und „]]“ steht nichts."),
        ("Zu [[a [b] c]]", "Zeile 1, Spalte 4: Zwischen „[[“ und „]]“ können keine weiteren eckigen Klammern stehen."),
        ("Zu Betrag]]", "Zeile 1, Spalte 10: „]]“ schließt etwas, das nicht geöffnet ist."),
    ],
)
def test_a_condition_with_half_a_gap_is_not_saved(case: PermitCase, cast: Cast, text: str, message: str) -> None:
    for field in ("text", "reason"):
        values = {"kind": "requirement", "stage": "before_start", "text": "Anzeigen.", "reason": "", "legal_basis": ""}
        with pytest.raises(InvalidInputError) as refused:
            add_condition(case=case, by=cast.officer, values=values | {field: text})
        assert str(refused.value).startswith(message)
        assert refused.value.field == field
    assert not case.conditions.exists()


def test_a_version_that_was_replaced_or_ended_meanwhile_is_not_taken(case: PermitCase, cast: Cast) -> None:
    made = block(case.authority)
    old = newest(made)
    save_block(block=made, by=cast.admin, content=content(text="Neu."), based_on=1)
    values = {"kind": old.kind, "stage": old.stage, "text": "Alt.", "reason": "", "legal_basis": ""}
    with pytest.raises(StaleError, match="andere Fassung"):
        add_condition(case=case, by=cast.officer, values=values, text_block=old)
    ended = content(valid_to=legal_time.today() - dt.timedelta(days=1))
    save_block(block=made, by=cast.admin, content=ended, based_on=2)
    with pytest.raises(StaleError):
        add_condition(case=case, by=cast.officer, values=values, text_block=newest(made))


def test_an_officer_takes_a_block_changes_it_and_sees_where_it_came_from(case: PermitCase, cast: Cast) -> None:
    version = newest(block(case.authority, "A-017", text="{{ bauherrschaft }} zahlt [[Betrag]] Euro."))
    client = browser(cast.officer)
    page = client.get(reverse("staff_text_blocks", args=[case.uuid]), {"suche": "zahlt"}).content.decode()
    address = reverse("staff_condition_from_block", args=[case.uuid, version.uuid])
    assert address in page
    form = client.get(address).content.decode()
    assert "Anna Brandt zahlt [[Betrag]] Euro." in form
    assert "Bitte noch ergänzen: Betrag." in form
    data = {"kind": version.kind, "stage": version.stage, "text": "Anna Brandt zahlt [[Betrag]] Euro."}
    refused = client.post(address, data)
    assert refused.status_code == 422
    assert "Hier fehlt noch etwas: Betrag." in refused.content.decode()
    done = client.post(address, data | {"text": "Anna Brandt zahlt 500 Euro."}, follow=True)
    assert "aus A-017, Fassung 1, angepasst" in done.content.decode()


def test_what_was_typed_survives_a_block_that_changed_meanwhile(case: PermitCase, cast: Cast) -> None:
    made = block(case.authority, "A-017")
    old = newest(made)
    save_block(block=made, by=cast.admin, content=content(text="Neu."), based_on=1)
    address = reverse("staff_condition_from_block", args=[case.uuid, old.uuid])
    data = {"kind": old.kind, "stage": old.stage, "text": "Mein langer Text."}
    response = browser(cast.officer).post(address, data)
    assert response.status_code == 409
    assert "Mein langer Text." in response.content.decode()


def test_blocks_of_another_authority_are_not_found(
    case: PermitCase, cast: Cast, authorities: dict[str, PermitAuthority]
) -> None:
    foreign = newest(block(authorities["beispielland"], "A-001"))
    address = reverse("staff_condition_from_block", args=[case.uuid, foreign.uuid])
    assert browser(cast.officer).get(address).status_code == 404


def test_many_blocks_cost_no_more_queries(case: PermitCase, cast: Cast, django_assert_max_num_queries: object) -> None:
    counts = []
    client = browser(cast.officer)
    address = reverse("staff_text_blocks", args=[case.uuid])
    client.get(address)
    for number in range(12):
        block(case.authority, f"A-{number:03}", proposed_when=("always",))
        if number in (0, 11):
            with django_assert_max_num_queries(60) as queries:  # type: ignore[operator]
                client.get(address)
            counts.append(len(queries))
    assert counts[0] == counts[1]


def test_gaps_that_are_filled_are_not_asked_for_when_something_else_is_wrong(case: PermitCase, cast: Cast) -> None:
    version = newest(block(case.authority, "A-001", text="Bis zum [[Tag]] sind [[Zahl]] Bäume zu pflanzen."))
    to = reverse("staff_condition_from_block", args=[case.uuid, version.uuid])
    officer = browser(cast.officer)
    assert "Bitte noch ergänzen: Tag, Zahl." in officer.get(to).content.decode()
    form = {"kind": version.kind, "stage": version.stage, "legal_basis": "", "reason": "Wegen \u202e des Klimas."}
    answer = officer.post(to, {**form, "text": "Bis zum 1. Mai sind drei Bäume zu pflanzen."})
    assert answer.status_code == 422
    assert "Bitte noch ergänzen" not in answer.content.decode()
    assert "drei Bäume" in answer.content.decode()
    half = officer.post(to, {**form, "text": "Bis zum 1. Mai sind [[Zahl]] Bäume zu pflanzen."}).content.decode()
    assert "Bitte noch ergänzen: Zahl." in half
