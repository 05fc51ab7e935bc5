"""A library as a file: what is written out comes back the same; mistakes are all named, and then nothing is written."""

import datetime as dt

import pytest

from demo.text_blocks import FILE, seed_text_blocks
from permits.errors import AccessDeniedError
from permits.models import PermitAuthority, TextBlock
from permits.selectors.text_block_sharing import origin_news
from permits.services.text_block_files import BlockFileError, export_blocks, import_blocks
from permits.services.text_blocks import BlockContent, archive_block
from tests.cast import Cast
from tests.permits.text_block_cast import block, newest

pytestmark = pytest.mark.django_db
Authorities = dict[str, PermitAuthority]
ROW = """
[[baustein]]
schluessel = "A-001"
bezeichnung = "Anzeige"
art = "Auflage"
zu_erfuellen = "Vor Baubeginn"
text = "Bitte anzeigen."
gilt_ab = 2026-01-01
"""


def test_a_library_comes_back_as_it_was_written(authorities: Authorities, cast: Cast) -> None:
    own, other = authorities["musterstadt"], authorities["beispielland"]
    text = 'Zeile 1 mit "Anführung" und \\ und """drei""".\n\nZeile 3: {{ aktenzeichen }} é ß „x“ <b>'
    block(own, "A-001", text=text, procedures=("VG",), proposed_when=("always", "overlay:flood_area"))
    block(own, "A-002", valid_to=dt.date(2030, 12, 31), basis_verified=True, kind="advisory_note")
    file = export_blocks(authority=own, by=cast.admin)
    done = import_blocks(authority=other, by=None, file=file.encode())
    assert done.created == ("A-001", "A-002")
    for key in done.created:
        copies = [newest(TextBlock.objects.get(authority=authority, key=key)) for authority in (own, other)]
        assert BlockContent.of(copies[0]) == BlockContent.of(copies[1])
    assert import_blocks(authority=own, by=cast.admin, file=file.encode()).unchanged == ("A-001", "A-002")


def test_a_known_key_gets_a_new_version_and_checking_writes_nothing(authorities: Authorities, cast: Cast) -> None:
    own = authorities["musterstadt"]
    made = block(own, "A-001")
    checked = import_blocks(authority=own, by=cast.admin, file=ROW.encode(), check_only=True)
    assert checked.changed == ("A-001",)
    assert newest(made).number == 1
    import_blocks(authority=own, by=cast.admin, file=ROW.encode())
    assert (newest(made).number, newest(made).text) == (2, "Bitte anzeigen.")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "[[baustein]]"),
        (b"\xff\xfe", "UTF-8"),
        (b"x = [[[", "TOML"),
        (b"x = " + b"[" * 100_000, "TOML"),
        (b"baustein = 3", "[[baustein]]"),
        (b"baustein = [3]", "ist keine Tabelle"),
        (ROW.replace("Auflage", "Wunsch").encode(), "Baustein 1 („A-001“), art: Die Art „Wunsch“ gibt es nicht."),
        (ROW.replace("Bitte", "{{ bitte }}").encode(), "text: Zeile 1, Spalte 4"),
        (ROW.replace("2026-01-01", '"morgen"').encode(), "„gilt_ab“ muss ein Datum"),
        (ROW.replace("2026-01-01", "2026-01-01T00:00:00").encode(), "„gilt_ab“ muss ein Datum"),
        (ROW.replace('schluessel = "A-001"\n', "").encode(), "„schluessel“ fehlt"),
        (ROW.replace("bezeichnung", "name").encode(), "Unbekannte Angaben: name"),
        (ROW.replace('text = "Bitte anzeigen."\n', "").encode(), "Es fehlt: text"),
        ((ROW + "vorschlagen = [1]").encode(), "„vorschlagen“ muss eine Liste"),
        ((ROW * 2).encode(), "zweimal"),
        (b"#" * 5_000_001, "größer als 5 MB"),
    ],
)
def test_a_file_with_a_mistake_is_refused_whole(authorities: Authorities, cast: Cast, file: bytes, words: str) -> None:
    with pytest.raises(BlockFileError) as refused:
        import_blocks(authority=authorities["musterstadt"], by=cast.admin, file=file)
    assert words in refused.value.errors[0]
    assert not TextBlock.objects.exists()


def test_all_mistakes_are_named_at_once(authorities: Authorities, cast: Cast) -> None:
    second = ROW.replace("A-001", "A-002").replace("Auflage", "Wunsch")
    third = ROW.replace("A-001", "A-003").replace("Vor Baubeginn", "Nie")
    with pytest.raises(BlockFileError) as refused:
        import_blocks(authority=authorities["musterstadt"], by=cast.admin, file=f"{ROW}{second}{third}".encode())
    assert [error.split(":")[0] for error in refused.value.errors] == [
        "Baustein 2 („A-002“), art", "Baustein 3 („A-003“), zu_erfuellen",
    ]  # fmt: skip
    assert not TextBlock.objects.exists()


