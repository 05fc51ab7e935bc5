"""What a plan says is read by local names, whatever the version."""

from datetime import date
from pathlib import Path

import pytest

from gis.planning.model import Height, LegalStatus, ObjectStatus
from gis.readers.source import SourceError
from gis.readers.xplan import iter_plan_objects, read_binding_plan, read_binding_plans
from tests.gis.planning.xplan_files import PLAN_BODY, box, line, part, plan, point, polygon, thing, write, zone

WHOLE = zone("Z", box(0, 0, 100, 100))
OLD_BODY = PLAN_BODY.partition("<xplan:versionBauNVO>")[0]


@pytest.mark.parametrize("version", ["5/0", "5/1", "5/2", "5/3", "5/4", "6/0", "6/1", "6/7"])
def test_every_version_from_5_0_is_read(tmp_path: Path, version: str) -> None:
    reading = read_binding_plan(write(tmp_path, plan(), part(), WHOLE, version=version))
    assert reading.plan.xplan_version == version.replace("/", ".")
    assert reading.plan.counts() == {"BP_BaugebietsTeilFlaeche": 1}
    assert reading.plan.areas_m2() == pytest.approx({"BP_BaugebietsTeilFlaeche": 10_000})
    assert reading.problems == ()


@pytest.mark.parametrize("version", ["4/1", "3/0", "7/0"])
def test_other_versions_are_refused_by_name(tmp_path: Path, version: str) -> None:
    with pytest.raises(SourceError, match=f"XPlanGML {version.replace('/', '.')} "):
        read_binding_plan(write(tmp_path, plan(), part(), WHOLE, version=version))


def test_head_of_the_plan(tmp_path: Path) -> None:
    read = read_binding_plan(write(tmp_path, plan(), part(), WHOLE)).plan
    assert (read.plan_id, read.name, read.number, read.plan_type) == ("P", "Plan P", "1 A", "10001")
    assert (read.municipality, read.municipality_key) == ("Hannover (03241001)", "03241001")
    assert read.in_force_since == date(2019, 5, 2)
    assert read.legal_status is LegalStatus.IN_FORCE
    assert read.in_force
    assert str(read.baunvo_version) == "BauNVO 1990"
    assert read.scope.area == pytest.approx(10_000)
    assert read.crs.to_epsg() == 25832


def test_baunvo_version_in_the_plain_attributes_of_5_x_at_the_plan(tmp_path: Path) -> None:
    body = (
        f"{OLD_BODY}<xplan:versionBauNVODatum>1977-09-15</xplan:versionBauNVODatum>"
        "<xplan:versionBauNVOText>Fassung\n   von 1977</xplan:versionBauNVOText>"
    )
    read = read_binding_plan(write(tmp_path, plan(body=body), part(), WHOLE, version="5/4")).plan
    assert read.baunvo_version is not None
    assert (read.baunvo_version.dated_on, read.baunvo_version.text) == (date(1977, 9, 15), "Fassung von 1977")


def test_baunvo_version_of_the_parts_is_that_of_the_plan_where_they_agree(tmp_path: Path) -> None:
    body = "<xplan:versionBauNVOText>1968</xplan:versionBauNVOText>"
    other = body.replace("1968", "1990")
    same = write(
        tmp_path, plan(body=OLD_BODY, parts=("B", "C")), part("B", body), part("C", body), WHOLE, version="5/0"
    )
    assert str(read_binding_plan(same).plan.baunvo_version) == "1968"
    differ = write(tmp_path, plan(body=OLD_BODY, parts=("B", "C")), part("B", body), part("C", other), WHOLE)
    read = read_binding_plan(differ).plan
    assert read.baunvo_version is None
    assert [str(item.baunvo_version) for item in read.parts] == ["1968", "1990"]


@pytest.mark.parametrize(
    ("code", "status", "in_force"),
    [
        ("1000", LegalStatus.PREPARATION_DECIDED, False),
        ("2400", LegalStatus.PUBLIC_DISPLAY, False),
        ("3000", LegalStatus.BYLAW, False),
        ("4000", LegalStatus.IN_FORCE, True),
        ("4500", LegalStatus.PARTLY_ENDED, True),
        ("45000", LegalStatus.PARTLY_REPEALED, True),
        ("5000", LegalStatus.ENDED, False),
        ("50001", LegalStatus.OUT_OF_FORCE, False),
    ],
)
def test_plans_not_in_force_are_kept_and_marked(tmp_path: Path, code: str, status: LegalStatus, in_force: bool) -> None:
    body = PLAN_BODY.replace("<xplan:rechtsstand>4000", f"<xplan:rechtsstand>{code}")
    read = read_binding_plan(write(tmp_path, plan(body=body), part(), WHOLE)).plan
    assert read.legal_status is status
    assert read.in_force is in_force
    assert len(read.objects) == 1


