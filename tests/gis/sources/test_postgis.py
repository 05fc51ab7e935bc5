"""PostGIS tables as layers, on a real server: what may stand in a table, what may go wrong, threads and forks."""

import os
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import shapely

from gis.layers import LayerUnavailableError, LayerWindow
from gis.sources import open_live_layer
from gis.sources.settings import PostgisAccess, Secret, SourceLimits
from tests.gis.sources.conftest import Open, settings
from tests.gis.sources.town import ALL, SOME, number

Database = psycopg.Connection[tuple[object, ...]]
X, Y = 550_000, 5_800_000


def refused(opened: object, **_: object) -> str:
    with pytest.raises(LayerUnavailableError) as caught:
        opened.window(ALL)  # type: ignore[attr-defined]
    assert caught.value.reason.startswith("Die Quelle „Kataster live“ ")
    return caught.value.reason


def test_provenance_names_the_source_the_day_and_the_instant(open_postgis: Open) -> None:
    layer = open_postgis("parcels", licence="dl-de/by-2-0")
    assert (layer.info.as_of, layer.info.read_at, layer.info.snapshot_id) == (None, None, None)
    info = layer.window(ALL).info
    assert info.read_at is not None
    assert info.as_of is not None
    assert abs(info.read_at.timestamp() - time.time()) < 60
    assert info.source.startswith("Kataster live (postgis://")
    assert "town.parcels" in info.source
    assert info.licence == "dl-de/by-2-0"
    assert layer.info == info


def test_a_window_inside_another_is_not_read_again(open_postgis: Open, database: Database) -> None:
    layer = open_postgis("parcels")
    whole = layer.window(ALL)
    part = layer.window(SOME)
    assert 0 < len(part) < len(whole)
    assert part.info.read_at == whole.info.read_at
    assert [bounds for bounds, _ in layer.readings] == [ALL]
    assert part.digest() == open_postgis("parcels").window(SOME).digest()


def test_a_view_and_strange_names_are_read_as_they_are_written(open_postgis: Open, database: Database) -> None:
    name = 'Flur"stücke; DROP TABLE parcels; --'
    quoted = psycopg.sql.Identifier("town", name)
    database.execute(
        psycopg.sql.SQL(
            'CREATE VIEW {} AS SELECT flstkennz AS "Flst;Kenn""z", geom AS "Geo m" FROM town.parcels'
        ).format(quoted)
    )
    mapped = (("parcel_id", 'Flst;Kenn"z'),)
    window = open_postgis("parcels", f"town.{name}", attribute_map=mapped).window(SOME)
    assert len(window) == len(open_postgis("parcels").window(SOME)) > 0
    assert set(window.columns["parcel_id"]) <= {number(index) for index in range(40)}


@pytest.fixture
def shapes(database: Database) -> str:
    """A table with everything that may stand in a geometry column."""
    database.execute("DROP TABLE IF EXISTS town.shapes")
    database.execute("CREATE TABLE town.shapes (flstkennz text, flaeche text, geom geometry)")
    rows = {
        "height": f"POLYGON Z(({X} {Y} 7,{X + 9} {Y} 7,{X + 9} {Y + 9} 7,{X} {Y} 7))",
        "measure": f"POLYGON ZM(({X} {Y} 7 1,{X + 9} {Y} 7 1,{X + 9} {Y + 9} 7 1,{X} {Y} 7 1))",
        "arc": "CURVEPOLYGON(CIRCULARSTRING("
        f"{X + 20} {Y},{X + 30} {Y + 10},{X + 40} {Y},{X + 30} {Y - 10},{X + 20} {Y}))",
        "several": f"MULTISURFACE(CURVEPOLYGON(COMPOUNDCURVE(({X} {Y},{X + 9} {Y}),"
        f"CIRCULARSTRING({X + 9} {Y},{X + 5} {Y + 5},{X} {Y}))))",
        "crossing": f"POLYGON(({X + 100} {Y},{X + 110} {Y + 10},{X + 110} {Y},{X + 100} {Y + 10},{X + 100} {Y}))",
        "line": f"LINESTRING({X + 200} {Y},{X + 210} {Y})",
        "empty": "POLYGON EMPTY",
    }
    for name, wkt in rows.items():
        database.execute("INSERT INTO town.shapes VALUES (%s, '12,5', ST_GeomFromText(%s, 25832))", [name, wkt])
    database.execute("INSERT INTO town.shapes VALUES ('nowhere', NULL, NULL)")
    database.execute(
        "INSERT INTO town.shapes VALUES ('area', 'groß', ST_GeomFromText(%s, 25832))",
        [f"POLYGON(({X + 50} {Y + 100},{X + 60} {Y + 100},{X + 60} {Y + 110},{X + 50} {Y + 100}))"],
    )
    database.execute(
        "INSERT INTO town.shapes SELECT 'twin', '1', ST_MakeEnvelope(%s, %s, %s, %s, 25832)",
        [X + 150, Y, X + 160, Y + 9],
    )
    database.execute(
        "INSERT INTO town.shapes SELECT 'twin', '1', ST_MakeEnvelope(%s, %s, %s, %s, 25832)",
        [X + 170, Y, X + 180, Y + 9],
    )
    return "town.shapes"