def test_every_mistake_of_one_block_is_named(authorities: Authorities, cast: Cast) -> None:
    wrong = """
[[baustein]]
schluessel = "a 1"
unbekannt = 1
bezeichnung = "Anzeige 😀"
art = "Wunsch"
zu_erfuellen = "Nie"
text = "Bitte {{ bitte }} und {{ danke }}."
begruendung = "Weil [[ ]]."
rechtsgrundlage_verglichen = "ja"
verfahren = ["XX"]
vorschlagen = [1]
gilt_bis = "morgen"
anlass = 3
"""
    with pytest.raises(BlockFileError) as refused:
        import_blocks(authority=authorities["musterstadt"], by=cast.admin, file=wrong.encode())
    told = "\n".join(refused.value.errors)
    for words in (
        "„schluessel“ fehlt oder hat unerlaubte Zeichen",
        "Unbekannte Angaben: unbekannt",
        "Es fehlt: gilt_ab",
        ", bezeichnung: Die Bezeichnung enthält Zeichen",
        ", art: Die Art „Wunsch“",
        ", zu_erfuellen: Den Zeitpunkt „Nie“",
        ", text: Zeile 1, Spalte 10",
        ", text: Zeile 1, Spalte 26",
        ", begruendung: Zeile 1",
        ", rechtsgrundlage_verglichen: „rechtsgrundlage_verglichen“ muss true",
        ", verfahren: Unbekannte Verfahren: XX",
        ", vorschlagen: „vorschlagen“ muss eine Liste",
        ", gilt_bis: „gilt_bis“ muss ein Datum",
        ", anlass: muss ein Text",
    ):
        assert words in told
    assert len(refused.value.errors) == len(set(refused.value.errors)) == 14
    assert all(error.startswith("Baustein 1 („A 1“)") for error in refused.value.errors)


NUMBER = b"9" * 200_000


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"# x\na = " + NUMBER, "in Zeile 2, Spalte 5: Eine Zahl hat zu viele Ziffern"),
        (b"[[baustein]]\nschluessel = 0x" + b"f" * 200_000, "„schluessel“ fehlt oder hat unerlaubte Zeichen"),
        (b"[[baustein]]\nanlass = 0x" + b"f" * 200_000, "anlass: muss ein Text"),
        (b"a = 1\nb = " + b"[" * 100_000, "in Zeile 2, Spalte 105: Sie ist zu tief verschachtelt"),
        (b"x", "am Ende der Datei: Nach dem Namen fehlt ein Gleichheitszeichen"),
        (b"a = 1\nx y", "in Zeile 2, Spalte 3: Nach dem Namen fehlt ein Gleichheitszeichen"),
        (b"a = 1 2", "in Zeile 1, Spalte 7: Nach der Angabe steht etwas"),
        (b"a = 1\na = 2", "gibt es an dieser Stelle schon einmal"),
        (b"a = 2026-02-30", "in Zeile 1, Spalte 5: Diesen Tag oder diese Uhrzeit gibt es nicht"),
        (b"a = ", "Der Wert fehlt oder ist nicht lesbar"),
        (b'a = "x\ny"', "in Zeile 1, Spalte 7: Hier steht ein unerlaubtes Zeichen"),
        (b'a = "x', "Ein Text ist nicht"),
        (b"a = [1", "Eine Liste ist nicht"),
        (b"a = {b = 1", "Eine Tabelle ist nicht"),
        (b"[a", "ist nicht mit ] geschlossen"),
        (b"[[a", "ist nicht mit ]] geschlossen"),
        (b'a = "\\q"', "umgekehrten Schrägstrich"),
        (b'a = "\\u12"', "nicht genug Ziffern"),
        (b'a = "\\ud800"', "gibt es nicht"),
        (b"# \x01", "unerlaubtes Zeichen"),
    ],
)
def test_what_is_no_toml_is_said_in_german_with_its_place(
    authorities: Authorities, cast: Cast, file: bytes, words: str
) -> None:
    with pytest.raises(BlockFileError) as refused:
        import_blocks(authority=authorities["musterstadt"], by=cast.admin, file=file)
    told = "\n".join(refused.value.errors)
    assert words in told
    for english in ("Expected", "Invalid", "Cannot", "Unclosed", "Illegal", "line", "limit"):
        assert english not in told


def test_an_archived_block_is_not_changed_by_a_file(authorities: Authorities, cast: Cast) -> None:
    archive_block(block=block(authorities["musterstadt"], "A-001"), by=cast.admin)
    with pytest.raises(BlockFileError, match="Archiv"):
        import_blocks(authority=authorities["musterstadt"], by=cast.admin, file=ROW.encode())


def test_only_the_administration_reads_and_writes_files(authorities: Authorities, cast: Cast) -> None:
    with pytest.raises(AccessDeniedError):
        export_blocks(authority=authorities["musterstadt"], by=cast.officer)
    with pytest.raises(AccessDeniedError):
        import_blocks(authority=authorities["musterstadt"], by=cast.officer, file=ROW.encode())


def test_the_demo_has_a_library_with_news_and_nothing_pretends_to_be_verified(authorities: Authorities) -> None:
    seed_text_blocks(authorities)
    seed_text_blocks(authorities)
    blocks = TextBlock.objects.filter(authority=authorities["musterstadt"]).select_related("current")
    assert len(blocks) == FILE.read_text().count("[[baustein]]") + 1
    assert not any(row.current.basis_verified for row in blocks if row.current)
    assert [row.block.key for row in origin_news(authorities["musterstadt"])] == ["A-020"]
