"""The parcel of a case has changed: what officers learn from the cadastre in force."""

import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from permits.models import LayerPublication, LayerSnapshot, PermitAuthority, PermitCase
from permits.selectors.changed_parcels import changed_parcels
from permits.selectors.layers import _opened
from permits.services.layers import publish_snapshot
from tests.cast import Cast
from tests.workflows.village import EAST, LAND, NEIGHBOUR, NORTH, PARCEL, collection, import_parcels, square
from workflows import actions

pytestmark = pytest.mark.django_db

FIRST, SECOND, MERGED = "03990100100007001___", "03990100100007002___", "03990100100009______"


def rectangle(x1: float, y1: float, x2: float, y2: float) -> dict[str, object]:
    points = [(x1, y1), (x2, y1), (x2, y2), (x1, y2), (x1, y1)]
    return {"type": "Polygon", "coordinates": [[[EAST + x, NORTH + y] for x, y in points]]}


def publish(authority: PermitAuthority, folder: Path, *parcels: tuple[str, dict[str, object]]) -> None:
    """A new cadastre comes into force."""
    path = folder / "neu.geojson"
    path.write_text(json.dumps(collection(*(({"parcel_id": name}, shape) for name, shape in parcels))))
    publish_snapshot(record=import_parcels("musterstadt", path), authority=authority, by=None)


@pytest.fixture
def musterstadt(village: dict[str, PermitAuthority]) -> PermitAuthority:
    return village["musterstadt"]


HALVES = (
    (FIRST, rectangle(0, 0, 30, 20)),
    (SECOND, rectangle(0, 20, 30, 30)),
    (NEIGHBOUR, square(30, 0, 30)),
)