def test_a_plan_with_a_day_of_its_end_is_not_in_force(tmp_path: Path) -> None:
    body = f"{PLAN_BODY}<xplan:untergangsDatum>2021-01-31</xplan:untergangsDatum>"
    read = read_binding_plan(write(tmp_path, plan(body=body), part(), WHOLE)).plan
    assert read.ended_on == date(2021, 1, 31)
    assert not read.in_force


def test_an_unknown_status_is_told_and_the_day_of_coming_into_force_decides(tmp_path: Path) -> None:
    dated = PLAN_BODY.replace("<xplan:rechtsstand>4000", "<xplan:rechtsstand>4711")
    undated = dated.replace("<xplan:inkrafttretensDatum>2019-05-02</xplan:inkrafttretensDatum>", "")
    for body, in_force in ((dated, True), (undated, False)):
        reading = read_binding_plan(write(tmp_path, plan(body=body), part(), WHOLE))
        assert reading.plan.legal_status is LegalStatus.UNKNOWN
        assert reading.plan.in_force is in_force
        assert [problem.kind for problem in reading.problems] == ["missing_status"]


def test_attributes_have_types_and_units_and_missing_ones_are_not_fixed(tmp_path: Path) -> None:
    body = (
        "<xplan:GRZ>0.4</xplan:GRZ><xplan:Z>3</xplan:Z><xplan:GR uom='m2'>120.5</xplan:GR>"
        "<xplan:Fmin uom='ha'>0.05</xplan:Fmin><xplan:dachform>1000</xplan:dachform>"
        "<xplan:dachform>3100</xplan:dachform><xplan:vertikaleDifferenzierung>false</xplan:vertikaleDifferenzierung>"
        "<xplan:nummerImText>007</xplan:nummerImText><xplan:GFZ/>"
    )
    (item,) = read_binding_plan(write(tmp_path, plan(), part(), zone("Z", box(0, 0, 100, 100), body))).plan.objects
    assert item.attributes == {
        "GRZ": 0.4,
        "Z": 3,
        "GR": 120.5,
        "Fmin": 500.0,
        "dachform": ["1000", "3100"],
        "vertikaleDifferenzierung": False,
        "nummerImText": "007",
    }
    assert item.values("dachform") == ("1000", "3100")
    assert item.values("GFZ") == ()
    assert item.closes is True
    assert item.part_id == "B"


def test_values_that_are_no_numbers_and_unknown_units_are_problems(tmp_path: Path) -> None:
    body = "<xplan:GRZ>0,4</xplan:GRZ><xplan:Z>III</xplan:Z><xplan:GF uom='acre'>2</xplan:GF><xplan:BMZ>inf</xplan:BMZ>"
    reading = read_binding_plan(write(tmp_path, plan(), part(), zone("Z", box(0, 0, 100, 100), body)))
    assert [(problem.id, problem.kind) for problem in reading.errors] == [
        ("Z", "bad_value"),
        ("Z", "bad_value"),
        ("Z", "unknown_unit"),
        ("Z", "bad_value"),
    ]
    assert "GRZ" in reading.problems[0].message
    assert reading.plan.objects[0].attributes["GRZ"] == "0,4"


def test_heights_with_all_that_they_refer_to(tmp_path: Path) -> None:
    body = (
        "<xplan:hoehenangabe><xplan:XP_Hoehenangabe><xplan:hoehenbezug>1000</xplan:hoehenbezug>"
        "<xplan:bezugspunkt>1000</xplan:bezugspunkt><xplan:hMin uom='m'>60</xplan:hMin>"
        "<xplan:hMax uom='m'>6250</xplan:hMax></xplan:XP_Hoehenangabe></xplan:hoehenangabe>"
        "<xplan:hoehenangabe><xplan:XP_Hoehenangabe>"
        "<xplan:abweichenderHoehenbezug>Oberkante Deich</xplan:abweichenderHoehenbezug>"
        "<xplan:bezugspunkt>2000</xplan:bezugspunkt><xplan:hZwingend uom='cm'>1250</xplan:hZwingend>"
        "</xplan:XP_Hoehenangabe></xplan:hoehenangabe>"
        "<xplan:hoehenangabe><xplan:XP_Hoehenangabe><xplan:h uom='m'>3.5</xplan:h></xplan:XP_Hoehenangabe>"
        "</xplan:hoehenangabe>"
    )
    mark = thing("BP_HoehenMass", "H", point(5, 5), body)
    (item,) = read_binding_plan(write(tmp_path, plan(), part(), mark)).plan.objects
    assert item.heights == (
        Height(reference="1000", point="1000", min_m=60.0, max_m=6250.0),
        Height(reference_text="Oberkante Deich", point="2000", exact_m=12.5),
        Height(value_m=3.5),
    )
    assert "hoehenangabe" not in item.attributes