def test_heights_are_dropped_arcs_become_lines_and_bad_features_are_listed(open_postgis: Open, shapes: str) -> None:
    window = open_postgis("parcels", shapes).window((X - 50, Y - 50, X + 300, Y + 300))
    by_id = {
        str(one).rstrip("_"): shape for one, shape in zip(window.columns["parcel_id"], window.geometry, strict=True)
    }
    assert sorted(by_id) == ["arc", "height", "measure", "several"]
    assert not shapely.has_z(window.geometry).any()
    circle = by_id["arc"].exterior
    centre = shapely.Point(X + 30, Y)
    middles = [
        shapely.LineString(pair).interpolate(0.5, normalized=True)
        for pair in zip(circle.coords, circle.coords[1:], strict=False)
    ]
    assert all(abs(point.distance(centre) - 10) < 0.01 for point in middles)
    assert window.columns["official_area_m2"].tolist() == [12.5] * 4
    skipped = {(feature.id.rstrip("_"), feature.kind) for feature in window.skipped}
    assert skipped == {
        ("crossing", "invalid_geometry"),
        ("line", "wrong_geometry_type"),
        ("area", "bad_attribute"),
        ("twin", "duplicate_id"),
    }
    away = open_postgis("parcels", shapes).window((X - 5, Y - 5, X + 15, Y + 15))
    assert away.skipped == ()


def test_a_table_in_another_system_arrives_in_the_wanted_one(open_postgis: Open, database: Database) -> None:
    wanted = open_postgis("parcels").window(SOME)
    for code in (25833, 4258, 4647):
        table = f"town.parcels_{code}"
        database.execute(
            f"CREATE TABLE {table} AS SELECT flstkennz, ST_Transform(geom, {code}) AS geom FROM town.parcels"
        )
        database.execute(f"CREATE INDEX ON {table} USING gist (geom)")
        found = open_postgis("parcels", table).window(SOME)
        assert found.columns["parcel_id"].tolist() == wanted.columns["parcel_id"].tolist()
        for one, other in zip(found.geometry, wanted.geometry, strict=True):
            assert shapely.hausdorff_distance(one, other) < 0.001


def test_eastings_with_the_zone_before_them_are_found_where_they_belong(open_postgis: Open, database: Database) -> None:
    database.execute(
        "CREATE TABLE town.prefixed AS SELECT flstkennz, ST_Translate(geom, 32000000, 0)::geometry(Geometry, 25832) "
        "AS geom FROM town.parcels"
    )
    found, wanted = (open_postgis("parcels", table).window(SOME) for table in ("town.prefixed", "town.parcels"))
    assert len(found) == len(wanted) > 0
    assert all(shapely.equals_exact(found.geometry, wanted.geometry, 0.001))


def test_a_table_without_a_system_needs_one_in_the_settings(open_postgis: Open, database: Database) -> None:
    database.execute("CREATE TABLE town.nosystem AS SELECT flstkennz, ST_SetSRID(geom, 0) AS geom FROM town.parcels")
    assert "nennt kein Koordinatenreferenzsystem" in refused(open_postgis("parcels", "town.nosystem"))
    assert len(open_postgis("parcels", "town.nosystem", epsg=25832).window(SOME)) > 0
    assert "passen nicht zum Koordinatenreferenzsystem" in refused(open_postgis("parcels", "town.nosystem", epsg=31467))


