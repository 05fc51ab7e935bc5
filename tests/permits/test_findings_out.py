"""Check findings as a notice prints them."""

from permits.services.findings_out import finding_row, result_drawings, site_drawing

ROW = {
    "check": "boundary_distance",
    "verdict": "passed",
    "reviewed": False,
    "value": 5.0,
    "limit": 3.0,
    "unit": "m",
    "legal_basis": "§ 5 NBauO",
}


def test_a_finding_names_what_it_assumes() -> None:
    row = finding_row(ROW | {"assumptions": ["Die angrenzende Verkehrsfläche ist öffentlich."]})
    assert (row.title, row.value, row.limit) == ("Grenzabstand", "5,00 m", "3,00 m")
    assert row.assumptions == ("Die angrenzende Verkehrsfläche ist öffentlich.",)


def test_a_finding_frozen_before_assumptions_were_kept_has_none() -> None:
    assert finding_row(ROW).assumptions == ()


def test_a_finding_that_only_advises_has_words_of_its_own() -> None:
    row = finding_row(ROW | {"check": "building_class", "value": 1.0, "limit": None, "unit": "Klasse"})
    assert (row.assessment, row.value, row.limit) == ("ermittelt", "1 Klasse", "–")


def test_a_finding_says_whether_its_law_is_verified() -> None:
    assert finding_row(ROW | {"unverified": ["§ 5 Abs. 8 NBauO"]}).unverified
    assert not finding_row(ROW | {"unverified": []}).unverified
    assert not finding_row(ROW).unverified


def test_numbers_are_grouped_and_one_thing_is_singular() -> None:
    area = finding_row(ROW | {"value": 1089.04, "limit": 0.0, "unit": "m²"})
    assert (area.value, area.limit) == ("1.089,0 m²", "0,0 m²")
    homes = finding_row(ROW | {"value": 1.0, "limit": 2.0, "unit": "Wohnungen"})
    assert (homes.value, homes.limit) == ("1 Wohnung", "2 Wohnungen")
    assert finding_row(ROW | {"value": 1.0, "unit": "Vollgeschosse"}).value == "1 Vollgeschoss"


def test_a_finding_that_the_authority_sees_otherwise_says_so_and_why() -> None:
    reviewed = ROW | {"check": "overlays", "value": 1.0, "limit": 0.0, "unit": "Treffer", "reviewed": True}
    row = finding_row(
        reviewed
        | {"verdict": "passed", "computed_verdict": "borderline", "review_reason": "Das Gebiet ist aufgehoben."}
    )
    assert (row.assessment, row.computed, row.reason) == ("nicht betroffen", "Hinweis", "Das Gebiet ist aufgehoben.")
    confirmed = finding_row(reviewed | {"verdict": "borderline", "computed_verdict": "borderline", "review_reason": ""})
    assert (confirmed.assessment, confirmed.computed) == ("Hinweis (von der Behörde bestätigt)", "")
    assert (finding_row(ROW).computed, finding_row(ROW).reason) == ("", "")


def test_a_drawing_says_where_the_authority_sees_otherwise_what_it_shows() -> None:
    judged = ROW | {"check": "overlays", "reviewed": True, "computed_verdict": "borderline", "verdict": "passed"}
    kept = ROW | {"reviewed": True, "computed_verdict": "passed"}
    drawing = {"svg": "<svg/>", "text": "Lageplan", "scale": 250}
    overview = site_drawing(drawing, [kept, judged])
    assert overview is not None
    assert "bewertet davon abweichend „Schutzgebiete und Festlegungen“ als „nicht betroffen“;" in overview.caption
    one, other = result_drawings([drawing | {"check": "overlays"}, drawing | {"check": kept["check"]}], [kept, judged])
    assert "bewertet davon abweichend diesen Punkt als „nicht betroffen“;" in one.caption
    assert other.caption == ""
    assert site_drawing(drawing, [kept]) == site_drawing(drawing)
