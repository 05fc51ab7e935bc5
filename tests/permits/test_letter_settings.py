"""Letterheads and letter parts: versions, refusals, and what papers print of them."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from demo.town.generate import Town
from permits import legal_time
from permits.errors import AccessDeniedError, InvalidInputError, StaleError
from permits.letter_language import FIELDS, check, values_of_case
from permits.models import AuditEvent, IssuedDocument, LetterheadVersion, LetterPartVersion, Outcome, PermitAuthority
from permits.selectors.letters import letterhead_history, letterhead_in_force
from permits.services.letter_parts import LetterTextError, reset_letter_part, restore_letter_part, save_letter_parts
from permits.services.letterheads import LetterheadValues, restore_letterhead, save_letterhead, values_of
from permits.services.letters import decision_notice
from permits.services.letters.frame import letterhead
from permits.services.letters.parts import filled
from permits.services.letters.samples import fields_of_kind, letter_kinds, sample_context
from permits.services.sealing import fonts
from reports.html import build_source
from reports.registry import KINDS
from tests.cast import Cast, fill_draft
from tests.jobs import run_jobs
from workflows import actions

pytestmark = pytest.mark.django_db
CREST = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 12"><path d="M0 0h10v12H0z" fill="#123456"/></svg>'


@pytest.fixture
def musterstadt(authorities: dict[str, PermitAuthority]) -> PermitAuthority:
    return authorities["musterstadt"]


def change(
    musterstadt: PermitAuthority, cast: Cast, *, reason: str = "Neues Erscheinungsbild", **values: Any
) -> LetterheadVersion:
    now = letterhead_in_force(musterstadt)
    given = {name: getattr(values_of(now), name) for name in LetterheadValues.__dataclass_fields__}
    return save_letterhead(
        authority=musterstadt,
        by=cast.admin,
        values=LetterheadValues(**{**given, **values}),
        reason=reason,
        based_on=now.number,
    )


def write(
    musterstadt: PermitAuthority, cast: Cast, text: str, *, place: str = "opening", kind: str = "receipt", on: int = 0
) -> LetterPartVersion:
    (part,) = save_letter_parts(
        authority=musterstadt,
        kind=kind,
        by=cast.admin,
        texts={place: text},
        based_on={place: on},
        reason="Wunsch des Rats",
    )
    return part


def test_an_authority_is_set_up_with_a_first_version(musterstadt: PermitAuthority) -> None:
    version = letterhead_in_force(musterstadt)
    assert (version.number, version.reason) == (1, "Einrichtung")
    assert letterhead(musterstadt).crest_svg


def test_a_new_version_counts_at_once_and_the_old_one_stays(musterstadt: PermitAuthority, cast: Cast) -> None:
    old = letterhead_in_force(musterstadt)
    change(musterstadt, cast, closing_formula="Freundliche Grüße", website="bau.musterstadt.example")
    assert letterhead(musterstadt).closing_formula == "Freundliche Grüße"
    assert [version.number for version in letterhead_history(musterstadt)] == [2, 1]
    assert letterhead(musterstadt, old).closing_formula == "Mit freundlichen Grüßen"
    assert AuditEvent.objects.filter(type="letterhead.saved").count() == 3, "two authorities were set up, one changed"


def test_an_earlier_letterhead_is_restored_as_a_new_version(musterstadt: PermitAuthority, cast: Cast) -> None:
    old = letterhead_in_force(musterstadt)
    change(musterstadt, cast, accent_colour="#7a1f1f", tint_colour="#f8eeee")
    restored = restore_letterhead(version=old, by=cast.admin, based_on=2)
    assert (restored.number, restored.reason) == (3, "Fassung 1 wiederhergestellt")
    assert values_of(restored) == values_of(old)


def test_versions_are_never_changed_or_removed(musterstadt: PermitAuthority, cast: Cast) -> None:
    write(musterstadt, cast, "Willkommen.")
    for model in (LetterheadVersion, LetterPartVersion):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(reason="anders")
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.all().delete()


def test_only_the_administration_writes_and_needs_a_reason(musterstadt: PermitAuthority, cast: Cast) -> None:
    values = values_of(letterhead_in_force(musterstadt))
    for person in (cast.officer, cast.reviewer, cast.owner, cast.other_officer):
        with pytest.raises(AccessDeniedError):
            save_letterhead(authority=musterstadt, by=person, values=values, reason="x", based_on=1)
        with pytest.raises(AccessDeniedError):
            save_letter_parts(
                authority=musterstadt, kind="receipt", by=person, texts={"opening": "x"}, based_on={}, reason="x"
            )
    with pytest.raises(InvalidInputError, match="warum"):
        change(musterstadt, cast, reason=" ")
    with pytest.raises(InvalidInputError, match="warum"):
        save_letter_parts(
            authority=musterstadt, kind="receipt", by=cast.admin, texts={"opening": "x"}, based_on={}, reason=""
        )


def test_two_administrators_do_not_overwrite_each_other(musterstadt: PermitAuthority, cast: Cast) -> None:
    values = values_of(letterhead_in_force(musterstadt))
    change(musterstadt, cast, website="eins.example")
    with pytest.raises(StaleError, match="Fassung 2"):
        save_letterhead(authority=musterstadt, by=cast.admin, values=values, reason="später", based_on=1)
    write(musterstadt, cast, "Eins.")
    with pytest.raises(StaleError, match="Nach der Anrede"):
        write(musterstadt, cast, "Zwei.")
    assert write(musterstadt, cast, "Zwei.", on=1).number == 2


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"accent_colour": "#ffdd00"}, "accent_colour", "zu blass"),
        ({"accent_colour": "rot"}, "accent_colour", "wählen Sie eine Farbe"),
        ({"tint_colour": "#777777"}, "tint_colour", "nicht gut zu lesen"),
        ({"return_line": "x" * 73}, "return_line", "72 Zeichen"),
        ({"closing_formula": " "}, "closing_formula", "Grußformel"),
        ({"signature_lines": ("a", "b", "c", "d")}, "signature_lines", "höchstens 3"),
        ({"footer_columns": (("a",), ("b",), ("c",), ("d",))}, "footer_1", "höchstens 3 Spalten"),
        ({"footer_columns": ((), ("a",) * 5)}, "footer_2", "4 Zeilen"),
        ({"footer_columns": (("x" * 43,),)}, "footer_1", "42 Zeichen"),
        ({"website": "漢.example"}, "website", "6F22"),
        ({"website": "javascript:alert(1)"}, "website", "Internetadresse"),
        ({"website": "JavaScript://www.musterstadt.de/%0aalert(1)"}, "website", "Internetadresse"),
        ({"website": "data:text/html,x"}, "website", "Internetadresse"),
        ({"website": "ftp://musterstadt.de"}, "website", "Internetadresse"),
        ({"website": "https://"}, "website", "Internetadresse"),
        ({"website": "www.musterstadt.de wir sind da"}, "website", "Internetadresse"),
        ({"website": "bauamt@musterstadt.de"}, "website", "Internetadresse"),
        ({"crest_svg": CREST, "crest_alternative": ""}, "crest_alternative", "beschreiben"),
        ({"crest_svg": "kein SVG"}, "crest_file", "SVG"),
    ],
)
def test_what_no_paper_can_carry_is_refused_with_its_field(
    musterstadt: PermitAuthority, cast: Cast, values: dict[str, Any], field: str, says: str
) -> None:
    with pytest.raises(InvalidInputError, match=says) as caught:
        change(musterstadt, cast, **values)
    assert caught.value.field == field
    assert letterhead_in_force(musterstadt).number == 1


@pytest.mark.parametrize(
    "website",
    ["", "musterstadt.de", "www.bad-münder.example", "https://www.musterstadt.de:8443/bauen/?a=1#b", "HTTP://a.b.de/"],
)
def test_websites_are_taken_with_and_without_http(musterstadt: PermitAuthority, cast: Cast, website: str) -> None:
    assert change(musterstadt, cast, website=website).website == website


def test_every_kind_of_letter_prints_the_authoritys_texts(musterstadt: PermitAuthority) -> None:
    kinds = letter_kinds()
    assert {"receipt", "permit_notice", "refusal_notice"} <= {kind.id for kind in kinds}
    for kind in kinds:
        texts = [
            LetterPartVersion(kind=kind.id, place=place, number=7, text=f"{place}: {{{{ aktenzeichen }}}} <b>&amp;</b>")
            for place in ("opening", "closing")
        ]
        context = sample_context(musterstadt, kind=kind.id, parts=texts)
        html = build_source(context, KINDS[kind.id], created="2026-11-22T11:00:00Z", fonts=fonts()).html
        for place in ("opening", "closing"):
            assert f"{place}: {context.case.case_number} &lt;b&gt;&amp;amp;&lt;/b&gt;" in html, kind.id


def test_a_letter_goes_on_with_a_capital_after_a_text_of_the_authority(musterstadt: PermitAuthority) -> None:
    part = LetterPartVersion(kind="receipt", place="opening", number=1, text="Willkommen im Verfahren.")
    for parts, expected in (([part], "<p>Vielen Dank. "), ([], "<p>vielen Dank. ")):
        context = sample_context(musterstadt, kind="receipt", parts=parts)
        assert expected in build_source(context, KINDS["receipt"], created="", fonts=fonts()).html


def test_a_deadline_can_be_named_only_where_the_letter_sets_one() -> None:
    assert check("bis {{ frist }}", fields=fields_of_kind("information_request")) == []
    assert check("bis {{ frist }}", fields=fields_of_kind("receipt"))


def test_mistakes_are_told_with_place_line_and_column(musterstadt: PermitAuthority, cast: Cast) -> None:
    with pytest.raises(LetterTextError) as caught:
        write(musterstadt, cast, "Guten Tag,\n{{ aktenzeichn }}\n漢 {% for x in y %}")
    assert [(error.line, error.column) for error in caught.value.errors] == [(2, 4), (3, 1), (3, 3)]
    assert caught.value.field == "opening"


def test_a_gap_that_nobody_could_fill_is_refused_with_its_place(musterstadt: PermitAuthority, cast: Cast) -> None:
    """Correction K1 of a case went out sealed with "Bitte zahlen Sie [[Betrag in Euro]] bis [[Tag]]"."""
    with pytest.raises(LetterTextError, match="füllt hier niemand aus") as caught:
        write(musterstadt, cast, "Guten Tag,\nzahlen Sie [[Betrag in Euro]] bis [[\nTag]].", kind="correction_notice")
    assert [(error.line, error.column) for error in caught.value.errors] == [(2, 12), (2, 35)]
    # One saved before stops the paper instead of being printed.
    old = LetterPartVersion(kind="receipt", place="opening", number=3, text="Bis [[Tag]].")
    with pytest.raises(InvalidInputError, match=r"„Nach der Anrede“ \(Fassung 3\).* Zeile 1, Spalte 5"):
        filled([old], {})


def test_texts_are_restored_and_reset(musterstadt: PermitAuthority, cast: Cast) -> None:
    first = write(musterstadt, cast, "Eins.")
    write(musterstadt, cast, "Zwei.", on=1)
    (restored,) = restore_letter_part(version=first, by=cast.admin, based_on=2)
    assert (restored.number, restored.text) == (3, "Eins.")
    (reset,) = reset_letter_part(authority=musterstadt, kind="receipt", place="opening", by=cast.admin, based_on=3)
    assert (reset.number, reset.text, reset.reason) == (4, "", "Auf den Standard zurückgesetzt")
    assert (
        save_letter_parts(
            authority=musterstadt,
            kind="receipt",
            by=cast.admin,
            texts={"opening": ""},
            based_on={"opening": 4},
            reason="",
        )
        == []
    ), "nothing changed, nothing written"


@pytest.mark.django_db(transaction=True)
def test_a_paper_prints_the_texts_of_its_authority_and_names_their_version(
    musterstadt: PermitAuthority, cast: Cast, published_town: Town
) -> None:
    write(musterstadt, cast, "Sie bauen: {{ bauvorhaben }}.")
    write(
        musterstadt, cast, "{% if bevollmaechtigte %}Zustellung an {{ bevollmaechtigte }}.{% endif %}", place="closing"
    )
    case = fill_draft(cast, musterstadt, published_town)
    actions.submit(case=case, by=cast.owner)
    run_jobs()
    issued = IssuedDocument.objects.get(case=case, kind="receipt")
    (part,) = issued.context["letter_parts"]
    assert part["paragraphs"] == [f"Sie bauen: {case.proposal.title}."]
    assert (part["place"], part["key"], part["version"]) == ("opening", "receipt.opening", 1)
    assert "<p>Sie bauen: " in issued.html
    before = issued.html, issued.context
    write(musterstadt, cast, "Anders.", on=1)
    change(musterstadt, cast, closing_formula="Beste Grüße")
    issued.refresh_from_db()
    assert (issued.html, issued.context) == before


def test_every_field_that_always_has_a_value_has_one_in_a_submitted_case(
    musterstadt: PermitAuthority, cast: Cast, published_town: Town
) -> None:
    case = fill_draft(cast, musterstadt, published_town)
    actions.submit(case=case, by=cast.owner)
    case.refresh_from_db()
    values = values_of_case(case)
    assert values.keys() == FIELDS.keys()
    assert [name for name, field in FIELDS.items() if field.always and not values[name]] == []


def test_a_decision_is_issued_with_the_texts_that_its_signer_saw(
    musterstadt: PermitAuthority, cast: Cast, published_town: Town
) -> None:
    write(musterstadt, cast, "Wir freuen uns mit Ihnen.", kind="permit_notice")
    case = fill_draft(cast, musterstadt, published_town)
    actions.submit(case=case, by=cast.owner)
    actions.confirm_completeness(case=case, by=cast.officer)
    actions.finish_assessment(case=case, by=cast.officer)
    actions.save_decision(
        case=case, by=cast.officer, outcome=Outcome.GRANTED, operative_part="Die Genehmigung wird erteilt.", reasons=""
    )
    version = actions.propose_decision(case=case, by=cast.officer)
    assert version.content is not None
    assert version.content["letter_parts"] == [{"place": "opening", "version": 1}]
    write(musterstadt, cast, "Später geschrieben.", kind="permit_notice", on=1)
    context = decision_notice(case, version, version.content, {"dated_on": legal_time.today()})
    assert [part.paragraphs for part in context.letter_parts] == [("Wir freuen uns mit Ihnen.",)]


def test_a_text_that_cannot_be_filled_is_refused_before_anybody_signs(
    musterstadt: PermitAuthority, cast: Cast, published_town: Town
) -> None:
    write(musterstadt, cast, "{{ behoerde_anschrift }}", kind="permit_notice")
    case = fill_draft(cast, musterstadt, published_town)
    actions.submit(case=case, by=cast.owner)
    # As an older text would be after a field was given up.
    broken = LetterPartVersion(kind="receipt", place="opening", number=1, text="Zu {{ alter_name }}")
    with pytest.raises(InvalidInputError, match=r"„Nach der Anrede“ .* lässt sich nicht ausfüllen"):
        filled([broken], values_of_case(case))