def test_text_sections_by_link(tmp_path: Path) -> None:
    text = (
        '<xplan:BP_TextAbschnitt gml:id="T"><xplan:schluessel>§ 2</xplan:schluessel>'
        "<xplan:text>Nur Walmdächer.</xplan:text>"
        "<xplan:gesetzlicheGrundlage>§ 84 NBauO</xplan:gesetzlicheGrundlage></xplan:BP_TextAbschnitt>"
    )
    linked = (
        '<xplan:XP_TextAbschnitt gml:id="U"><xplan:refText><xplan:XP_ExterneReferenz>'
        "<xplan:referenzURL>text.pdf</xplan:referenzURL></xplan:XP_ExterneReferenz></xplan:refText>"
        "</xplan:XP_TextAbschnitt>"
    )
    item = zone(
        "Z", box(0, 0, 100, 100), '<xplan:refTextInhalt xlink:href="#T"/><xplan:refTextInhalt xlink:href="#U"/>'
    )
    reading = read_binding_plan(write(tmp_path, plan(), part(), item, text, linked))
    assert reading.plan.objects[0].text_ids == ("T", "U")
    first, second = reading.plan.texts
    assert (first.id, first.key, first.text, first.legal_basis) == ("T", "§ 2", "Nur Walmdächer.", "§ 84 NBauO")
    assert (second.id, second.text, second.reference) == ("U", None, "text.pdf")
    assert reading.problems == ()


def test_unknown_classes_are_kept_and_drawings_are_only_counted(tmp_path: Path) -> None:
    drawing = thing("XP_PPO", "D", point(1, 1), '<xplan:dientZurDarstellungVon xlink:href="#N"/>')
    new = thing("BP_GanzNeueKlasse", "N", line([(0, 0), (5, 5)]), "<xplan:neu>ja</xplan:neu>")
    read = read_binding_plan(write(tmp_path, plan(), part(), WHOLE, new, drawing)).plan
    assert read.counts() == {"BP_BaugebietsTeilFlaeche": 1, "BP_GanzNeueKlasse": 1}
    assert read.objects[1].attributes == {"neu": "ja"}
    assert read.object_counts == {
        "BP_BaugebietsTeilFlaeche": 1,
        "BP_Bereich": 1,
        "BP_GanzNeueKlasse": 1,
        "BP_Plan": 1,
        "XP_PPO": 1,
    }


def test_objects_that_only_their_part_names_belong_to_it(tmp_path: Path) -> None:
    lister = part("C", '<xplan:planinhalt xlink:href="#Z"/>')
    reading = read_binding_plan(
        write(tmp_path, plan(parts=("B", "C")), part(), lister, zone("Z", box(0, 0, 100, 100), part=None))
    )
    assert reading.plan.objects[0].part_id == "C"
    assert reading.problems == ()


def test_own_status_conditions_and_level_of_objects(tmp_path: Path) -> None:
    condition = (
        "<xplan:startBedingung><xplan:BP_WirksamkeitBedingung><xplan:bedingung>Abbruch</xplan:bedingung>"
        "</xplan:BP_WirksamkeitBedingung></xplan:startBedingung>"
    )
    objects = [
        zone("Z", box(0, 0, 100, 100), "<xplan:rechtsstand>3000</xplan:rechtsstand>"),
        thing("BP_NebenanlagenFlaeche", "N", polygon(box(0, 0, 5, 5)), f"<xplan:ebene>-1</xplan:ebene>{condition}"),
    ]
    first, second = read_binding_plan(write(tmp_path, plan(), part(), *objects)).plan.objects
    assert (first.legal_status, first.in_force, first.level) == (ObjectStatus.CEASING, False, 0)
    assert (second.legal_status, second.in_force, second.level, second.conditional) == (None, True, -1, True)
    assert second.attributes["startBedingung"] == {"type": "BP_WirksamkeitBedingung", "bedingung": "Abbruch"}


