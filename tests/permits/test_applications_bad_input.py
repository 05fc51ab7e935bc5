"""Bad input through the applicant's pages: a clear German message, what was typed stays, nothing is stored."""

import io
import json
from collections.abc import Callable
from typing import Any

import pikepdf
import pyproj
import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings as SettingsWrapper

from demo.town.generate import Town
from permits.models import AuditEvent, CaseStatus, PermitCase
from tests.cast import MINIMAL_PDF, Cast

pytestmark = pytest.mark.django_db
Post = Callable[..., Any]


@pytest.fixture
def anna(client: Client, cast: Cast) -> Client:
    client.force_login(cast.owner)
    return client


@pytest.fixture
def post(anna: Client, draft: PermitCase) -> Post:
    """Post to a page of the draft as its owner."""

    def send(name: str, *args: object, **data: object) -> Any:
        draft.refresh_from_db()
        return anna.post(reverse(name, args=[draft.uuid, *args]), {"revision": draft.revision, **data})

    return send


def encrypted_pdf() -> bytes:
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(target, encryption=pikepdf.Encryption(owner="geheim", user="geheim"))
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Das ist ein Brief.", "plan.pdf“ ist keine PDF-Datei."),
        (encrypted_pdf(), "plan.pdf“ ist mit einem Kennwort verschlüsselt."),
        (b"", "Die Datei ist leer."),
        (b"%PDF-1.7\nkaputt", "plan.pdf"),
    ],
    ids=["no pdf", "encrypted", "empty", "broken"],
)
def test_refused_pdf_is_named_and_the_other_fields_stay(
    post: Post, draft: PermitCase, content: bytes, message: str
) -> None:
    before = draft.documents.count()
    file = SimpleUploadedFile("plan.pdf", content)
    answer = post("application_document_new", document_type="2001", title="Grundriss Keller", file=file)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert 'value="Grundriss Keller"' in page
    assert '<option value="2001" selected>' in page
    assert draft.documents.count() == before


def test_too_large_pdf_is_refused_before_it_is_read(post: Post, draft: PermitCase, settings: SettingsWrapper) -> None:
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    before = draft.documents.count()
    file = SimpleUploadedFile("riesig.pdf", MINIMAL_PDF + b" " * 2 * 1024 * 1024)
    answer = post("application_document_new", document_type="2001", file=file)
    assert answer.status_code == 422
    assert "riesig.pdf ist zu groß (2 MB). Erlaubt sind 1 MB je Datei." in answer.content.decode()
    assert draft.documents.count() == before


def test_of_several_files_the_good_ones_are_kept_and_the_bad_one_is_named(post: Post, draft: PermitCase) -> None:
    before = draft.documents.count()
    files = [SimpleUploadedFile("gut.pdf", MINIMAL_PDF), SimpleUploadedFile("schlecht.pdf", b"Text")]
    answer = post("application_document_new", document_type="2001", file=files)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "gut.pdf ist hochgeladen" in page
    assert "schlecht.pdf“ ist keine PDF-Datei." in page
    assert draft.documents.count() == before + 1


def plan_file(features: list[dict[str, Any]], crs: str | None = "urn:ogc:def:crs:EPSG::25832") -> SimpleUploadedFile:
    data: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs:
        data["crs"] = {"type": "name", "properties": {"name": crs}}
    return SimpleUploadedFile("haus.geojson", json.dumps(data).encode())


def building(ring: list[tuple[float, float]]) -> dict[str, Any]:
    properties = {"role": "main_building", "wall_height_m": 6.0}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def circle(count: int, x: float = 545_000.0, y: float = 5_800_000.0) -> list[tuple[float, float]]:
    shape = shapely.Point(x, y).buffer(500, quad_segs=count // 4)
    return [(float(a), float(b)) for a, b in shapely.get_coordinates(shape)]


X, Y = 545_000.0, 5_800_000.0
BOW_TIE = [(X, Y), (X + 10, Y + 10), (X + 10, Y), (X, Y + 10), (X, Y)]
NOT_A_NUMBER = json.dumps(
    {"type": "FeatureCollection", "features": [building([(float("nan"), Y), (X + 10, Y), (X + 10, Y + 10), (X, Y)])]}
).encode()


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (lambda: SimpleUploadedFile("haus.geojson", b"Das ist kein Lageplan."), "kein gültiges JSON"),
        (lambda: SimpleUploadedFile("haus.gpkg", b"\x00\x01\x02"), "Datei"),
        (lambda: SimpleUploadedFile("haus.dxf", b"nichts"), "DXF"),
        (lambda: plan_file([building(BOW_TIE)]), "kreuzt sich selbst"),
        (lambda: plan_file([]), "kein"),
        (lambda: SimpleUploadedFile("haus.geojson", NOT_A_NUMBER), "Zahl"),
        (lambda: plan_file([building(circle(100_000))]), "50.000"),
        (lambda: plan_file([building(BOW_TIE)], "urn:ogc:def:crs:EPSG::999999"), "Koordinaten"),
    ],
    ids=["unreadable", "no geopackage", "no dxf", "self-crossing", "no features", "NaN", "100,000 vertices", "no CRS"],
)
def test_refused_site_plan_says_why_and_keeps_the_old_one(
    post: Post, draft: PermitCase, file: Callable[[], SimpleUploadedFile], message: str
) -> None:
    answer = post("application_site_plan_upload", plan=file())
    page = answer.content.decode()
    assert answer.status_code == 422
    summary = page.partition("data-error-summary")[2].partition("</div>")[0]
    assert message in summary, summary
    assert [plan.number for plan in draft.site_plans.all()] == [1]