def test_while_the_same_snapshot_is_in_force_nothing_is_read(
    application: PermitCase, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = PermitCase.objects.select_related("authority", "site").get(pk=application.pk)
    with django_assert_num_queries(2):
        assert changed_parcels(case).changes == ()


def test_a_new_cadastre_with_the_same_parcel_is_no_news(
    application: PermitCase, musterstadt: PermitAuthority, tmp_path: Path
) -> None:
    publish(musterstadt, tmp_path, (PARCEL, square(0, 0, 30)), (MERGED, square(30, 0, 30)))
    news = changed_parcels(application)
    assert (news.changes, news.unknown) == ((), "")


def test_a_parcel_that_was_split_is_named_with_its_parts(
    application: PermitCase, musterstadt: PermitAuthority, tmp_path: Path
) -> None:
    publish(musterstadt, tmp_path, *HALVES)
    (change,) = changed_parcels(application).changes
    assert (change.kind, change.old_ids, change.new_ids) == ("split", (PARCEL,), (FIRST, SECOND))
    assert change.sentence.startswith("Flur 1, Flurstück 7 wurde geteilt in ")


def test_a_parcel_that_was_merged_with_a_neighbour_is_told_although_the_neighbour_is_not_in_the_case(
    application: PermitCase, musterstadt: PermitAuthority, tmp_path: Path
) -> None:
    publish(musterstadt, tmp_path, (MERGED, rectangle(0, 0, 60, 30)))
    (change,) = changed_parcels(application).changes
    assert (change.kind, change.old_ids, change.new_ids) == ("merged", (PARCEL, NEIGHBOUR), (MERGED,))


def test_where_the_old_snapshot_is_gone_the_copies_of_the_case_are_compared(
    application: PermitCase, musterstadt: PermitAuthority, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    application.site.parcels.update(snapshot_id="0" * 64)
    publish(musterstadt, tmp_path, *HALVES)
    (change,) = changed_parcels(application).changes
    assert (change.kind, change.new_ids) == ("split", (FIRST, SECOND))


def test_a_cadastre_that_cannot_be_read_is_unknown_and_not_unchanged(
    application: PermitCase, musterstadt: PermitAuthority, tmp_path: Path
) -> None:
    publish(musterstadt, tmp_path, (PARCEL, rectangle(0, 0, 30, 29)))  # no other test has this state
    newest = LayerPublication.objects.filter(authority=musterstadt).order_by("-number")[0].snapshot
    shutil.rmtree(Path(settings.LAYER_ROOT) / newest.owner_folder / "parcels" / newest.snapshot_id)
    _opened.cache_clear()
    news = changed_parcels(application)
    assert news.changes == ()
    assert "fehlt" in news.unknown


@pytest.mark.usefixtures("monday")
def test_the_officer_reads_it_on_the_page_of_the_case(
    application: PermitCase, musterstadt: PermitAuthority, cast: Cast, tmp_path: Path, client: Client
) -> None:
    actions.submit(case=application, by=cast.owner)
    client.force_login(cast.officer)
    address = reverse("case_detail", args=[application.uuid])
    assert "Liegenschaftskataster hat sich" not in client.get(address).content.decode()
    publish(musterstadt, tmp_path, *HALVES)
    page = client.get(address).content.decode()
    assert "Das Liegenschaftskataster hat sich seit der Antragstellung geändert" in page
    assert "Flur 1, Flurstück 7 wurde geteilt in " in page
    client.force_login(cast.owner)
    assert "Liegenschaftskataster hat sich" not in client.get(address).content.decode()


class TestCommand:
    def compared(self, *arguments: object) -> str:
        out = StringIO()
        call_command("compare_layers", *map(str, arguments), stdout=out)
        return out.getvalue()

    def test_without_states_the_previous_one_is_compared_with_the_one_in_force(
        self, musterstadt: PermitAuthority, tmp_path: Path
    ) -> None:
        with pytest.raises(CommandError, match="noch keine zwei Stände"):
            self.compared("parcels", "--authority", "musterstadt")
        publish(musterstadt, tmp_path, *HALVES)
        result = json.loads(self.compared("parcels", "--authority", "musterstadt"))
        assert result["counts"] == {"split": 1}
        assert result["unchanged"] == 1
        old, new = LayerSnapshot.objects.filter(owner=musterstadt).order_by("pk")
        assert (result["old"]["snapshot"], result["new"]["snapshot"]) == (old.snapshot_id, new.snapshot_id)
        again = self.compared("parcels", old.snapshot_id[:12], new.snapshot_id, "--authority", "musterstadt")
        assert json.loads(again) == result

    def test_files_are_compared_and_shown_as_a_table_in_a_window(self, tmp_path: Path) -> None:
        old, new = tmp_path / "alt.geojson", tmp_path / "neu.geojson"
        old.write_text(json.dumps(LAND["musterstadt"]))
        new.write_text(json.dumps(collection(*(({"parcel_id": name}, shape) for name, shape in HALVES))))
        window = [str(value) for value in (EAST, NORTH, EAST + 5, NORTH + 5)]
        table = self.compared("parcels", old, new, "--format", "table", "--window", *window)
        assert table.splitlines()[0].startswith("geteilt            Flur 1, Flurstück 7 wurde geteilt in ")
        far = [str(value) for value in (EAST + 40, NORTH, EAST + 50, NORTH + 5)]
        assert "0 Änderungen" in self.compared("parcels", old, new, "--format", "table", "--window", *far)

    def test_a_state_that_is_gone_from_the_store_is_named(
        self, musterstadt: PermitAuthority, tmp_path: Path, settings: Settings
    ) -> None:
        publish(musterstadt, tmp_path, *HALVES)
        settings.LAYER_ROOT = tmp_path / "leer"
        with pytest.raises(CommandError, match="Ihr Datenstand fehlt"):
            self.compared("parcels", "--authority", "musterstadt")

    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            (("parcels", "nichts", "auch nichts"), "weder eine Datei"),
            (("parcels", "0" * 12, "1" * 12), "keinen Datenstand"),
            (("parcels", "0" * 12), "zwei Stände"),
        ],
    )
    def test_what_does_not_exist_is_named_in_german(self, db: None, arguments: tuple[str, ...], reason: str) -> None:
        with pytest.raises(CommandError, match=reason):
            self.compared(*arguments)
