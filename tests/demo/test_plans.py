"""The demo's documents keep NBauVorlVO, Anlage 1: PDF/A-2, visible file name, scale bar, one layer, no attachment."""

from datetime import date
from pathlib import Path

import pypdfium2
import pytest
import shapely

from demo.plans import KINDS, PlanDocument, file_name_of, make_documents, make_plan_pdf
from demo.plans.house import house_of, rooms, storey_names
from demo.plans.paper import choose_scale, metres, scale_bar
from demo.town import Town
from reports.pdf_inspect import inspect_pdf
from tools.verapdf import validate

DRAWINGS = [key for key, kind in KINDS.items() if kind.drawing]


@pytest.fixture(scope="module")
def documents(town: Town) -> dict[str, PlanDocument]:
    return {document.kind: document for document in make_documents(town.site("garage"), town)}


def text_of(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)


@pytest.mark.parametrize("kind", KINDS)
def test_inspection_finds_nothing_to_object_to(kind: str, documents: dict[str, PlanDocument]) -> None:
    report = inspect_pdf(documents[kind].content, file_name=documents[kind].file_name)
    assert report.findings == ()
    assert report.pdfa_claim == "2u"
    assert (report.annotations, report.embedded_files, report.layers) == (0, 0, 0)


def test_all_documents_are_pdf_a_2u_for_verapdf(documents: dict[str, PlanDocument], tmp_path: Path) -> None:
    files = [tmp_path / document.file_name for document in documents.values()]
    for file, document in zip(files, documents.values(), strict=True):
        file.write_bytes(document.content)
    verdicts = validate(files, ["2u"])
    assert len(verdicts) == len(KINDS)
    assert [verdict for verdict in verdicts if not verdict.compliant] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_name_is_visible_in_the_document(kind: str, documents: dict[str, PlanDocument]) -> None:
    document = documents[kind]
    assert document.file_name == file_name_of(kind)
    assert document.file_name.isascii()
    assert document.file_name.startswith(document.code)
    assert document.file_name in text_of(document.content).replace("\n", "").replace("\r", "")


@pytest.mark.parametrize("kind", [*DRAWINGS, "liegenschaftskarte"])
def test_drawings_carry_scale_and_graphic_scale_bar(kind: str, documents: dict[str, PlanDocument]) -> None:
    text = text_of(documents[kind].content)
    scale = int(text.split("M 1:")[1].split()[0])
    last = {100: "5 m", 250: "10 m", 1000: "50 m"}[scale]
    assert last in text


@pytest.mark.parametrize("kind", DRAWINGS)
def test_drawings_are_one_sheet_a3_and_name_the_parcel(
    kind: str, documents: dict[str, PlanDocument], town: Town
) -> None:
    report = inspect_pdf(documents[kind].content)
    assert report.page_sizes_mm == (pytest.approx((420, 297), abs=0.5),)
    assert town.site("garage").parcel_labels[0] in text_of(documents[kind].content)


def test_the_site_plan_shows_the_distance_of_the_house_from_the_boundary(town: Town) -> None:
    site = town.site("zu_nah")
    assert site.main.geometry.distance(site.geometry.boundary) == pytest.approx(2.40, abs=0.001)
    assert "2,40" in text_of(make_plan_pdf("lageplan", site, town).content)


def test_the_same_document_has_the_same_bytes_every_time(town: Town, documents: dict[str, PlanDocument]) -> None:
    again = make_plan_pdf("lageplan", town.site("garage"), town)
    assert again.content == documents["lageplan"].content


def test_a_revision_has_its_own_name_and_date(town: Town) -> None:
    document = make_plan_pdf("statistik", town.site("garage"), town, drawn_on=date(2026, 4, 1), index=1)
    assert document.file_name == "2501_Baustatistik_01_20260401.pdf"
    assert "01.04.2026 / 01" in text_of(document.content)


@pytest.mark.parametrize("site", ["gewerbehalle", "anbau", "bauluecke", "zwei_flurstuecke"])
@pytest.mark.parametrize("kind", ["lageplan", "grundriss", "berechnung"])
def test_other_kinds_of_projects_can_be_drawn_too(site: str, kind: str, town: Town) -> None:
    report = inspect_pdf(make_plan_pdf(kind, town.site(site), town).content)
    assert report.findings == ()


def test_an_unknown_kind_is_refused(town: Town) -> None:
    with pytest.raises(KeyError):
        make_plan_pdf("luftbild", town.site("garage"), town)


def test_rooms_fill_every_storey_of_every_house(town: Town) -> None:
    for site in town.sites:
        house = house_of(site)
        for storey in range(len(storey_names(house))):
            shapes = [shapely.box(r.x0, r.y0, r.x1, r.y1) for r in rooms(house, storey)]
            assert sum(shape.area for shape in shapes) == pytest.approx(house.footprint_m2)
            assert shapely.union_all(shapes).area == pytest.approx(house.footprint_m2)


def test_lengths_are_written_the_german_way() -> None:
    assert metres(10.5) == "10,50"
    assert metres(0.3346, 3) == "0,335"


def test_the_largest_scale_that_fits_is_chosen() -> None:
    assert choose_scale((10.0,), (120.0,), (100, 200)) == 100  # 10 m are 100 mm at 1:100
    assert choose_scale((13.0,), (120.0,), (100, 200)) == 200
    assert choose_scale((500.0,), (120.0,), (100, 200)) == 200  # nothing fits: the smallest


def test_a_scale_bar_has_five_steps_of_round_metres() -> None:
    svg = scale_bar(500)
    assert [f">{n}<" in svg for n in (0, 5, 10, 15, 20)] == [True] * 5
    assert ">25 m<" in svg
