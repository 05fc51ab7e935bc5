"""The pages of layers and binding plans: who sees them, what they say, restoring and withdrawing with a click."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from permits.models import AuditEvent, LayerSnapshot, PermitAuthority, PlanSnapshot
from permits.selectors.plans import binding_plans
from tests.cast import Cast
from tests.permits.planfiles import simple_plan, write_plan
from tests.permits.test_binding_plans import run
from tests.permits.test_layer_publication import parcels

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def _store(tmp_path: Path, settings: Settings) -> None:
    settings.LAYER_ROOT = tmp_path / "layers"


@pytest.fixture
def town(authorities: dict[str, PermitAuthority], tmp_path: Path) -> PermitAuthority:
    """Musterstadt with two states of one plan (GRZ 0.3, then 0.5) and a plan with faults."""
    for grz in (0.3, 0.5):
        path = simple_plan(tmp_path / "bach.gml", "Am Bach", (0, 0, 100, 100), grz=grz)
        run("import_plan", path, "--authority", "musterstadt")
    bad = write_plan(
        tmp_path / "schief.gml",
        "Schief",
        (200, 0, 300, 100),
        zones=[("z1", (200, 0, 260, 100), ""), ("z2", (240, 0, 300, 100), "")],
        number="13",
    )
    run("import_plan", bad, "--authority", "musterstadt", "--skip-bad")
    return authorities["musterstadt"]


def browser(person: object) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)  # type: ignore[arg-type]
    return client


def page(client: Client, name: str, *arguments: object) -> str:
    response = client.get(reverse(name, args=arguments))
    assert response.status_code == 200
    return response.content.decode()


def test_staff_see_layers_and_plans_and_no_buttons(cast: Cast, town: PermitAuthority) -> None:
    client = browser(cast.officer)
    listed = page(client, "authority_layers")
    for text in ("Am Bach", "Schief", "Baugebiete", "in Kraft", "mit Fehlern", "abgeleitet aus 2 Bebauungsplänen"):
        assert text in listed
    detail = page(client, "authority_plan", town.uuid, "03999001-12-am-bach")
    assert "Nr. 2" not in detail
    assert "Wiederherstellen" not in detail
    assert "Außer Kraft setzen" not in detail


def test_the_page_of_a_plan_tells_its_faults_with_their_place(cast: Cast, town: PermitAuthority) -> None:
    detail = page(browser(cast.admin), "authority_plan", town.uuid, "03999001-13-schief")
    assert "Fehler und Hinweise im Plan" in detail
    assert "overlap" not in detail, "German sentences, not codes"
    assert "550.2" in detail
    layer = page(browser(cast.admin), "authority_layer", town.uuid, "zoning")
    assert "aus den Bebauungsplänen in Kraft abgeleitet" in layer
    assert "Flächen überlappen sich" in layer


def test_an_administrator_restores_an_earlier_state(cast: Cast, town: PermitAuthority) -> None:
    old = PlanSnapshot.objects.filter(name="Am Bach").order_by("pk")[0]
    client = browser(cast.admin)
    assert old.snapshot_id in page(client, "authority_plan", town.uuid, old.plan.family)
    response = client.post(
        reverse("plan_restore", args=[town.uuid, old.plan.family]), {"snapshot": old.snapshot_id}, follow=True
    )
    assert "gilt wieder" in response.content.decode()
    assert next(state for state in binding_plans(town) if state.plan == old.plan).snapshot == old
    assert AuditEvent.objects.get(type="plan.restored").actor == cast.admin.uuid


def test_an_administrator_takes_a_plan_out_of_force_with_a_reason(cast: Cast, town: PermitAuthority) -> None:
    client = browser(cast.admin)
    address = reverse("plan_withdraw", args=[town.uuid, "03999001-12-am-bach"])
    refused = client.post(address, {"reason": ""})
    assert refused.status_code == 422
    assert "Grund" in refused.content.decode()
    done = client.post(address, {"reason": "Aufhebungssatzung vom 1.10.2026"}, follow=True).content.decode()
    assert "außer Kraft gesetzt" in done
    assert "Aufhebungssatzung vom 1.10.2026" in done


def test_an_earlier_state_of_a_layer_from_a_file_is_restored(
    cast: Cast, authorities: dict[str, PermitAuthority], tmp_path: Path
) -> None:
    town = authorities["musterstadt"]
    first = run("import_layer", "parcels", parcels(tmp_path, "a.gpkg", 2), "--authority", "musterstadt")
    run("import_layer", "parcels", parcels(tmp_path, "b.gpkg", 3), "--authority", "musterstadt")
    client = browser(cast.admin)
    response = client.post(
        reverse("layer_restore", args=[town.uuid, "parcels"]), {"snapshot": first["snapshot"]}, follow=True
    )
    assert "wieder in Kraft" in response.content.decode()


def test_a_derived_layer_is_not_restored_by_itself(cast: Cast, town: PermitAuthority) -> None:
    old = LayerSnapshot.objects.filter(layer="zoning").order_by("pk")[0]
    response = browser(cast.admin).post(
        reverse("layer_restore", args=[town.uuid, "zoning"]), {"snapshot": old.snapshot_id}
    )
    assert response.status_code == 422
    assert "Stand des Bebauungsplans" in response.content.decode()


def test_a_lost_snapshot_is_said_and_breaks_nothing(cast: Cast, town: PermitAuthority, settings: Settings) -> None:
    settings.LAYER_ROOT = Path(settings.LAYER_ROOT) / "elsewhere"
    client = browser(cast.admin)
    for name, key in (("authority_plan", "03999001-12-am-bach"), ("authority_layer", "zoning")):
        assert "fehlt im Speicher" in page(client, name, town.uuid, key)


@pytest.mark.parametrize(("name", "key"), [("authority_plan", "gibt-es-nicht"), ("authority_layer", "parcels")])
def test_what_is_not_there_is_not_found(cast: Cast, town: PermitAuthority, name: str, key: str) -> None:
    assert browser(cast.admin).get(reverse(name, args=[town.uuid, key])).status_code == 404
