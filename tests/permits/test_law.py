"""The law packs: complete, cited, dated, and true to the code lists of XBau."""

import datetime as dt
import json
from pathlib import Path

import pytest

from permits.deadlines import Length
from permits.law import Law, LawPackError, Need, available_lands, law, load_pack

NI = law("ni")
TODAY = dt.date(2026, 11, 22)
LAW = NI.on(TODAY)

CITATION = """
citation.legal_basis = "§ 1 TestG"
citation.source = "ausgedacht"
citation.verified = true
citation.valid_from = 2024-01-01
"""


def written(folder: Path, text: str, *, citation: str = CITATION, name: str = "clocks.toml") -> Path:
    pack = folder / "ni"
    pack.mkdir(exist_ok=True)
    (pack / name).write_text(citation + text, encoding="utf-8")
    return pack


CLOCK = """
[[clocks]]
id = "permit_fiction"
title = "Genehmigungsfiktion"
starts = "Eingang"
effect = "Genehmigt"
length = { months = 3 }
set_by = "law"
shifts = true
"""


# ---- The pack of Lower Saxony


def test_lower_saxony_comes_with_the_product() -> None:
    assert available_lands() == ("ni",)


def test_every_value_says_where_it_stands() -> None:
    bare = [
        f"{table}/{entry.id}"
        for table, entry in NI.entries()
        if not (entry.legal_basis.strip() and entry.source.strip() and entry.valid_from)
    ]
    assert len(NI.entries()) > 300
    assert bare == []


def test_what_is_from_memory_is_not_called_verified() -> None:
    doubtful = ("gedächtnis", "zweiter hand")
    for _, entry in NI.entries():
        if any(word in entry.source.lower() for word in doubtful):
            assert not entry.verified, entry.id


def test_only_the_simplified_procedure_is_offered() -> None:
    assert [code for code, procedure in LAW.procedures.items() if procedure.implemented] == ["VG"]
    assert LAW.procedure("VG").legal_basis == "§ 63 NBauO"
    assert {"BG", "MV", "VB", "TG"} < set(LAW.procedures)


def test_the_simplified_procedure_asks_for_plans_and_lets_the_structural_proof_come_later() -> None:
    documents = {row.codes[0]: row for row in LAW.required_documents("VG")}
    assert documents["2001"].need == Need.REQUIRED
    assert documents["2001"].need.label == "erforderlich"
    assert documents["1803"].codes == ("1803", "1804")
    assert documents["1803"].scale == "1:500"
    assert documents["2801"].need == Need.LATER
    assert documents["0800"].need == Need.IF_APPLICABLE
    assert documents["1101"].by_form
    assert not documents["2001"].verified


def test_the_special_building_needs_the_structural_proof_at_once() -> None:
    documents = {row.codes[0]: row for row in LAW.required_documents("BG")}
    assert documents["2801"].need == Need.REQUIRED


@pytest.mark.parametrize(
    ("clock", "length"),
    [
        ("permit_fiction", Length(months=3)),
        ("deemed_withdrawal", Length(weeks=3)),
        ("remedy", Length(months=1)),
        ("remedy_without_instruction", Length(years=1)),
        ("municipal_consent", Length(months=2)),
        ("mast_completeness", Length(weeks=4)),
        ("permit_validity", Length(years=3)),
    ],
)
def test_the_clocks_have_the_lengths_of_the_law(clock: str, length: Length) -> None:
    assert LAW.length(clock) == length
    assert LAW.clock(clock).set_by == "law"


def test_an_information_request_may_be_extended_by_three_weeks_at_most() -> None:
    rule = LAW.clock("information_request")
    assert (rule.set_by, rule.extendable, rule.max_extension) == ("authority", True, Length(weeks=3))


def test_the_permit_fiction_may_be_extended_once() -> None:
    rule = LAW.clock("permit_fiction")
    assert (rule.extendable, rule.max_extensions, rule.extension_basis) == (
        True,
        1,
        "§ 42a Abs. 2 Satz 3 und 4 VwVfG",
    )


def test_days_are_computed_with_the_holidays_of_the_land() -> None:
    # 24 September 2026 + 1 month = Saturday 24 October → Monday 26.
    assert LAW.period_end("remedy", dt.date(2026, 9, 24)) == dt.date(2026, 10, 26)
    # 30 September + 1 month = Friday 30 October; with the length of a week: Wednesday 7 October.
    assert LAW.period_end("information_request", dt.date(2026, 9, 30), Length(weeks=1)) == dt.date(2026, 10, 7)
    # 20 November + 3 years = Tuesday 20 November 2029; 22 November 2026 + 3 years = Thursday 22 November 2029.
    assert LAW.period_end("permit_validity", dt.date(2026, 11, 20)) == dt.date(2029, 11, 20)


def test_the_portal_notifies_on_the_next_day_and_waits_ten_days() -> None:
    assert LAW.notified_on("portal", retrieved_on=TODAY).day == dt.date(2026, 11, 23)
    # 10 days after Monday 23 November = Thursday 3 December.
    assert LAW.retrieval_deadline("portal", dt.date(2026, 11, 23)) == dt.date(2026, 12, 3)
    assert LAW.retrieval_deadline("post", dt.date(2026, 11, 23)) is None