def test_an_empty_table_has_nothing_and_several_geometries_need_a_choice(
    open_postgis: Open, database: Database
) -> None:
    database.execute("CREATE TABLE town.nothing (flstkennz text, geom geometry(Polygon, 25832))")
    assert len(open_postgis("parcels", "town.nothing").window(ALL)) == 0
    database.execute(
        "CREATE TABLE town.two AS SELECT flstkennz, geom AS flaeche, ST_Centroid(geom) AS punkt FROM town.parcels"
    )
    assert "bitte nennen Sie sie mit „geometry“. Vorhanden sind: flaeche, punkt" in refused(
        open_postgis("parcels", "town.two")
    )
    assert len(open_postgis("parcels", "town.two", geometry="flaeche").window(ALL)) == 40


def test_what_is_not_there_or_must_not_be_read_is_named(open_postgis: Open, database: Database) -> None:
    assert "keine Tabelle oder Sicht „missing“" in refused(open_postgis("parcels", "town.missing"))
    assert "keine Spalte für „parcel_id“" in refused(open_postgis("parcels", "town.zoning"))
    database.execute("CREATE ROLE stranger LOGIN")
    said = refused(open_postgis("parcels", "town.parcels", user="stranger"))
    assert "verweigert das Lesen" in said or "keine Tabelle oder Sicht" in said


def test_too_many_features_and_too_many_bytes_are_refused(open_postgis: Open) -> None:
    few = SourceLimits(features=10)
    assert "zu viele Daten (mehr als 10 Objekte" in refused(open_postgis("parcels", limits=few))
    small = SourceLimits(answer_bytes=1000)
    assert "zu viele Daten" in refused(open_postgis("parcels", limits=small))


def test_a_slow_query_is_ended_by_both_sides(open_postgis: Open, database: Database) -> None:
    database.execute(
        "CREATE VIEW town.slow AS SELECT flstkennz, geom FROM town.parcels WHERE pg_sleep(0.5) IS NOT NULL"
    )
    started = time.monotonic()
    said = refused(open_postgis("parcels", "town.slow", limits=SourceLimits(seconds=1)))
    assert "nicht innerhalb von 1 Sekunden" in said
    assert time.monotonic() - started < 10
    for _ in range(100):
        busy = database.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'bauakte' AND state = 'active'"
        ).fetchone()
        if busy == (0,):
            return
        time.sleep(0.1)
    raise AssertionError("the query still runs in the server")


def test_a_server_that_stops_answering_is_given_up(open_postgis: Open, database: Database) -> None:
    layer = open_postgis("parcels", limits=SourceLimits(seconds=2))
    layer.window(SOME)
    pids = database.execute("SELECT pid FROM pg_stat_activity WHERE application_name = 'bauakte'").fetchall()
    assert pids
    for (pid,) in pids:
        os.kill(int(str(pid)), signal.SIGSTOP)
    try:
        assert "nicht innerhalb von 2 Sekunden" in refused(layer)
    finally:
        for (pid,) in pids:
            os.kill(int(str(pid)), signal.SIGCONT)


def test_a_server_that_takes_the_connection_and_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        access = PostgisAccess(None, "parcels", None, (("host", "127.0.0.1"), ("port", str(silent.getsockname()[1]))))
        layer = open_live_layer(settings("parcels", "postgis", access, limits=SourceLimits(2, 2)), 25832)
        assert "nicht innerhalb von 2 Sekunden" in refused(layer)


def test_nobody_listening_is_not_reachable_and_shows_no_password() -> None:
    access = PostgisAccess(
        None, "parcels", None, (("host", "127.0.0.1"), ("port", "1"), ("user", "anna")), Secret("ganz-geheim")
    )
    layer = open_live_layer(settings("parcels", "postgis", access), 25832)
    with pytest.raises(LayerUnavailableError) as caught:
        layer.window(ALL)
    shown = f"{caught.value!r} {caught.value.__cause__!r} {layer!r} {layer.info}"
    assert "ist nicht erreichbar" in shown
    assert "ganz-geheim" not in shown
    assert "anna" not in f"{caught.value} {layer.info.source}"


def test_a_connection_that_died_meanwhile_is_replaced(open_postgis: Open, database: Database) -> None:
    layer = open_postgis("parcels")
    first = layer.window(SOME)
    database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'bauakte'")
    assert layer.window(ALL).info.read_at != first.info.read_at


