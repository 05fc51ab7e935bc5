"""Two imports at once, on a real database with real transactions: neither is lost."""

import threading
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from demo.authorities import create_authorities
from gis.planning.derivation import derived_layers
from permits.models import LayerPublication, PlanPublication
from permits.selectors.audit import verify_audit
from permits.selectors.layers import layers_for, publications_in_force
from permits.selectors.plans import snapshot_ids_in_force
from tests.permits.planfiles import simple_plan

pytestmark = pytest.mark.django_db(transaction=True)


def test_plans_imported_at_the_same_time_all_end_up_in_the_layers(tmp_path: Path, settings: Settings) -> None:
    settings.LAYER_ROOT = tmp_path / "layers"
    authority = create_authorities()["musterstadt"]
    names = ["Am Bach", "Am Wald", "Am See"]
    files = [
        simple_plan(tmp_path / f"{row}.gml", name, (200 * row, 0, 200 * row + 100, 100))
        for row, name in enumerate(names)
    ]
    start = threading.Barrier(len(files))
    finished: list[str] = []

    def work(path: Path) -> None:
        try:
            start.wait()
            call_command("import_plan", str(path), "--authority", "musterstadt", stdout=StringIO(), stderr=StringIO())
            finished.append(path.name)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(path,)) for path in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(finished) == len(files)
    window = layers_for(authority)["zoning"].window((549_000, 5_799_000, 552_000, 5_802_000))
    assert sorted(window.columns["plan_name"].tolist()) == sorted(names)
    assert publications_in_force(authority)["zoning"].snapshot.derived_from == snapshot_ids_in_force(authority)
    assert PlanPublication.objects.count() == 3
    numbers = LayerPublication.objects.filter(layer="zoning").order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3]
    assert set(publications_in_force(authority)) == set(derived_layers())
    assert not verify_audit().faults
