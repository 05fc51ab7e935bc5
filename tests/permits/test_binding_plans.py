"""Binding plans in the domain: import_plan, the derived layers, withdrawing and restoring, several authorities."""

import json
import os
from io import StringIO
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from gis.planning.derivation import derived_layers
from gis.snapshots import SnapshotMeta, remove_abandoned
from permits.errors import AccessDeniedError, InvalidInputError, StateError
from permits.models import (
    AuditEvent,
    BindingPlan,
    LayerPublication,
    LayerSnapshot,
    PermitAuthority,
    PlanPublication,
    PlanSnapshot,
)
from permits.selectors.audit import verify_audit
from permits.selectors.layers import layers_for, publications_in_force
from permits.selectors.plans import binding_plans, known_snapshot_folders, plan_history
from permits.services import audit
from permits.services.layers import LayersInForceError, restore_snapshot
from permits.services.plans import derive_again, restore_plan, withdraw_plan
from tests.cast import Cast
from tests.permits.planfiles import Box, simple_plan, write_plan

pytestmark = pytest.mark.django_db

Authorities = dict[str, PermitAuthority]
SCOPE: Box = (0, 0, 100, 100)
EVERYWHERE = (549_000.0, 5_799_000.0, 552_000.0, 5_802_000.0)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Settings) -> Path:
    settings.LAYER_ROOT = tmp_path / "layers"
    return tmp_path / "layers"


@pytest.fixture
def one(authorities: Authorities) -> PermitAuthority:
    return sorted(authorities.values(), key=lambda authority: authority.slug)[0]


@pytest.fixture
def two(authorities: Authorities) -> PermitAuthority:
    return sorted(authorities.values(), key=lambda authority: authority.slug)[1]


def run(command: str, *arguments: object) -> dict[str, Any]:
    """Run a command that must succeed; its JSON."""
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out, stderr=StringIO())
    result: dict[str, Any] = json.loads(out.getvalue())
    return result


def refused(command: str, *arguments: object) -> tuple[dict[str, Any], CommandError]:
    """Run a command that must fail with exit code 1; its JSON and its error."""
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(command, *map(str, arguments), stdout=out, stderr=StringIO())
    assert caught.value.returncode == 1
    return json.loads(out.getvalue() or "{}"), caught.value


def zones(authority: PermitAuthority) -> dict[str, float]:
    """Areas of the zones in force by id."""
    window = layers_for(authority)["zoning"].window(EVERYWHERE)
    return {
        str(name): round(shape.area, 3) for name, shape in zip(window.columns["zone_id"], window.geometry, strict=True)
    }


def derived_ids(authority: PermitAuthority) -> dict[str, str]:
    in_force = publications_in_force(authority)
    return {layer: in_force[layer].snapshot.snapshot_id for layer in derived_layers() if layer in in_force}


