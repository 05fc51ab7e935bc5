"""A drawing without georeference: kept on upload, placed by two matched points, refused with everything kept."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import ezdxf
import numpy as np
import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from permits.errors import InvalidInputError
from permits.models import AuditEvent, PermitCase, Site, User
from permits.selectors.plan_objects import plan_objects
from permits.services.checking import save_site_plan
from permits.services.plan_reading import MatchedPoints, UnplacedPlanError
from permits.services.plan_uploads import keep_unplaced_plan, waiting_plan
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def signed_in() -> SignIn:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def drawing(folder: Path, layer: str = "Hauptgebäude_H6,25") -> bytes:
    """A house of 10 m x 8 m, in metres from a corner of its own."""
    document = ezdxf.new("R2018")
    document.header["$INSUNITS"] = 6
    space = document.modelspace()
    space.add_lwpolyline([(0, 0), (10, 0), (10, 8), (0, 8)], close=True, dxfattribs={"layer": layer})
    space.add_lwpolyline([(0, 0), (10, 0), (10, 9), (0, 9)], close=True, dxfattribs={"layer": "Grundstück"})
    document.saveas(folder / "haus.dxf")
    return (folder / "haus.dxf").read_bytes()


def ground(case: PermitCase) -> tuple[float, float]:
    point = Site.objects.get(case=case).geometry.representative_point()
    return round(point.x, 2), round(point.y, 2)


def points(case: PermitCase, *, stretched: float = 1.0) -> MatchedPoints:
    """The corners (0, 0) and (10, 8) of the drawing, not turned."""
    east, north = ground(case)
    return MatchedPoints(((0, 0), (10, 8)), ((east, north), (east + 10 * stretched, north + 8 * stretched)))


def test_a_drawing_without_a_place_says_so_and_two_points_place_it(
    draft: PermitCase, cast: Cast, tmp_path: Path
) -> None:
    content = drawing(tmp_path)
    before = draft.site_plans.count()
    with pytest.raises(UnplacedPlanError, match="passen nicht"):
        save_site_plan(case=draft, by=cast.owner, content=content, original_name="haus.dxf")
    assert draft.site_plans.count() == before
    version = save_site_plan(case=draft, by=cast.owner, content=content, original_name="haus.dxf", match=points(draft))
    east, north = ground(draft)
    assert version.geometry.bounds == pytest.approx((east, north, east + 10, north + 8), abs=1e-6)
    assert any("eingepasst" in warning for warning in version.warnings)
    house, plot = plan_objects(version)
    assert (plot.title, plot.values[0].text) == ("Grundstück, wie gezeichnet", "90,00 m²")
    values = {value.label: value for value in house.values}
    assert (values["Wandhöhe"].text, values["Wandhöhe"].origin) == ("6,25 m", "angegeben")
    assert values["Wandhöhe"].note == "Layername „Hauptgebäude_H6,25“"
    assert values["Grundfläche des Umrisses"].origin == "berechnet"


def test_points_that_contradict_the_unit_are_refused_with_the_numbers(
    draft: PermitCase, cast: Cast, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInputError, match="Verhältnis ist 1,0100") as caught:
        save_site_plan(
            case=draft,
            by=cast.owner,
            content=drawing(tmp_path),
            original_name="haus.dxf",
            match=points(draft, stretched=1.01),
        )
    assert not isinstance(caught.value, UnplacedPlanError)


def test_a_kept_drawing_belongs_to_its_case_alone(draft: PermitCase, cast: Cast, tmp_path: Path) -> None:
    content = drawing(tmp_path)
    token = keep_unplaced_plan(case=draft, by=cast.owner, content=content, original_name="haus.dxf")
    waiting = waiting_plan(case=draft, token=token)
    assert waiting is not None
    assert waiting.original_name == "haus.dxf"
    assert waiting_plan(case=draft, token=token + "x") is None
    other = PermitCase(authority=draft.authority)
    assert waiting_plan(case=other, token=token) is None
    assert AuditEvent.objects.filter(chain__case=draft, type="site.plan_received").count() == 1


def upload(client: Client, case: PermitCase, content: bytes, name: str = "haus.dxf") -> str:
    """Upload a drawing and return the address that it leads to."""
    address = reverse("application_site_plan_upload", args=[case.uuid])
    answer = client.post(address, {"plan": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_the_page_asks_for_two_points_and_keeps_the_drawing_when_they_are_wrong(
    draft: PermitCase, cast: Cast, signed_in: SignIn, tmp_path: Path
) -> None:
    anna = signed_in(cast.owner)
    address = upload(anna, draft, drawing(tmp_path))
    assert urlsplit(address).path == reverse("application_site_plan_match", args=[draft.uuid])
    assert parse_qs(urlsplit(address).query)["datei"]
    page = anna.get(address).content.decode()
    assert "Umrisse der Zeichnung mit den Punkten 1 und 2" in page
    assert "nummerierten Eckpunkten" in page
    assert 'value="10' in page  # the corner (10, 0) or (10, 8) is suggested
    east, north = ground(draft)
    good = {"x1": "0", "y1": "0", "east1": f"{east}".replace(".", ","), "north1": f"{north}"}
    data = {**good, "x2": "10", "y2": "8", "east2": f"{east + 10:.2f}", "north2": f"{north + 9:.2f}"}
    refused = anna.post(address, data)
    assert refused.status_code == 422
    assert "Verhältnis" in refused.content.decode()
    assert f"{east + 10:.2f}" in refused.content.decode()
    empty = anna.post(address, {**data, "north2": ""})
    assert empty.status_code == 422
    before = draft.site_plans.count()
    done = anna.post(address, {**data, "north2": f"{north + 8:.2f}"})
    assert done.headers["Location"].endswith("#pruefung")
    assert draft.site_plans.count() == before + 1
    shown = anna.get(reverse("application_site_plan", args=[draft.uuid])).content.decode()
    assert "Herkunft der Werte" in shown
    assert "eingepasst" in shown
    assert "Layername „Hauptgebäude_H6,25“" in shown


def test_a_made_up_reference_leads_back_to_the_upload(draft: PermitCase, cast: Cast, signed_in: SignIn) -> None:
    anna = signed_in(cast.owner)
    answer = anna.get(reverse("application_site_plan_match", args=[draft.uuid]) + "?datei=falsch", follow=True)
    assert "laden Sie die Zeichnung noch einmal hoch" in answer.content.decode()


def test_other_refusals_of_a_drawing_stay_on_the_upload_form(
    draft: PermitCase, cast: Cast, signed_in: SignIn, tmp_path: Path
) -> None:
    address = reverse("application_site_plan_upload", args=[draft.uuid])
    file = SimpleUploadedFile("haus.dxf", drawing(tmp_path, layer="Möbel"))
    answer = signed_in(cast.owner).post(address, {"plan": file})
    assert answer.status_code == 422
    assert "auf den bekannten Layern keine Umrisse" in answer.content.decode()


def test_the_upload_offers_all_formats_of_the_registry(draft: PermitCase, cast: Cast, signed_in: SignIn) -> None:
    page = signed_in(cast.owner).get(reverse("application_site_plan", args=[draft.uuid])).content.decode()
    accept = page.partition('accept="')[2].partition('"')[0].split(",")
    assert {".geojson", ".gpkg", ".dxf", ".zip", ".ifc"} <= set(accept)
    assert "Shapefile (zip)" in page


def test_corners_of_the_site_are_listed_with_coordinates(
    draft: PermitCase, cast: Cast, signed_in: SignIn, tmp_path: Path
) -> None:
    anna = signed_in(cast.owner)
    page = anna.get(upload(anna, draft, drawing(tmp_path))).content.decode()
    parcel = Site.objects.get(case=draft).parcels.order_by("parcel_id")[0]
    corner = np.round(shapely.get_coordinates(parcel.geometry)[0], 3)
    east = f"{corner[0]:,.3f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    assert east in page