def test_the_fourth_day_of_the_post_is_law_since_2025() -> None:
    posted = dt.date(2024, 12, 2)
    assert NI.on(posted).notified_on("post", provided_on=posted).day == dt.date(2024, 12, 5)
    assert LAW.notified_on("post", provided_on=dt.date(2026, 11, 16)).day == dt.date(2026, 11, 20)
    assert not NI.on(posted).service_rule("post").verified


def test_the_remedy_text_is_filled_with_the_authoritys_data() -> None:
    text = LAW.remedy_text()
    paragraphs = text.fill(authority_name="Stadt Musterstadt", authority_address="Markt 1, 30000 Musterstadt")
    assert "innerhalb eines Monats" in paragraphs[0]
    assert "bei der Behörde einzulegen: Stadt Musterstadt, Markt 1, 30000 Musterstadt." in paragraphs[1]
    assert not text.verified
    with pytest.raises(LawPackError, match="fehlen Angaben der Behörde: authority_address"):
        text.fill(authority_name="Stadt Musterstadt", authority_address=" ")


def test_an_action_names_the_court() -> None:
    text = LAW.remedy_text("action").fill(court_name="Verwaltungsgericht", court_address="Allee 2")
    assert text[1].endswith("beim Gericht zu erheben: Verwaltungsgericht, Allee 2.")


def test_applicants_never_see_an_internal_step_as_a_status_of_its_own() -> None:
    assert LAW.portal_status("decision_drafted").xbau_code == LAW.portal_status("assessment").xbau_code == "18"
    assert LAW.portal_status("draft").xbau_code == ""
    assert LAW.portal_status("information_requested").who_acts.startswith("Sie:")


def test_choices_keep_the_order_of_the_pack() -> None:
    assert LAW.choices("measures")[0] == ("11", "Errichtung")
    assert [code for code, _ in LAW.choices("chambers")][:2] == ["19", "20"]
    assert LAW.code("chambers", "19").label == "Architektenkammer Niedersachsen"
    assert LAW.document_type("1804").title == "Amtlicher (qualifizierter) Lageplan"


def test_what_the_pack_lacks_is_named_with_the_day() -> None:
    with pytest.raises(LawPackError, match=r"zum 22\.11\.2026 keinen Wert „hop“ \(clocks\)"):
        LAW.clock("hop")
    with pytest.raises(LawPackError, match=r"01\.01\.2000"):
        NI.on(dt.date(2000, 1, 1)).clock("remedy")


def test_an_unknown_land_is_refused() -> None:
    with pytest.raises(LawPackError, match="Für das Land „by“ gibt es kein Rechtspaket"):
        law("by")


def test_the_pack_is_read_once_and_has_a_version() -> None:
    # Not compared with the one of this module: a test of another file may have had the packs read again.
    assert law("ni") is law("ni")
    assert law("ni").version == NI.version
    assert NI.on(TODAY) is NI.on(TODAY)
    assert len(NI.version) == 64


# ---- Against the code lists


def rows(shared_data: Path, name: str) -> dict[str, str]:
    """Return code → text of a code list."""
    data = json.loads((shared_data / "xbau" / "codelists" / f"{name}.json").read_text(encoding="utf-8"))
    return {row[min(row, key=lambda k: k.lower() != "code")]: _text(row) for row in data["rows"]}


def _text(row: dict[str, str]) -> str:
    return next(value for key, value in row.items() if key.lower() in ("beschreibung", "befund"))


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("table", "codelist", "prefix"),
    [
        ("portal_status", "statusbauportal_3.0", ""),
        ("condition_kinds", "nebenbestimmungart_3.0", ""),
        ("finding_kinds", "formellebefundeart_2.0", ""),
        ("party_roles", "beteiligterrolle_2.0", ""),
        ("measures", "baumassnahmeart_2.0", ""),
        ("structures", "wohngebaeudeart_2.0", "W-"),
        ("structures", "nichtwohngebaeudeart_3.0", "N-"),
        ("building_classes", "gebaeudeklasse_3.0", ""),
        ("entitlements", "bauvorlageberechtigungsachverhalt_1.0", ""),
        ("chambers", "kammer_2.0", ""),
        ("special_buildings", "mbosonderbauten_2.0", ""),
    ],
)
def test_codes_and_texts_are_those_of_the_code_list(shared_data: Path, table: str, codelist: str, prefix: str) -> None:
    listed = rows(shared_data, codelist)
    ours = [entry for key, entry in LAW.tables[table].items() if key.startswith(prefix)]
    pairs = [(getattr(entry, "xbau_code", ""), getattr(entry, "xbau_label", "")) for entry in ours]
    assert [pair for pair in pairs if pair[0]]
    for code, text in pairs:
        assert not code or listed[code] == text