class TestImport:
    def test_a_plan_in_force_is_published_with_all_layers(self, tmp_path: Path, one: PermitAuthority) -> None:
        path = simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE)
        summary = run("import_plan", path, "--authority", one.slug, "--licence", "dl-de/by-2-0")
        assert (summary["ok"], summary["published"], summary["problems"]) == (True, True, [])
        assert (summary["name"], summary["number"], summary["legal_status"], summary["in_force"]) == (
            "Am Bach", "12", "4000", True,
        )  # fmt: skip
        assert summary["crs"] == "EPSG:25832"
        assert summary["baunvo_version"] == "23.01.1990"
        assert summary["counts"]["BP_BaugebietsTeilFlaeche"] == 1
        assert summary["areas_m2"]["BP_UeberbaubareGrundstuecksFlaeche"] == pytest.approx(6_400)
        assert set(summary["layers"]) == set(derived_layers())
        assert zones(one) == {"z_Am_Bach": 10_000.0}
        window = layers_for(one)["building_windows"].window(EVERYWHERE)
        assert window.columns["storeys_max"].tolist() == [3.0]

    def test_derived_layers_name_the_states_that_they_come_from(
        self, tmp_path: Path, one: PermitAuthority, store: Path
    ) -> None:
        summary = run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE), "--authority", one.slug)
        snapshot = publications_in_force(one)["zoning"].snapshot
        assert snapshot.derived_from == [summary["snapshot"]]
        folder = store / str(one.uuid) / "zoning" / snapshot.snapshot_id
        assert SnapshotMeta.from_bytes((folder / "meta.json").read_bytes()).derived_from == (summary["snapshot"],)

    def test_every_step_is_in_the_log(self, tmp_path: Path, one: PermitAuthority) -> None:
        run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE), "--authority", one.slug)
        types = list(
            AuditEvent.objects.filter(chain__authority=one).order_by("sequence").values_list("type", flat=True)
        )
        assert types.count("plan.published") == 1
        assert types.count("layer.derived") == len(derived_layers())
        assert not verify_audit().faults

    def test_a_plan_that_is_not_in_force_is_kept_and_marked_and_nothing_follows(
        self, tmp_path: Path, one: PermitAuthority
    ) -> None:
        path = simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE, status="2400", since=None)
        summary = run("import_plan", path, "--authority", one.slug)
        assert (summary["published"], summary["in_force"], summary["layers"]) == (True, False, {})
        assert any("nicht in Kraft" in note for note in summary["notes"])
        (state,) = binding_plans(one)
        assert (state.in_force, state.withdrawn, state.snapshot.legal_status) == (False, False, "2400")
        assert not LayerPublication.objects.exists()

    def test_a_person_can_say_since_when_it_is_in_force(self, tmp_path: Path, one: PermitAuthority) -> None:
        path = simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE, status="3000", since=None)
        summary = run("import_plan", path, "--authority", one.slug, "--in-force-since", "1999-05-06")
        assert (summary["in_force"], summary["in_force_since"], summary["legal_status"]) == (True, "1999-05-06", "3000")
        window = layers_for(one)["zoning"].window(EVERYWHERE)
        assert window.columns["in_force_since"].tolist() == ["1999-05-06"]
        assert PlanSnapshot.objects.get().stated_in_force is True

    def test_no_plan_is_in_force_before_its_day_comes(self, tmp_path: Path, one: PermitAuthority) -> None:
        path = simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE, status="3000", since=None)
        with pytest.raises(CommandError, match=r"31\.12\.2999 liegt in der Zukunft"):
            run("import_plan", path, "--authority", one.slug, "--in-force-since", "2999-12-31")

    def test_validate_only_publishes_nothing(self, tmp_path: Path, one: PermitAuthority, store: Path) -> None:
        path = simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE)
        summary = run("import_plan", path, "--authority", one.slug, "--validate-only")
        assert (summary["ok"], summary["published"]) == (True, False)
        assert not BindingPlan.objects.exists()
        assert not store.exists()

    def test_a_plan_with_faults_is_refused_and_each_is_named(self, tmp_path: Path, one: PermitAuthority) -> None:
        path = overlapping(tmp_path / "a.gml")
        summary, error = refused("import_plan", path, "--authority", one.slug)
        assert (summary["ok"], summary["published"]) == (False, False)
        assert {problem["kind"] for problem in summary["problems"]} >= {"overlap"}
        assert all(problem["message"].endswith(".") for problem in summary["problems"])
        assert "es wurde nichts veröffentlicht" in str(error)
        assert not BindingPlan.objects.exists()

    def test_skip_bad_publishes_it_and_the_place_is_not_assessable(self, tmp_path: Path, one: PermitAuthority) -> None:
        summary = run("import_plan", overlapping(tmp_path / "a.gml"), "--authority", one.slug, "--skip-bad")
        assert summary["published"] is True
        assert any("nicht prüfbar" in note for note in summary["notes"])
        window = layers_for(one)["building_windows"].window(EVERYWHERE)
        assert {feature.kind for feature in window.skipped} == {"overlap"}
        assert PlanSnapshot.objects.get().error_count > 0

    @pytest.mark.parametrize(
        "content", ["", "kein XML", "<a/>", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>']
    )
    def test_a_file_that_is_no_plan_is_refused_in_german(
        self, tmp_path: Path, one: PermitAuthority, content: str
    ) -> None:
        path = tmp_path / "a.gml"
        path.write_text(content)
        summary, error = refused("import_plan", path, "--authority", one.slug)
        assert summary["ok"] is False
        assert summary["error"] in str(error)
        assert not PlanSnapshot.objects.exists()

    def test_a_missing_file_is_refused_in_german(self, tmp_path: Path, one: PermitAuthority) -> None:
        summary, _ = refused("import_plan", tmp_path / "fehlt.gml", "--authority", one.slug)
        assert summary["error"]

    def test_an_unknown_authority_or_plan_is_refused(self, tmp_path: Path, one: PermitAuthority) -> None:
        path = simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE)
        with pytest.raises(CommandError, match="Behörde „nirgends“ ist unbekannt"):
            run("import_plan", path, "--authority", "nirgends")
        with pytest.raises(CommandError, match=r"ist unbekannt\. Bekannt sind: keine"):
            run("import_plan", path, "--authority", one.slug, "--plan", "../x")

    def test_the_same_file_again_changes_nothing(self, tmp_path: Path, one: PermitAuthority) -> None:
        path = simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE)
        first, second = (run("import_plan", path, "--authority", one.slug) for _ in range(2))
        assert second["snapshot"] == first["snapshot"]
        assert (PlanPublication.objects.count(), PlanSnapshot.objects.count()) == (1, 1)
        assert LayerPublication.objects.count() == len(derived_layers())
        assert any("galt schon" in note for note in second["notes"])


