"""Live sources in the domain: which one counts, what a check run keeps, what an operator sees."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from pytest_django import Settings

from gis.layers import LayerUnavailableError
from gis.sources import LiveLayer
from permits.models import AuditEvent, PermitAuthority, PermitCase
from permits.selectors.case_assessment import assessment_view
from permits.selectors.layers import find_parcel, layers_for, parcels_in, states_used
from permits.services.checking import check_site_plan
from permits.services.layers import SnapshotRecord, publish_snapshot
from tests.cast import Cast
from tests.gis.sources.conftest import running_server
from tests.workflows.village import EAST, LAND, NEIGHBOUR, NORTH, PARCEL, import_parcels

pytestmark = pytest.mark.django_db

Authorities = dict[str, PermitAuthority]
Records = dict[str, SnapshotRecord]
AROUND = (EAST - 5, NORTH - 5, EAST + 40, NORTH + 20)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    features = [
        {**feature, "id": f"f{number}", "properties": {"flstkennz": feature["properties"]["parcel_id"]}}
        for number, feature in enumerate(LAND["musterstadt"]["features"])  # type: ignore[arg-type, var-annotated]
    ]
    with running_server(tmp_path_factory.mktemp("service") / "data.json", {"parcels": features}) as address:
        yield address


def configure(settings: Settings, tmp_path: Path, service: str, *, mode: str = "ok", **more: object) -> None:
    lines = {"layer": "parcels", "kind": "ogcapi", "title": "Kataster live", "collection": "parcels", **more}
    lines["url"] = f"{service}/{mode}/ogc"
    path = tmp_path / "sources.toml"
    text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in lines.items())
    path.write_text(f"[sources.live]\n{text}")
    settings.LAYER_SOURCES_FILE = str(path)


def test_a_source_for_all_counts_before_the_shared_state_and_after_the_authoritys_own(
    settings: Settings, tmp_path: Path, service: str, authorities: Authorities, village_records: Records
) -> None:
    path = tmp_path / "shared.geojson"
    path.write_text(json.dumps(LAND["beispielland"]))
    publish_snapshot(record=import_parcels("", path, owner="shared"), authority=None, by=None)
    publish_snapshot(record=village_records["musterstadt"], authority=authorities["musterstadt"], by=None)
    configure(settings, tmp_path, service)
    assert isinstance(layers_for(authorities["beispielland"])["parcels"], LiveLayer)
    assert not isinstance(layers_for(authorities["musterstadt"])["parcels"], LiveLayer)


def test_the_authoritys_own_source_counts_before_everything(
    settings: Settings, tmp_path: Path, service: str, village: Authorities
) -> None:
    configure(settings, tmp_path, service, authorities=["musterstadt"])
    live = layers_for(village["musterstadt"])["parcels"]
    assert isinstance(live, LiveLayer)
    assert not isinstance(layers_for(village["beispielland"])["parcels"], LiveLayer)
    found = find_parcel(village["musterstadt"], PARCEL)
    assert found is not None
    assert (found.official_area_m2, found.snapshot_id) == (None, "")
    assert [one.parcel_id for one in parcels_in(village["musterstadt"], AROUND)] == [PARCEL, NEIGHBOUR]


def test_a_source_for_all_serves_an_authority_that_has_published_nothing(
    settings: Settings, tmp_path: Path, service: str, authorities: Authorities
) -> None:
    assert "parcels" not in layers_for(authorities["musterstadt"])
    configure(settings, tmp_path, service)
    assert isinstance(layers_for(authorities["musterstadt"])["parcels"], LiveLayer)


def test_a_check_run_keeps_what_was_read_where_and_when(
    settings: Settings, tmp_path: Path, service: str, application: PermitCase, cast: Cast
) -> None:
    before = check_site_plan(case=application, by=cast.owner)
    configure(settings, tmp_path, service, authorities=["musterstadt"])
    run = check_site_plan(case=application, by=cast.owner)
    verdicts = [dict(one.results.values_list("check_id", "verdict")) for one in (before, run)]
    assert verdicts[0] == verdicts[1]
    assert run.snapshots["parcels"].startswith("live:")
    assert len(run.snapshots["parcels"]) == len("live:") + 64
    (source,) = run.results.get(check_id="inside_parcels").details["sources"]
    assert run.snapshots["parcels"] == f"live:{source['digest']}"
    assert source["source"].startswith("Kataster live (http://127.0.0.1:")
    assert source["snapshot_id"] is None
    assert source["read_at"] >= run.site_plan.created_at.isoformat()[:10]
    assert len(source["bounds"]) == 4
    shown = [one for finding in assessment_view(application).findings for one in finding.sources]
    assert any(source["digest"][:12] in str(one) for one in shown)


def test_a_source_that_is_down_makes_results_not_assessable_and_never_falls_back(
    settings: Settings, tmp_path: Path, service: str, application: PermitCase, cast: Cast
) -> None:
    configure(settings, tmp_path, service, mode="error_500", authorities=["musterstadt"])
    run = check_site_plan(case=application, by=cast.owner)
    result = run.results.get(check_id="inside_parcels")
    assert result.verdict == "not_assessable"
    assert "Die Quelle „Kataster live“ meldet einen Fehler (500)." in result.message
    assert run.snapshots["parcels"] is None
    with pytest.raises(LayerUnavailableError, match="Kataster live"):
        find_parcel(application.authority, PARCEL)


def test_credentials_are_in_no_result_and_no_audit_event(
    settings: Settings,
    tmp_path: Path,
    service: str,
    application: PermitCase,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from tests.gis.sources.server import TOKEN

    monkeypatch.setenv("KATASTER_TOKEN", TOKEN)
    caplog.set_level(0)
    configure(settings, tmp_path, service, mode="bearer", authorities=["musterstadt"], token_env="KATASTER_TOKEN")
    run = check_site_plan(case=application, by=cast.owner)
    assert run.results.get(check_id="inside_parcels").verdict == "passed"
    results = [str(result.__dict__) for result in run.results.all()]
    events = [str(event.__dict__) for event in AuditEvent.objects.all()]
    assert TOKEN not in "".join([*results, *events, str(run.__dict__), caplog.text])


def test_states_of_layers_that_were_not_read_are_empty(
    settings: Settings, tmp_path: Path, service: str, village: Authorities
) -> None:
    configure(settings, tmp_path, service, authorities=["musterstadt"])
    layers = layers_for(village["musterstadt"])
    assert states_used(layers) == {"parcels": None}


def test_a_wrong_file_is_named_at_start_and_in_use(
    settings: Settings, tmp_path: Path, authorities: Authorities
) -> None:
    path = tmp_path / "sources.toml"
    path.write_text('[sources.live]\nlayer = "parcels"\nkind = "oracle"\n')
    settings.LAYER_SOURCES_FILE = str(path)
    messages = [message for message in run_checks() if message.id == "permits.E004"]
    assert [message.msg for message in messages] == [
        "Die Live-Quelle „live“ ist von der unbekannten Art „oracle“. Möglich sind postgis, wfs und ogcapi."
    ]
    with pytest.raises(ImproperlyConfigured, match="oracle"):
        layers_for(authorities["musterstadt"])


def probed(*arguments: str) -> dict[str, object]:
    out = StringIO()
    try:
        call_command("check_layer_source", "live", "--window", *map(str, AROUND), *arguments, stdout=out)
    finally:
        found: dict[str, object] = json.loads(out.getvalue() or "{}")
    return found


def test_the_command_says_what_a_source_has(
    settings: Settings, tmp_path: Path, service: str, authorities: Authorities
) -> None:
    configure(settings, tmp_path, service, authorities=["musterstadt"])
    found = probed()
    assert (found["ok"], found["count"], found["reason"], found["skipped"]) == (True, 2, None, [])
    assert found["mapping"] == {"parcel_id": "flstkennz"}
    assert found["filled"] == {"parcel_id": 2}
    assert (found["crs"], found["source_crs"]) == ("EPSG:25832", "http://www.opengis.net/def/crs/EPSG/0/25832")


def test_the_command_says_why_a_source_cannot_be_read(
    settings: Settings, tmp_path: Path, service: str, authorities: Authorities
) -> None:
    configure(settings, tmp_path, service, mode="html")
    with pytest.raises(CommandError, match="antwortet nicht mit gültigem JSON") as caught:
        probed()
    assert caught.value.returncode == 1
    configure(settings, tmp_path, service, authorities=["musterdorf"])
    with pytest.raises(CommandError, match="unbekannte Behörde „musterdorf“"):
        probed()
    settings.LAYER_SOURCES_FILE = ""
    with pytest.raises(CommandError, match=r"nicht eingetragen\. Vorhanden: keine"):
        probed()
