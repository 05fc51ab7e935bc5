"""A web service that fails in any way gives "not available" with a German reason: never a part, never nothing."""

import base64
import logging
import socket
import time
from collections.abc import Iterator

import pytest

from gis.checks import run_checks
from gis.layers import LayerUnavailableError
from gis.rules import load_rules
from gis.sources import open_live_layer
from gis.sources.settings import HttpAccess, Secret, SourceLimits
from tests.gis.builders import TODAY, box, feature, plan
from tests.gis.sources.conftest import Open, settings, web_settings
from tests.gis.sources.server import ANSWER_FAULTS, PASSWORD, TOKEN, USER
from tests.gis.sources.town import ALL, quarter

SLOW = {"hang", "drip_headers", "drip_body"}
REASONS = {
    "html": "nicht mit gültigem",
    "garbage": "nicht mit gültigem",
    "empty": "nicht mit gültigem",
    "exception": "",
    "doctype": "",
    "error_500": "meldet einen Fehler (500)",
    "error_401": "verweigert den Zugriff (401)",
    "error_404": "meldet einen Fehler (404)",
    "redirect": "leitet auf eine andere Adresse um (302)",
    "hang": "hat nicht innerhalb von 1 Sekunden vollständig geantwortet",
    "drip_headers": "hat nicht innerhalb von 1 Sekunden vollständig geantwortet",
    "drip_body": "hat nicht innerhalb von 1 Sekunden vollständig geantwortet",
    "huge": "mehr als 2 MiB",
    "hang_up": "hat die Antwort abgebrochen",
    "half": "hat die Antwort abgebrochen",
    "half_without_length": "nicht mit gültigem",
}
PAGING = {
    ("ogcapi", "short"): "liefert nur 40 von 43 Objekten",
    ("ogcapi", "miscounted"): "kündigt 11 Objekte an, liefert aber 10",
    ("ogcapi", "loop"): "im Kreis",
    ("ogcapi", "endless"): "dasselbe Objekt auf mehreren Seiten",
    ("ogcapi", "empty_pages"): "leere Seiten",
    ("ogcapi", "foreign"): "anderen Server",
    ("ogcapi", "without_end"): "ob die Antwort vollständig ist, bleibt offen",
    ("ogcapi", "no_collection"): "etwas anderem als einer Sammlung",
    ("ogcapi", "bad_link"): "fehlerhafte Adresse",
    ("ogcapi", "no_crs"): "unbrauchbares Koordinatenreferenzsystem",
    ("ogcapi", "other_crs"): "anderen Koordinatenreferenzsystem",
    ("wfs", "short"): "liefert nur 40 von 43 Objekten",
    ("wfs", "no_paging"): "dasselbe Objekt auf mehreren Seiten",
    ("wfs", "truncated"): "hat die Antwort abgebrochen",
    ("wfs11", "short"): "liefert nur 40 von 43 Objekten",
    ("wfs11", "server_limit"): "liefert nur 5 von 40 Objekten",
    ("wfs11", "truncated"): "hat die Antwort abgebrochen",
}


def reason(open_web: Open, kind: str, mode: str, **more: object) -> str:
    layer = open_web(kind, "parcels", mode, **more)
    with pytest.raises(LayerUnavailableError) as caught:
        layer.window(ALL)
    assert str(caught.value) == caught.value.reason
    return caught.value.reason


def test_every_fault_of_the_server_has_an_expectation() -> None:
    assert set(ANSWER_FAULTS) <= set(REASONS)


@pytest.mark.parametrize("kind", ["ogcapi", "wfs", "wfs11"])
@pytest.mark.parametrize("mode", REASONS)
def test_an_answer_that_is_none_makes_the_layer_unavailable(kind: str, mode: str, open_web: Open) -> None:
    limits = SourceLimits(seconds=1 if mode in SLOW else 10, connect_seconds=2, features=1000, answer_bytes=2 << 20)
    started = time.monotonic()
    said = reason(open_web, kind, mode, limits=limits)
    assert said.startswith("Die Quelle „Kataster live“ ")
    assert REASONS[mode] in said
    assert "boom" not in said
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(("kind", "mode"), PAGING)
def test_pages_that_are_not_all_there_make_the_layer_unavailable(kind: str, mode: str, open_web: Open) -> None:
    assert PAGING[kind, mode] in reason(open_web, kind, mode)


def test_a_service_that_does_not_count_is_read_until_a_page_is_empty(open_web: Open) -> None:
    assert len(open_web("wfs", "parcels", "unknown").window(ALL)) == 40
    assert "nennt die Zahl der Objekte nicht" in reason(open_web, "wfs11", "unknown")


@pytest.mark.parametrize("kind", ["wfs", "wfs11"])
def test_geometries_that_cannot_be_read_are_listed_and_lie_in_the_window(kind: str, open_web: Open) -> None:
    window = open_web(kind, "buildings", "bad_geometry").window(ALL)
    skipped = {feature.id for feature in window.skipped}
    assert {"G0000", "G0001"} <= skipped
    assert len(window) + len(skipped) == 40
    assert all(feature.bounds is not None for feature in window.skipped)