def overlapping(path: Path) -> Path:
    """Two zones that overlap on 20 m x 100 m although the plan closes."""
    return write_plan(path, "Schief", SCOPE, zones=[("z1", (0, 0, 60, 100), ""), ("z2", (40, 0, 100, 100), "")])


class TestStates:
    def test_a_new_state_of_a_plan_replaces_the_old_one_and_the_layers_follow(
        self, tmp_path: Path, one: PermitAuthority
    ) -> None:
        run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE, grz=0.3), "--authority", one.slug)
        before = derived_ids(one)
        run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE, grz=0.5), "--authority", one.slug)
        assert BindingPlan.objects.count() == 1
        assert PlanSnapshot.objects.count() == 2
        assert layers_for(one)["zoning"].window(EVERYWHERE).columns["grz"].tolist() == [0.5]
        assert derived_ids(one)["zoning"] != before["zoning"]

    def test_restoring_the_old_state_gives_the_very_same_layers_again(
        self, tmp_path: Path, one: PermitAuthority
    ) -> None:
        old = run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE, grz=0.3), "--authority", one.slug)
        run("import_plan", simple_plan(tmp_path / "b.gml", "Am Wald", (200, 0, 300, 100)), "--authority", one.slug)
        before = derived_ids(one)
        run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE, grz=0.5), "--authority", one.slug)
        assert derived_ids(one) != before
        restored = run("restore_plan", old["plan"], old["snapshot"][:12], "--authority", one.slug)
        assert restored["snapshot"] == old["snapshot"]
        assert derived_ids(one) == before
        assert [entry.number for entry in plan_history(BindingPlan.objects.get(family=old["plan"]))] == [3, 2, 1]

    def test_a_state_under_another_name_can_be_said_to_belong_to_a_plan(
        self, tmp_path: Path, one: PermitAuthority
    ) -> None:
        first = run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE), "--authority", one.slug)
        renamed = simple_plan(tmp_path / "b.gml", "Am Bach neu", SCOPE)
        hint = run("import_plan", renamed, "--authority", one.slug, "--validate-only")
        assert any(f"--plan {first['plan']}" in note for note in hint["notes"])
        run("import_plan", renamed, "--authority", one.slug, "--plan", first["plan"])
        assert BindingPlan.objects.count() == 1
        assert zones(one) == {"z_Am_Bach_neu": 10_000.0}

    def test_the_later_plan_takes_the_overlap(self, tmp_path: Path, one: PermitAuthority) -> None:
        run(
            "import_plan",
            simple_plan(tmp_path / "a.gml", "Neu", (50, 0, 150, 100), since="2020-01-01"),
            "--authority",
            one.slug,
        )
        summary = run(
            "import_plan", simple_plan(tmp_path / "b.gml", "Alt", SCOPE, since="1980-01-01"), "--authority", one.slug
        )
        assert zones(one) == {"z_Neu": 10_000.0, "z_Alt": 5_000.0}
        assert any("lex posterior" in note for note in summary["notes"])

    def test_a_withdrawn_plan_gives_no_layers_and_is_kept(self, tmp_path: Path, one: PermitAuthority) -> None:
        first = run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE), "--authority", one.slug)
        run("withdraw_plan", first["plan"], "--authority", one.slug, "--reason", "OVG Lüneburg, Urteil vom 1.10.2026")
        assert zones(one) == {}
        (state,) = binding_plans(one)
        assert (state.withdrawn, state.in_force, state.snapshot.name) == (True, False, "Am Bach")
        event = AuditEvent.objects.get(type="plan.withdrawn")
        assert event.payload.data == {"reason": "OVG Lüneburg, Urteil vom 1.10.2026"}
        with pytest.raises(StateError):
            withdraw_plan(plan=state.plan, reason="noch einmal", by=None)
        run("restore_plan", first["plan"], first["snapshot"], "--authority", one.slug)
        assert zones(one) == {"z_Am_Bach": 10_000.0}

    def test_a_withdrawal_needs_a_reason(self, tmp_path: Path, one: PermitAuthority) -> None:
        run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE), "--authority", one.slug)
        with pytest.raises(InvalidInputError, match="Grund"):
            withdraw_plan(plan=BindingPlan.objects.get(), reason="  ", by=None)

    def test_a_derived_layer_of_other_plans_is_not_restored_alone(self, tmp_path: Path, one: PermitAuthority) -> None:
        run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE, grz=0.3), "--authority", one.slug)
        old = derived_ids(one)["zoning"]
        run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE, grz=0.5), "--authority", one.slug)
        with pytest.raises(CommandError, match="Stand des Bebauungsplans"):
            run("restore_layer", "zoning", old, "--authority", one.slug)

    def test_deriving_again_gives_the_same(self, tmp_path: Path, one: PermitAuthority) -> None:
        run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE), "--authority", one.slug)
        assert run("derive_layers", "--authority", one.slug) == derived_ids(one)
        assert LayerPublication.objects.count() == len(derived_layers())

    def test_a_store_that_cannot_be_written_or_has_lost_a_plan_is_named(
        self, tmp_path: Path, one: PermitAuthority, store: Path, settings: Settings
    ) -> None:
        plan = simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE)
        (tmp_path / "datei").write_text("kein Ordner")
        settings.LAYER_ROOT = tmp_path / "datei"
        _, error = refused("import_plan", plan, "--authority", one.slug)
        assert "LAYER_ROOT" in str(error)
        assert not PlanPublication.objects.exists()
        settings.LAYER_ROOT = store
        summary = run("import_plan", plan, "--authority", one.slug)
        settings.LAYER_ROOT = tmp_path / "leer"
        with pytest.raises(CommandError, match="fehlt oder ist beschädigt"):
            run("derive_layers", "--authority", one.slug)
        settings.LAYER_ROOT = store
        run("withdraw_plan", summary["plan"], "--reason", "Urteil", "--authority", one.slug)
        settings.LAYER_ROOT = tmp_path / "leer"
        with pytest.raises(CommandError, match="fehlt oder ist beschädigt"):
            run("restore_plan", summary["plan"], summary["snapshot"], "--authority", one.slug)

    def test_nothing_is_derived_where_no_plan_was_ever_in_force(self, tmp_path: Path, one: PermitAuthority) -> None:
        with pytest.raises(CommandError, match="für alle Behörden"):
            run("derive_layers")
        with pytest.raises(CommandError, match="abgeleitet wird nichts"):
            run("derive_layers", "--authority", one.slug)
        assert not LayerPublication.objects.exists()
        run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE), "--authority", one.slug)
        run("withdraw_plan", BindingPlan.objects.get().family, "--reason", "Urteil", "--authority", one.slug)
        assert run("derive_layers", "--authority", one.slug) == derived_ids(one)

    @pytest.mark.parametrize("arguments", [("unbekannt", "0" * 64), ("03999001-12-am-bach", "0" * 64), ("x", "kurz")])
    def test_restoring_what_is_not_there_is_refused(
        self, tmp_path: Path, one: PermitAuthority, arguments: tuple[str, str]
    ) -> None:
        run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE), "--authority", one.slug)
        with pytest.raises(CommandError, match="Datenstand"):
            run("restore_plan", *arguments, "--authority", one.slug)