def test_too_large_site_plan_is_refused(post: Post, draft: PermitCase, settings: SettingsWrapper) -> None:
    settings.MAX_UPLOAD_BYTES = 1000
    answer = post("application_site_plan_upload", plan=SimpleUploadedFile("haus.geojson", b" " * 2000))
    assert answer.status_code == 422
    assert "haus.geojson ist zu groß" in answer.content.decode()


def test_site_plan_in_the_neighbouring_zone_lands_in_the_right_place(
    post: Post, draft: PermitCase, published_town: Town
) -> None:
    features = published_town.site("einfamilienhaus").site_plan()["features"]
    transformer = pyproj.Transformer.from_crs("EPSG:25832", "EPSG:25833", always_xy=True)
    moved = []
    for feature in features:
        rings = feature["geometry"]["coordinates"]
        coordinates = [[list(transformer.transform(*point)) for point in ring] for ring in rings]
        moved.append({**feature, "geometry": {"type": "Polygon", "coordinates": coordinates}})
    answer = post("application_site_plan_upload", plan=plan_file(moved, "urn:ogc:def:crs:EPSG::25833"))
    assert answer.status_code == 302
    first, second = draft.site_plans.order_by("number")
    assert shapely.hausdorff_distance(first.geometry, second.geometry) < 0.001


@pytest.mark.parametrize("typed", ["031234001000010000__", "unsinn"])
def test_parcel_that_does_not_exist_is_named_and_stays_in_the_field(post: Post, draft: PermitCase, typed: str) -> None:
    chosen = list(draft.site.parcels.values_list("parcel_id", flat=True))
    answer = post("application_site", parcels="\n".join([*chosen, typed]))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"Das Flurstück {typed} gibt es im Liegenschaftskataster nicht." in page
    assert f"{typed}</textarea>" in page
    assert list(draft.site.parcels.values_list("parcel_id", flat=True)) == chosen


def test_parcel_of_another_authority_names_who_is_responsible(
    post: Post, draft: PermitCase, published_town: Town
) -> None:
    foreign = published_town.site("dorf_einfamilienhaus").parcels[0]
    answer = post("application_site", parcels=foreign)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "ist eine andere Behörde zuständig" in page
    assert "Landkreis Beispielland" in page
    assert foreign in page


def test_parcel_by_section_and_number_is_found_or_refused_beside_the_field(
    post: Post, draft: PermitCase, published_town: Town
) -> None:
    parcel = published_town.site("giebelhaus").parcels[0]
    district, section, numerator = parcel[:6], int(parcel[6:9]), int(parcel[9:14])
    below = parcel[14:18].strip("_")
    number = f"{numerator}/{int(below)}" if below else str(numerator)
    fields = {"add-district": district, "add-section": section}
    assert post("application_parcel_add", **fields, **{"add-number": number}).status_code == 302
    assert draft.site.parcels.filter(parcel_id=parcel).exists()
    answer = post("application_parcel_add", **fields, **{"add-number": "99999/77"})
    assert answer.status_code == 422
    assert "Dieses Flurstück gibt es in der Gemarkung und Flur nicht." in answer.content.decode()
    assert 'value="99999/77"' in answer.content.decode()
    assert post("application_parcel_add", **fields, **{"add-number": "vorne links"}).status_code == 422


def test_last_parcel_cannot_be_removed_and_others_can(post: Post, draft: PermitCase, published_town: Town) -> None:
    only = draft.site.parcels.get().parcel_id
    post("application_parcel_remove", only)
    assert draft.site.parcels.count() == 1
    other = published_town.site("giebelhaus").parcels[0]
    post("application_site", parcels=f"{only}; {other}")
    post("application_parcel_remove", only)
    assert draft.site.parcels.get().parcel_id == other


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"parcel": "139999001000010000__"}, "gehört zu keiner Bauaufsicht in diesem Portal"),
        ({"parcel": "48/7"}, "Das ist kein Flurstückskennzeichen."),
        ({}, "Bitte wählen Sie die Gemarkung"),
        ({"procedure": "MV"}, "Bitte eine gültige Auswahl treffen"),
    ],
)
def test_new_application_says_what_is_wrong_and_keeps_the_title(
    anna: Client, published_town: Town, fields: dict[str, str], message: str
) -> None:
    data = {"procedure": "VG", "title": "Anbau am Haus", **fields}
    answer = anna.post(reverse("application_new"), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert 'value="Anbau am Haus"' in page
    assert not PermitCase.objects.exists()


def test_double_click_and_reload_submit_once(post: Post, anna: Client, draft: PermitCase) -> None:
    for _ in range(3):
        answer = post("application_submit", reviewed="1")
        assert answer["Location"] == reverse("application_receipt", args=[draft.uuid])
    draft.refresh_from_db()
    assert draft.status == CaseStatus.COMPLETENESS
    assert draft.submissions.count() == 1
    assert AuditEvent.objects.filter(chain__case=draft, type="case.submitted").count() == 1
    assert anna.get(reverse("application_review", args=[draft.uuid]))["Location"] == reverse(
        "case_detail", args=[draft.uuid]
    )


def test_incomplete_application_is_not_submitted_and_links_to_the_gap(
    post: Post, draft: PermitCase, anna: Client
) -> None:
    draft.parties.filter(role="designer").delete()
    answer = post("application_submit", reviewed="1")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Nennen Sie die Entwurfsverfasserin" in page
    assert reverse("application_parties", args=[draft.uuid]) in page
    draft.refresh_from_db()
    assert draft.status == CaseStatus.DRAFT