def test_a_window_where_the_service_has_no_place_is_not_nothing(open_web: Open) -> None:
    with pytest.raises(LayerUnavailableError, match="lässt sich hier nicht fragen"):
        open_web("ogcapi", "parcels", "crs84").window((1e30, 1e30, 2e30, 2e30))


@pytest.mark.parametrize("kind", ["ogcapi", "wfs", "wfs11"])
def test_too_many_features_are_refused(kind: str, open_web: Open) -> None:
    limits = SourceLimits(seconds=10, features=25)
    assert "zu viele Objekte (mehr als 25)" in reason(open_web, kind, "ok", limits=limits)


@pytest.mark.parametrize("kind", ["ogcapi", "wfs", "wfs11"])
def test_an_unknown_collection_is_named(kind: str, web: str) -> None:
    access = HttpAccess(
        f"{web}/ok/{'ogc' if kind == 'ogcapi' else 'wfs'}", "nowhere", {"wfs11": "1.1.0"}.get(kind, "2.0.0")
    )
    layer = open_live_layer(settings("parcels", "ogcapi" if kind == "ogcapi" else "wfs", access), 25832)
    with pytest.raises(LayerUnavailableError, match=r"404|nowhere"):
        layer.window(ALL)


def test_nobody_listening_and_no_such_host_are_not_reachable(web: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        for address in (f"http://127.0.0.1:{port}/ogc", "http://gibt-es-nicht.invalid/ogc"):
            layer = open_live_layer(settings("parcels", "ogcapi", HttpAccess(address, "parcels")), 25832)
            with pytest.raises(LayerUnavailableError, match="ist nicht erreichbar"):
                layer.window(ALL)


def test_a_column_that_is_missing_is_named_with_those_that_are_there(open_web: Open) -> None:
    layer = open_web("ogcapi", "buildings", attribute_map=(("height_m", "traufe"),))
    with pytest.raises(LayerUnavailableError, match=r"keine Spalte „traufe“\. Vorhanden sind: aog, gfk, hoehe, id"):
        layer.window(ALL)


def test_a_service_may_leave_out_what_is_empty(open_web: Open) -> None:
    mapped = (("numerator", "zaehler"), ("cadastral_section", "flurstnr"))
    window = open_web("ogcapi", "parcels", "sparse", attribute_map=mapped).window(ALL)
    assert window.columns["cadastral_section"].tolist() == [None] * 40
    assert window.columns["numerator"][3] == "3"


@pytest.mark.parametrize("kind", ["ogcapi", "wfs", "wfs11"])
def test_checks_are_not_assessable_when_the_source_fails_and_say_why(kind: str, open_web: Open) -> None:
    layer = open_web(kind, "parcels", "error_500")
    results = run_checks(
        plan(feature(box(31, 8, 43, 20), wall_height_m=6.0)), {"parcels": layer}, load_rules("ni", TODAY)
    )
    assert results
    assert {str(result.verdict) for result in results} <= {"not_assessable", "not_applicable"}
    assert any("Die Quelle „Kataster live“ meldet einen Fehler (500)." in result.message for result in results)


def test_a_source_that_failed_is_not_waited_for_again(open_web: Open) -> None:
    limits = SourceLimits(seconds=1)
    layer = open_web("ogcapi", "parcels", "hang", limits=limits)
    started = time.monotonic()
    for _ in range(5):
        with pytest.raises(LayerUnavailableError):
            layer.window(ALL)
    assert time.monotonic() - started < 4


@pytest.fixture
def logged() -> Iterator[list[str]]:
    lines: list[str] = []
    handler = logging.Handler(0)
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(0)
    yield lines
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.mark.parametrize("kind", ["ogcapi", "wfs"])
@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize("mode", ["basic", "bearer"])
def test_credentials_open_the_source_and_are_seen_nowhere(
    kind: str, mode: str, right: bool, web: str, logged: list[str]
) -> None:
    secret = (PASSWORD if mode == "basic" else TOKEN) if right else "f4lsch-geheim"
    own = {"user": USER, "password": Secret(secret)} if mode == "basic" else {"token": Secret(secret)}
    layer = open_live_layer(web_settings(web, kind, "parcels", mode, **own), 25832)
    if right:
        window = layer.window(ALL)
        assert len(window) == len(quarter()["parcels"])
        shown = f"{window.info} {window.info.source}"
    else:
        with pytest.raises(LayerUnavailableError, match="verweigert den Zugriff") as caught:
            layer.window(ALL)
        shown = f"{caught.value} {caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
    everything = f"{shown} {layer} {layer!r} {layer.settings!s} {layer.info} {logged}"
    for trace in (secret, base64.b64encode(f"{USER}:{secret}".encode()).decode()):
        assert trace not in everything