def test_a_column_that_came_later_is_seen_after_an_error(open_postgis: Open, database: Database) -> None:
    database.execute("CREATE TABLE town.changing AS SELECT flstkennz AS kennung, zaehler, geom FROM town.parcels")
    mapped = (("parcel_id", "kennung"),)
    assert len(open_postgis("parcels", "town.changing", attribute_map=mapped).window(SOME)) > 0
    database.execute("ALTER TABLE town.changing DROP COLUMN zaehler")
    assert "meldet einen Fehler der Datenbank (42703)" in refused(
        open_postgis("parcels", "town.changing", attribute_map=mapped)
    )
    window = open_postgis("parcels", "town.changing", attribute_map=mapped).window(SOME)
    assert window.columns["numerator"].tolist() == [None] * len(window)


def test_the_session_cannot_write(open_postgis: Open, database: Database) -> None:
    database.execute(
        "CREATE FUNCTION town.spy() RETURNS boolean LANGUAGE plpgsql AS "
        "$$BEGIN INSERT INTO town.nothing VALUES ('written', NULL); RETURN true; END$$"
    )
    database.execute("CREATE TABLE IF NOT EXISTS town.nothing (flstkennz text, geom geometry(Polygon, 25832))")
    database.execute("CREATE VIEW town.writing AS SELECT flstkennz, geom FROM town.parcels WHERE town.spy()")
    assert "meldet einen Fehler der Datenbank (25006)" in refused(open_postgis("parcels", "town.writing"))


def test_threads_share_the_connections_and_a_forked_child_opens_its_own(open_postgis: Open) -> None:
    wanted = open_postgis("parcels").window(SOME).digest()

    def read(_: int) -> str:
        return open_postgis("parcels").window(SOME).digest()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(read, range(64))) == {wanted}
    child = os.fork()
    if child == 0:
        os._exit(0 if read(0) == wanted else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert read(0) == wanted
    assert threading.active_count() < 20


def test_an_index_serves_the_lookup_by_number(open_postgis: Open, database: Database) -> None:
    database.execute(
        "CREATE TABLE town.many AS SELECT lpad(n::text, 20, '0') AS flstkennz, "
        "ST_MakeEnvelope(%s + n, %s, %s + n, %s, 25832) AS geom FROM generate_series(1, 20000) AS n",
        [X, Y, X + 1, Y + 1],
    )
    database.execute("CREATE INDEX ON town.many (flstkennz)")
    database.execute("ANALYZE town.many")
    layer = open_postgis("parcels", "town.many")
    found: LayerWindow = layer.find("0" * 16 + "1234")
    assert found.geometry[0].bounds[0] == X + 1234
    # A session hands in its statistics when it ends.
    database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'bauakte'")
    for _ in range(50):
        scans = database.execute("SELECT seq_scan, idx_scan FROM pg_stat_user_tables WHERE relname = 'many'").fetchone()
        if scans is not None and scans[1]:
            break
        time.sleep(0.1)
    assert scans is not None
    assert scans[1]


def test_what_changes_in_the_table_is_seen_at_once(open_postgis: Open, database: Database) -> None:
    database.execute("CREATE TABLE town.living AS SELECT flstkennz, flaeche, zaehler, geom FROM town.parcels")
    layers = [open_postgis("parcels", "town.living") for _ in range(4)]
    before = layers[0].window(ALL)
    assert layers[1].window(ALL).digest() == before.digest()
    database.execute("UPDATE town.living SET flaeche = 1 WHERE zaehler = '3'")
    database.execute("UPDATE town.living SET geom = ST_Translate(geom, 1, 0) WHERE zaehler = '4'")
    database.execute("DELETE FROM town.living WHERE zaehler = '5'")
    after = layers[2].window(ALL)
    assert len(after) == 39
    assert after.columns["official_area_m2"][3] == 1
    assert after.geometry[4].bounds[0] == before.geometry[4].bounds[0] + 1
    database.execute("UPDATE town.living SET flstkennz = %s WHERE zaehler = '7'", [number(6)])
    assert {(one.id, one.kind) for one in layers[3].window(ALL).skipped} == {(number(6), "duplicate_id")}