class TestLayersFromFiles:
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "zoning.gpkg"
        frame = geopandas.GeoDataFrame(
            {"zone": ["MI"]}, geometry=[shapely.box(550_000, 5_800_000, 550_100, 5_800_100)], crs=25832
        )
        frame.to_file(path, engine="pyogrio")
        return path

    def test_a_layer_from_a_file_is_not_thrown_away_silently(self, tmp_path: Path, one: PermitAuthority) -> None:
        run("import_layer", "zoning", self.file(tmp_path), "--authority", one.slug)
        path = simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE)
        summary, error = refused("import_plan", path, "--authority", one.slug)
        assert "--replace-layers" in summary["error"]
        assert "zoning.gpkg" in str(error)
        assert not PlanSnapshot.objects.exists()
        run("import_plan", path, "--authority", one.slug, "--replace-layers")
        assert zones(one) == {"z_Am_Bach": 10_000.0}

    def test_a_shared_layer_does_not_vanish_silently_either(self, tmp_path: Path, one: PermitAuthority) -> None:
        run("import_layer", "zoning", self.file(tmp_path))
        summary, _ = refused("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE), "--authority", one.slug)
        assert "gemeinsam" in summary["error"]

    def test_a_plan_not_in_force_leaves_layers_from_files_alone(self, tmp_path: Path, one: PermitAuthority) -> None:
        run("import_layer", "zoning", self.file(tmp_path), "--authority", one.slug)
        run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE, status="2000"), "--authority", one.slug)
        assert layers_for(one)["zoning"].window(EVERYWHERE).columns["zone"].tolist() == ["MI"]

    def test_a_file_does_not_replace_a_derived_layer_silently(self, tmp_path: Path, one: PermitAuthority) -> None:
        run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE), "--authority", one.slug)
        path = self.file(tmp_path)
        with pytest.raises(CommandError, match="--replace-layers"):
            run("import_layer", "zoning", path, "--authority", one.slug)
        run("import_layer", "zoning", path, "--authority", one.slug, "--validate-only")
        run("import_layer", "zoning", path, "--authority", one.slug, "--replace-layers")
        assert layers_for(one)["zoning"].window(EVERYWHERE).columns["zone"].tolist() == ["MI"]

    def test_a_layer_from_a_file_comes_back_only_when_wanted(self, tmp_path: Path, one: PermitAuthority) -> None:
        summary = run("import_layer", "zoning", self.file(tmp_path), "--authority", one.slug)
        run(
            "import_plan",
            simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE),
            "--authority",
            one.slug,
            "--replace-layers",
        )
        snapshot = LayerSnapshot.objects.get(snapshot_id=summary["snapshot"])
        with pytest.raises(LayersInForceError):
            restore_snapshot(snapshot=snapshot, authority=one, by=None)
        restore_snapshot(snapshot=snapshot, authority=one, by=None, replace_derived=True)
        assert layers_for(one)["zoning"].window(EVERYWHERE).columns["zone"].tolist() == ["MI"]
        derive_again(owner=one, by=None, replace_layers=True)
        assert zones(one) == {"z_Am_Bach": 10_000.0}