def test_changes_of_other_plans(tmp_path: Path) -> None:
    body = (
        f"{PLAN_BODY}<xplan:aendertPlan><xplan:XP_VerbundenerPlan><xplan:planName>Alt</xplan:planName>"
        "<xplan:aenderungsArt>1000</xplan:aenderungsArt><xplan:nummer>7</xplan:nummer></xplan:XP_VerbundenerPlan>"
        "</xplan:aendertPlan><xplan:wurdeGeaendertVon><xplan:XP_VerbundenerPlan><xplan:planName>Neu</xplan:planName>"
        "<xplan:rechtscharakter>1100</xplan:rechtscharakter></xplan:XP_VerbundenerPlan></xplan:wurdeGeaendertVon>"
    )
    changes = read_binding_plan(write(tmp_path, plan(body=body), part(), WHOLE)).plan.changes
    assert [(change.name, change.number, change.kind, change.changes_other) for change in changes] == [
        ("Alt", "7", "1000", True),
        ("Neu", None, "1100", False),
    ]


def test_values_of_another_form_than_expected_do_no_harm(tmp_path: Path) -> None:
    twice = "<xplan:bedeutung>1600</xplan:bedeutung>" * 2
    odd = (
        "<xplan:hoehenangabe>hoch</xplan:hoehenangabe><xplan:ebene>unten</xplan:ebene>"
        "<xplan:rechtsstand><xplan:A><xplan:b>1</xplan:b></xplan:A></xplan:rechtsstand>"
    )
    body = PLAN_BODY.replace("Hannover", "<xplan:A><xplan:b>1</xplan:b></xplan:A>")
    reading = read_binding_plan(write(tmp_path, plan(body=body), part(body=twice), zone("Z", box(0, 0, 100, 100), odd)))
    (item,) = reading.plan.objects
    assert (item.level, item.heights, item.legal_status) == (0, (), ObjectStatus.UNKNOWN)
    assert item.attributes["hoehenangabe"] == "hoch"
    assert reading.plan.municipality == "03241001"
    assert [problem.kind for problem in reading.errors] == ["bad_value"]


def test_gml_names_do_not_pass_for_names_of_the_plan(tmp_path: Path) -> None:
    named = plan().replace("<xplan:name>", "<gml:name>fremd</gml:name><xplan:name>", 1)
    assert read_binding_plan(write(tmp_path, named, part(), WHOLE)).plan.name == "Plan P"


def test_a_second_plan_without_contents_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, plan(name="Q", parts=()), plan(), part(), WHOLE)
    reading = read_binding_plan(path)
    assert reading.plan.plan_id == "P"
    assert [(problem.id, problem.kind, problem.severity) for problem in reading.problems] == [
        ("Q", "other_plan", "warning")
    ]
    assert [item.plan.plan_id for item in read_binding_plans(path)] == ["Q", "P"]


def test_two_plans_with_contents_are_refused_and_can_be_read_one_by_one(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        plan(),
        plan(name="Q", parts=("C",)),
        part(),
        part("C", plan="Q"),
        WHOLE,
        zone("Y", box(0, 0, 50, 100), part="C"),
    )
    with pytest.raises(SourceError, match="mehrere Bebauungspläne"):
        read_binding_plan(path)
    first, second = read_binding_plans(path)
    assert [item.id for item in first.plan.objects] == ["Z"]
    assert [item.id for item in second.plan.objects] == ["Y"]
    assert [problem.kind for problem in first.problems] == []
    assert [(problem.id, problem.kind) for problem in second.problems] == [("Q", "gap")]


@pytest.mark.parametrize(
    ("kind", "words"), [("FP_Plan", "Flächennutzungsplan"), ("LP_Plan", "Landschaftsplan"), ("BP_Bereich", "keinen")]
)
def test_files_without_a_binding_plan_are_refused(tmp_path: Path, kind: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        read_binding_plan(write(tmp_path, thing(kind, "F", polygon(box(0, 0, 1, 1)), part=None)))


def test_objects_can_be_streamed_without_the_plan(tmp_path: Path) -> None:
    drawing = thing("XP_PTO", "D", point(1, 1))
    path = write(tmp_path, plan(), part(), *(zone(f"Z{n}", box(n, 0, n + 1, 1)) for n in range(600)), drawing)
    streamed = list(iter_plan_objects(path))
    assert [item.id for item in streamed] == [f"Z{n}" for n in range(600)]
    assert streamed == list(read_binding_plan(path).plan.objects)


def test_wfs_collections_are_read_like_extracts(tmp_path: Path) -> None:
    path = write(tmp_path, plan(), part(), WHOLE)
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ("<xplan:XPlanAuszug ", '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" '),
        ("</xplan:XPlanAuszug>", "</wfs:FeatureCollection>"),
        ("gml:featureMember>", "wfs:member>"),
    ):
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    assert read_binding_plan(path).plan.counts() == {"BP_BaugebietsTeilFlaeche": 1}
