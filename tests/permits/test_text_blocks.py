"""The library of text blocks: versions, keys, what is refused and where, the archive, what is in force, the search."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from permits import legal_time
from permits.errors import AccessDeniedError, InvalidInputError, StaleError, StateError
from permits.models import AuditEvent, PermitAuthority, TextBlock, TextBlockVersion
from permits.selectors.text_blocks import (
    BlockQuery,
    block_page,
    compared,
    next_key,
    search_versions,
    usable_versions,
)
from permits.services.text_blocks import (
    BlockContent,
    archive_block,
    create_block,
    restore_block,
    save_block,
    wording_sha256,
)
from tests.cast import Cast
from tests.permits.text_block_cast import block, content, newest

pytestmark = pytest.mark.django_db
TODAY = legal_time.today


def test_a_block_begins_with_version_one_and_the_log_says_so(
    authorities: dict[str, PermitAuthority], cast: Cast
) -> None:
    made = create_block(authority=authorities["musterstadt"], by=cast.admin, key=" a-017 ", content=content())
    version = newest(made)
    assert (made.key, version.number, version.written_by) == ("A-017", 1, cast.admin)
    assert version.sha256 == wording_sha256(content())
    event = AuditEvent.objects.get(type="text_block.created")
    assert event.subject == {
        "text_block": str(made.uuid), "key": "A-017", "version": 1, "sha256": version.sha256,
    }  # fmt: skip


def test_a_change_is_a_new_version_and_the_old_one_stays(authorities: dict[str, PermitAuthority], cast: Cast) -> None:
    made = block(authorities["musterstadt"])
    new = content(text="Der Baubeginn ist zwei Wochen vorher anzuzeigen.")
    version = save_block(block=made, by=cast.admin, content=new, based_on=1, note="Frist verlängert")
    assert (version.number, version.note) == (2, "Frist verlängert")
    assert made.versions.get(number=1).text == content().text
    assert BlockContent.of(newest(made)) == new
    old, _, parts = compared(made, 1, 2)
    assert old.number == 1
    assert [part.title for part in parts if part.changed] == ["Text"]


def test_the_second_of_two_administrators_is_told_and_overwrites_nothing(
    authorities: dict[str, PermitAuthority], cast: Cast
) -> None:
    made = block(authorities["musterstadt"])
    save_block(block=made, by=cast.admin, content=content(title="Erste Person"), based_on=1)
    with pytest.raises(StaleError, match="Fassung 2"):
        save_block(block=made, by=cast.admin, content=content(title="Zweite Person"), based_on=1)
    assert newest(made).title == "Erste Person"


def test_saving_without_a_change_is_refused(authorities: dict[str, PermitAuthority], cast: Cast) -> None:
    made = block(authorities["musterstadt"])
    with pytest.raises(InvalidInputError, match="nichts geändert"):
        save_block(block=made, by=cast.admin, content=content(text=f"{content().text}\r\n"), based_on=1)


@pytest.mark.parametrize(
    "operation", ["UPDATE permits_textblockversion SET text = 'x'", "DELETE FROM permits_textblockversion"]
)
def test_the_database_itself_keeps_versions(authorities: dict[str, PermitAuthority], operation: str) -> None:
    block(authorities["musterstadt"])
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(operation)


@pytest.mark.parametrize("person", ["officer", "reviewer", "owner", "stranger", "auditor"])
def test_only_the_administration_writes(authorities: dict[str, PermitAuthority], cast: Cast, person: str) -> None:
    made = block(authorities["musterstadt"])
    by = getattr(cast, person)
    with pytest.raises(AccessDeniedError):
        create_block(authority=authorities["musterstadt"], by=by, key="A-2", content=content())
    with pytest.raises(AccessDeniedError):
        save_block(block=made, by=by, content=content(title="x"), based_on=1)
    with pytest.raises(AccessDeniedError):
        archive_block(block=made, by=by)


def test_an_administrator_writes_only_in_her_own_library(authorities: dict[str, PermitAuthority], cast: Cast) -> None:
    with pytest.raises(AccessDeniedError):
        create_block(authority=authorities["beispielland"], by=cast.admin, key="A-1", content=content())


def test_a_key_is_given_once_per_authority(authorities: dict[str, PermitAuthority], cast: Cast) -> None:
    block(authorities["musterstadt"], "A-001")
    block(authorities["beispielland"], "A-001")
    with pytest.raises(InvalidInputError, match="gibt es schon") as refused:
        create_block(authority=authorities["musterstadt"], by=cast.admin, key="a-001", content=content())
    assert refused.value.field == "key"


@pytest.mark.parametrize("key", ["", "   ", "A 1", "A/1", "<b>", "{{x}}", "-A", "A" * 21, "😀"])
def test_keys_that_nobody_could_cite_are_refused(authorities: dict[str, PermitAuthority], key: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        block(authorities["musterstadt"], key)
    assert refused.value.field == "key"


def test_the_next_key_follows_the_last_one(authorities: dict[str, PermitAuthority]) -> None:
    authority = authorities["musterstadt"]
    assert next_key(authority) == "A-001"
    block(authority, "W-017")
    block(authority, "W-018")
    assert next_key(authority) == "W-019"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"text": "Bis zum\n{{ fristt }} anzeigen."}, "text", "Zeile 2, Spalte 4"),
        ({"text": "Bis {{ frist }} anzeigen."}, "text", "kann leer sein"),
        ({"text": "{% for x in y %}x{% endfor %}"}, "text", "gibt es hier nicht"),
        ({"reason": "Weil {{ bauvorhaben"}, "reason", "nicht geschlossen"),
        ({"text": "Eins\n[[Betrag in Euro"}, "text", "Zeile 2, Spalte 1: „\\[\\[“ ist nicht geschlossen"),
        ({"text": "Ja [[Betrag\nin Euro]]"}, "text", "Zeile 1, Spalte 4: „\\[\\[“ ist nicht geschlossen"),
        ({"text": "Ja [[Betrag] Euro"}, "text", "Zeile 1, Spalte 4: „\\[\\[“ ist nicht geschlossen"),
        ({"text": "Eins\n[Betrag]]"}, "text", "Zeile 2, Spalte 8: „\\]\\]“ schließt"),
        ({"text": "Ja [[ ]]"}, "text", "Zeile 1, Spalte 4: .* steht nichts"),
        ({"reason": "Ja [[]]"}, "reason", "Zeile 1, Spalte 4: .* steht nichts"),
        ({"text": "Ja [[a [[b]] c]]"}, "text", "Zeile 1, Spalte 4: .* keine weiteren eckigen Klammern"),
        ({"text": "Ja [[a [b] c]]"}, "text", "Zeile 1, Spalte 4: .* keine weiteren eckigen Klammern"),
        ({"text": "Ja [[ {{ aktenzeichen }} ]]"}, "text", "Zeile 1, Spalte 4: .* kein Feld"),
        ({"text": "[[a{% if frist %}b{% endif %}]]"}, "text", "Zeile 1, Spalte 1: .* keine Bedingung"),
        ({"text": '{{ frist | default: "[[Frist" }}]]'}, "text", "Zeile 1, Spalte 22: .* kein Feld"),
        ({"text": f"Ja [[{'x' * 81}]]"}, "text", "Zeile 1, Spalte 4: .* mehr als 80 Zeichen"),
        ({"text": "[[a]] und [[ ]] {{ fristt }}"}, "text", "Zeile 1, Spalte 11"),
        ({"text": "Be\u200btrag"}, "text", "Zeile 1, Spalte 3: Hier steht ein unsichtbares Zeichen"),
        ({"text": "Anzeigen 😀"}, "text", "drucken"),
        ({"text": "x" * 10_000}, "text", "10000 Zeichen"),
        ({"text": " \n "}, "text", "fehlt"),
        ({"title": ""}, "title", "fehlt"),
        ({"title": "x" * 201}, "title", "201 Zeichen"),
        ({"legal_basis": "§" * 201}, "legal_basis", "201 Zeichen"),
        ({"kind": "wish"}, "kind", "gibt es nicht"),
        ({"stage": "never"}, "stage", "gibt es nicht"),
        ({"procedures": ("XX",)}, "procedures", "XX"),
        ({"proposed_when": ("overlay:moon",)}, "proposed_when", "overlay:moon"),
        ({"valid_to": dt.date(2025, 1, 1)}, "valid_to", "vor dem ersten"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    authorities: dict[str, PermitAuthority], changes: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(InvalidInputError, match=words) as refused:
        block(authorities["musterstadt"], **changes)
    assert refused.value.field == field
    assert not TextBlock.objects.exists()


@pytest.mark.parametrize("text", ["[[Betrag in Euro]]", "[[ Zahl ]][[Tag]]", "[[[Zahl]]]", "[siehe [1] ]", "[a] [b]"])
def test_gaps_and_single_brackets_are_kept(authorities: dict[str, PermitAuthority], text: str) -> None:
    assert newest(block(authorities["musterstadt"], text=text)).text == text


def test_html_is_text_like_any_other(authorities: dict[str, PermitAuthority]) -> None:
    made = block(authorities["musterstadt"], text="Nicht <b>fett</b> & nicht <script>alert(1)</script>.")
    assert newest(made).text == "Nicht <b>fett</b> & nicht <script>alert(1)</script>."


def test_an_archived_block_is_neither_found_nor_changed_until_it_comes_back(
    authorities: dict[str, PermitAuthority], cast: Cast
) -> None:
    authority = authorities["musterstadt"]
    made = archive_block(block=block(authority), by=cast.admin)
    assert not usable_versions(authority, "VG", TODAY())
    assert not block_page(authority, BlockQuery()).blocks
    assert [row.key for row in block_page(authority, BlockQuery(archived=True)).blocks] == ["A-001"]
    with pytest.raises(StateError, match="archiviert"):
        save_block(block=made, by=cast.admin, content=content(title="x"), based_on=1)
    restore_block(block=made, by=cast.admin)
    assert usable_versions(authority, "VG", TODAY())
    with pytest.raises(StateError, match="nicht archiviert"):
        restore_block(block=made, by=cast.admin)


def test_what_counts_today_is_the_newest_version_that_has_begun(
    authorities: dict[str, PermitAuthority], cast: Cast
) -> None:
    authority = authorities["musterstadt"]
    made = block(authority, title="Bisher")
    begins = TODAY() + dt.timedelta(days=10)
    later = content(title="Später", valid_from=begins, valid_to=begins)
    save_block(block=made, by=cast.admin, content=later, based_on=1)
    titles = {
        days: [row.title for row in usable_versions(authority, "VG", TODAY() + dt.timedelta(days=days))]
        for days in (0, 10, 11)
    }
    # Once the newest has ended, the one that it replaced does not come back.
    assert titles == {0: ["Bisher"], 10: ["Später"], 11: []}


def test_a_block_for_other_procedures_is_not_usable(authorities: dict[str, PermitAuthority]) -> None:
    authority = authorities["musterstadt"]
    block(authority, "A-001", procedures=("BG",))
    block(authority, "A-002", procedures=("VG", "BG"))
    block(authority, "A-003")
    assert [row.block.key for row in search_versions(usable_versions(authority, "VG", TODAY()), "")] == [
        "A-002", "A-003",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("A-00", ["A-001", "A-002", "A-003"]),
        ("a-002", ["A-002"]),
        ("überschwemmungsgebiete", ["A-002"]),  # another case of the word
        ("wasser", ["A-002"]),  # inside "Hochwasser"
        ("grenz", ["A-003"]),  # the beginning of a word
        ("einzäunung grenze", ["A-003"]),  # all words, anywhere
        ("einzäunung hochwasser", []),
        ("78", ["A-002"]),  # a paragraph
        ("' & | ! <> :* \\", []),
        ("%", []),
        ("und", []),
        ("x" * 100, []),
    ],
)
def test_the_search_finds_keys_words_and_parts_of_words(
    authorities: dict[str, PermitAuthority], words: str, expected: list[str]
) -> None:
    authority = authorities["musterstadt"]
    block(authority, "A-001", text="Der Beginn ist anzuzeigen.")
    block(
        authority, "A-002", title="Hochwasser", text="Im Überschwemmungsgebiet ist nichts zu lagern.",
        legal_basis="§ 78 WHG",
    )  # fmt: skip
    block(authority, "A-003", title="Zaun", text="Die Einzäunung folgt der Grenze.")
    block(authorities["beispielland"], "A-001", text="Überschwemmungsgebiet, Hochwasser, Grenze")
    assert sorted(row.key for row in block_page(authority, BlockQuery(text=words)).blocks) == expected
    found = search_versions(usable_versions(authority, "VG", TODAY()), words)
    assert sorted(row.block.key for row in found) == expected


def test_the_list_is_filtered_and_paged_by_key(authorities: dict[str, PermitAuthority]) -> None:
    authority = authorities["musterstadt"]
    for number in range(60):
        kind = "advisory_note" if number % 2 else "requirement"
        block(authority, f"A-{number:03}", kind=kind, procedures=("VG",) if number < 30 else ())
    first = block_page(authority, BlockQuery())
    assert (len(first.blocks), first.previous_key, first.next_key) == (25, "", "A-024")
    second = block_page(authority, BlockQuery(after=first.next_key))
    assert [second.blocks[0].key, second.previous_key, second.next_key] == ["A-025", "A-025", "A-049"]
    last = block_page(authority, BlockQuery(after=second.next_key))
    assert (len(last.blocks), last.next_key) == (10, "")
    assert list(block_page(authority, BlockQuery(before=second.previous_key)).blocks) == list(first.blocks)
    notes = block_page(authority, BlockQuery(kind="advisory_note", procedure="BG"))
    assert [row.key for row in notes.blocks][:2] == ["A-031", "A-033"]
    assert block_page(authority, BlockQuery(stage="in_use")).blocks == []


def test_the_hash_covers_the_wording_and_nothing_else() -> None:
    same = content(valid_from=dt.date(2026, 5, 1), basis_verified=True, procedures=("VG",))
    assert wording_sha256(content()) == wording_sha256(same)
    assert wording_sha256(content()) != wording_sha256(content(legal_basis="§ 77 NBauO"))


def test_versions_are_numbered_without_gaps(authorities: dict[str, PermitAuthority], cast: Cast) -> None:
    made = block(authorities["musterstadt"])
    for number in (2, 3, 4):
        save_block(block=made, by=cast.admin, content=content(title=f"Nr. {number}"), based_on=number - 1)
    assert list(TextBlockVersion.objects.filter(block=made).values_list("number", flat=True)) == [1, 2, 3, 4]