class TestSeveralAuthorities:
    def test_plans_and_layers_of_two_authorities_are_apart(
        self, tmp_path: Path, one: PermitAuthority, two: PermitAuthority
    ) -> None:
        path = simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE)
        run("import_plan", path, "--authority", one.slug)
        run("import_plan", simple_plan(tmp_path / "b.gml", "Am Wald", (200, 0, 300, 100)), "--authority", two.slug)
        assert zones(one) == {"z_Am_Bach": 10_000.0}
        assert zones(two) == {"z_Am_Wald": 10_000.0}
        assert [state.snapshot.name for state in binding_plans(one)] == ["Am Bach"]
        run("withdraw_plan", binding_plans(one)[0].plan.family, "--authority", one.slug, "--reason", "Aufhebung")
        assert zones(two) == {"z_Am_Wald": 10_000.0}

    def test_shared_plans_count_for_everybody_without_own_ones(
        self, tmp_path: Path, one: PermitAuthority, two: PermitAuthority
    ) -> None:
        run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE))
        assert zones(one) == zones(two) == {"z_Am_Bach": 10_000.0}
        assert [state.plan.owner for state in binding_plans(one)] == [None]

    def test_only_who_administers_the_authority_withdraws_and_restores(
        self, tmp_path: Path, cast: Cast, authorities: Authorities
    ) -> None:
        town = authorities["musterstadt"]
        run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE), "--authority", town.slug)
        snapshot = PlanSnapshot.objects.get()
        for person in (cast.owner, cast.officer, cast.other_reviewer, cast.auditor, cast.stranger):
            with pytest.raises(AccessDeniedError):
                restore_plan(snapshot=snapshot, by=person)
            with pytest.raises(AccessDeniedError):
                withdraw_plan(plan=snapshot.plan, reason="Aufhebung", by=person)
        withdraw_plan(plan=snapshot.plan, reason="Aufhebung", by=cast.admin)
        restore_plan(snapshot=snapshot, by=cast.admin)
        assert AuditEvent.objects.get(type="plan.restored").actor == cast.admin.uuid

    def test_shared_plans_are_the_operators_business(self, tmp_path: Path, cast: Cast) -> None:
        run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE))
        with pytest.raises(AccessDeniedError):
            restore_plan(snapshot=PlanSnapshot.objects.get(), by=cast.admin)


