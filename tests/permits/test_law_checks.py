"""The system check finds a law pack that would fail in the middle of a procedure."""

from pathlib import Path

import pytest

from permits import checks
from permits.law import FOLDER, LawPackError, load_pack

VALID = "citation.valid_from = 2024-01-01"


def broken(folder: Path, file: str, old: str, new: str) -> list[str]:
    """Return the check's messages for a copy of the pack of Lower Saxony with one change."""
    pack = folder / "ni"
    pack.mkdir()
    for path in (FOLDER / "ni").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        if path.name == file:
            assert old in text
            text = text.replace(old, new)
        (pack / path.name).write_text(text, encoding="utf-8")
    return [str(message.msg) for message in checks.faults(load_pack(pack))]


def test_the_packs_of_the_product_are_whole() -> None:
    assert checks.check_law_packs() == []


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("portal_status.toml", 'id = "hearing"', 'id = "hearings"', "In „portal_status“ fehlt „hearing“."),
        ("service.toml", 'id = "portal"', 'id = "gate"', "In „service_rules“ fehlt „portal“."),
        ("clocks.toml", 'id = "remedy"', 'id = "remedies"', "nennt die unbekannte Frist „remedy“."),
        ("clocks.toml", 'procedures = ["VG", "BG"]', 'procedures = ["VG", "XX"]', "nennt Unbekanntes: XX."),
        ("required_documents.toml", 'procedure = "AB"', 'procedure = "ZZ"', "das unbekannte Verfahren „ZZ“."),
        ("required_documents.toml", '"1804"', '"1899"', "nennt die unbekannte Art „1899“."),
        ("required_documents.toml", 'procedure = "VG"', 'procedure = "BG"', "„VG“ sind keine Bauvorlagen genannt."),
        ("procedures.toml", '"§ 63 und § 70 Abs. 1 NBauO"', '""', "„VG“ fehlt die Rechtsgrundlage der Entscheidung."),
        ("codes.toml", VALID, f"{VALID}\ncitation.valid_to = 2024-12-31", "Die Liste „measures“ ist leer."),
    ],
)
def test_a_gap_is_found(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    found = broken(tmp_path, file, old, new)
    assert any(message in text for text in found), found
    assert all(text.startswith("Rechtspaket „ni“: ") for text in found)


def test_an_unreadable_pack_is_an_error_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(land: str) -> None:
        raise LawPackError(f"Das Rechtspaket {land} ist nicht lesbar.")

    monkeypatch.setattr(checks, "law", unreadable)
    assert [message.id for message in checks.check_law_packs()] == ["permits.E002"]


def test_an_installation_without_any_pack_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "available_lands", tuple)
    assert [message.id for message in checks.check_law_packs()] == ["permits.E001"]