@pytest.mark.realdata
def test_document_types_are_those_of_the_code_list(shared_data: Path) -> None:
    listed = rows(shared_data, "anlagen_3.0")
    for code, kind in LAW.document_types.items():
        assert listed[code] == kind.xbau_label


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("table", "codelist"),
    [("chambers", "kammer_2.0"), ("measures", "baumassnahmeart_2.0"), ("building_classes", "gebaeudeklasse_3.0")],
)
def test_whole_lists_miss_no_code(shared_data: Path, table: str, codelist: str) -> None:
    assert set(LAW.codes(table)) == set(rows(shared_data, codelist))


# ---- Broken packs


def refused(pack: Path) -> str:
    with pytest.raises(LawPackError) as caught:
        load_pack(pack)
    return str(caught.value)


def test_a_small_pack_loads(tmp_path: Path) -> None:
    pack = load_pack(written(tmp_path, CLOCK))
    in_force: Law = pack.on(TODAY)
    assert in_force.length("permit_fiction") == Length(months=3)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert "„ni“ gibt es nicht oder es ist leer" in refused(tmp_path / "ni")


def test_a_folder_that_is_no_land_is_named(tmp_path: Path) -> None:
    pack = written(tmp_path, CLOCK).rename(tmp_path / "zz")
    assert "Für das Land „zz“ sind keine Feiertage bekannt" in refused(pack)


def test_broken_toml_is_named_with_its_file(tmp_path: Path) -> None:
    assert "ni/clocks.toml ist nicht lesbar (TOML)" in refused(written(tmp_path, "[[clocks"))


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    pack = written(tmp_path, CLOCK)
    (pack / "other.toml").write_bytes(b"\xff\xfe\x00")
    assert "ni/other.toml ist nicht lesbar" in refused(pack)


@pytest.mark.parametrize(
    ("citation", "text", "message"),
    [
        ("citation = 3\n", CLOCK, "„citation“ keine Tabelle"),
        (CITATION, "[[clockz]]\nid = 'a'", "unbekannte Tabelle „clockz“"),
        (CITATION, "[clocks]\nid = 'a'", "muss „clocks“ eine Liste von Tabellen sein"),
        (CITATION, CLOCK + "lenght = 3\n", "(„permit_fiction“): unbekanntes Feld „lenght“"),
        (CITATION, CLOCK.replace('set_by = "law"\n', ""), "Das Feld „set_by“ fehlt"),
        (CITATION, CLOCK.replace('id = "permit_fiction"\n', ""), "clocks 1: Das Feld „id“ fehlt"),
        (CITATION.replace("§ 1 TestG", " "), CLOCK, "Das Feld „legal_basis“ ist leer"),
        (CITATION, CLOCK.replace("months = 3", "moons = 3"), "Unbekannte Einheit einer Frist: moons"),
        (CITATION, CLOCK.replace("{ months = 3 }", "3"), "Erwartet wird eine Länge wie {months = 3}"),
        (CITATION, CLOCK.replace("shifts = true", "shifts = 1"), "Feld „shifts“: Erwartet wird true oder false"),
        (CITATION, CLOCK.replace('title = "Genehmigungsfiktion"', "title = 1"), "Erwartet wird ein Text"),
        (CITATION, CLOCK + "max_extensions = true\n", "Erwartet wird eine ganze Zahl"),
        (CITATION.replace("2024-01-01", "'2024'"), CLOCK, "Erwartet wird ein Datum"),
        (CITATION, CLOCK + "valid_to = 2023-12-31\n", "Ende der Geltung liegt vor dem Beginn"),
        (CITATION, CLOCK + CLOCK, "gelten zu „permit_fiction“ (clocks) zwei Fassungen zugleich"),
    ],
)
def test_a_broken_value_is_named_in_german(tmp_path: Path, citation: str, text: str, message: str) -> None:
    assert message in refused(written(tmp_path, text, citation=citation))


def test_a_list_and_a_choice_are_checked(tmp_path: Path) -> None:
    row = '[[required_documents]]\nid = "VG-1"\nprocedure = "VG"\ntitle = "Plan"\n'
    assert "keiner der Werte required, if_applicable, later" in refused(
        written(tmp_path, row + 'need = "perhaps"\ncodes = ["1"]\n')
    )
    assert "Erwartet wird eine Liste von Texten" in refused(written(tmp_path, row + 'need = "later"\ncodes = [1]\n'))


def test_two_versions_follow_each_other(tmp_path: Path) -> None:
    old = CLOCK.replace("months = 3", "months = 2") + "valid_to = 2025-06-30\n"
    new = CLOCK + "valid_from = 2025-07-01\n"
    pack = load_pack(written(tmp_path, old + new))
    assert pack.on(dt.date(2025, 6, 30)).length("permit_fiction") == Length(months=2)
    assert pack.on(dt.date(2025, 7, 1)).length("permit_fiction") == Length(months=3)


def test_a_clock_without_a_length_says_so(tmp_path: Path) -> None:
    pack = load_pack(written(tmp_path, CLOCK.replace("length = { months = 3 }\n", "")))
    with pytest.raises(LawPackError, match="nennt das Rechtspaket keine Länge"):
        pack.on(TODAY).length("permit_fiction")