class TestStoreAndRecord:
    def test_a_crash_before_the_commit_leaves_nothing_published(
        self, tmp_path: Path, one: PermitAuthority, store: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE)
        record = audit.record

        def fail(**values: Any) -> object:
            if values["type"] == "layer.derived":
                raise RuntimeError("power cut")
            return record(**values)

        monkeypatch.setattr(audit, "record", fail)
        with pytest.raises(RuntimeError):
            run("import_plan", path, "--authority", one.slug)
        monkeypatch.undo()
        assert not PlanSnapshot.objects.exists()
        assert not LayerPublication.objects.exists()
        leftovers = list(store.glob("*/plans/*/*/meta.json"))
        assert len(leftovers) == 1
        summary = run("import_plan", path, "--authority", one.slug)
        assert leftovers[0].parent.name == summary["snapshot"]
        assert zones(one) == {"z_Am_Bach": 10_000.0}

    def test_what_the_record_knows_is_never_swept(self, tmp_path: Path, one: PermitAuthority, store: Path) -> None:
        run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE), "--authority", one.slug)
        folders = [meta.parent for meta in store.glob("**/meta.json")]
        assert len(folders) == 1 + len(derived_layers())
        for folder in folders:
            os.utime(folder, (0, 0))
        known = known_snapshot_folders()
        assert remove_abandoned(store, lambda folder: folder.relative_to(store).as_posix() in known) == 0
        assert all(folder.exists() for folder in folders)

    @pytest.mark.parametrize("model", [BindingPlan, PlanSnapshot, PlanPublication])
    def test_the_record_of_plans_cannot_be_changed(
        self, tmp_path: Path, one: PermitAuthority, model: type[BindingPlan | PlanSnapshot | PlanPublication]
    ) -> None:
        run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE), "--authority", one.slug)
        table = model._meta.db_table
        with connection.cursor() as cursor:
            # Deferred foreign keys of this test would stop TRUNCATE before our trigger does.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for change in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id", f"TRUNCATE {table} CASCADE"):
            with (
                pytest.raises(IntegrityError, match="append-only"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(change)

    def test_a_damaged_plan_stops_the_derivation_and_nothing_changes(
        self, tmp_path: Path, one: PermitAuthority, store: Path
    ) -> None:
        run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE), "--authority", one.slug)
        victim = next(store.glob("*/plans/*/*/objects.arrow"))
        victim.chmod(0o644)
        victim.write_bytes(b"")
        summary, _ = refused(
            "import_plan", simple_plan(tmp_path / "b.gml", "Am Wald", (200, 0, 300, 100)), "--authority", one.slug
        )
        assert "fehlt oder ist beschädigt" in summary["error"]
        assert zones(one) == {"z_Am_Bach": 10_000.0}

    def test_the_list_shows_layers_and_plans_with_their_history(self, tmp_path: Path, one: PermitAuthority) -> None:
        for grz in (0.3, 0.5):
            run("import_plan", simple_plan(tmp_path / "a.gml", "Am Bach", SCOPE, grz=grz), "--authority", one.slug)
        shown = run("layers", "--authority", one.slug, "--history")
        assert [entry["layer"] for entry in shown["layers"]] == sorted(derived_layers())
        (plan,) = shown["plans"]
        assert (plan["name"], plan["in_force"], len(plan["history"])) == ("Am Bach", True, 2)
        assert run("layers")["plans"] == []
