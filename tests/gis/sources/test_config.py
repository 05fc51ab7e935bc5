"""The file of live sources: everything that is wrong in it is named, and no secret is shown."""

from pathlib import Path

import pytest

from gis.sources import SourceConfigError, read_sources
from gis.sources.settings import HttpAccess, PostgisAccess

SECRETS = {"ALKIS_PASSWORD": "p4ss-geheim", "WFS_TOKEN": "t0ken-geheim", "BROKEN": "zwei\nZeilen"}
POSTGIS = """
[sources.alkis]
layer = "parcels"
kind = "postgis"
title = "ALKIS-Datenbank"
licence = "dl-de/by-2-0"
authorities = ["musterstadt"]
host = "db.example"
dbname = "alkis"
user = "leser"
password_env = "ALKIS_PASSWORD"
sslmode = "verify-full"
port = 5433
table = "alkis.flurstuecke"
geometry = "geom"
epsg = 25832
map = { parcel_id = "fsk" }
limits = { seconds = 3.5, features = 500, mebibytes = 8 }
"""
WFS = """
[sources.bplan]
layer = "zoning"
kind = "wfs"
url = "https://wfs.example/ows?map=x"
collection = "app:baugebiete"
version = "1.1.0"
token_env = "WFS_TOKEN"
"""
OGC = """
[sources.gebaeude]
layer = "buildings"
kind = "ogcapi"
url = "https://api.example/v1/"
collection = "gebaeude"
user = "leser"
password_env = "ALKIS_PASSWORD"
"""


def sources(tmp_path: Path, text: str) -> tuple[object, ...]:
    path = tmp_path / "sources.toml"
    path.write_text(text)
    return read_sources(path, SECRETS)


def test_a_file_names_sources_of_every_kind_and_shows_no_secret(tmp_path: Path) -> None:
    alkis, bplan, houses = read = sources(tmp_path, POSTGIS + WFS + OGC)
    assert [source.name for source in read] == ["alkis", "bplan", "gebaeude"]  # type: ignore[attr-defined]
    access = alkis.access  # type: ignore[attr-defined]
    assert isinstance(access, PostgisAccess)
    assert (access.schema, access.table, access.geometry) == ("alkis", "flurstuecke", "geom")
    assert dict(access.parameters)["port"] == "5433"
    assert access.password is not None
    assert access.password.value == "p4ss-geheim"
    assert alkis.limits.answer_bytes == 8 << 20  # type: ignore[attr-defined]
    assert alkis.provenance == "ALKIS-Datenbank (postgis://db.example/alkis alkis.flurstuecke)"  # type: ignore[attr-defined]
    assert bplan.provenance == "bplan (https://wfs.example/ows app:baugebiete)"  # type: ignore[attr-defined]
    assert isinstance(houses.access, HttpAccess)  # type: ignore[attr-defined]
    assert houses.access.url == "https://api.example/v1"  # type: ignore[attr-defined]
    shown = f"{read} {read!r} {[str(source.access) for source in read]}"  # type: ignore[attr-defined]
    assert not any(secret in shown for secret in SECRETS.values())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "darf nur Tabellen"),
        ("[sources.x", "kein gültiges TOML"),
        ("password = 'p4ss-geheim", "kein gültiges TOML"),
        ("[sources]\nx = 1", "ist keine Tabelle"),
        ("[more]\n" + POSTGIS, "darf nur Tabellen"),
        (POSTGIS.replace('"postgis"', '"oracle"'), "unbekannten Art „oracle“"),
        (POSTGIS.replace('"parcels"', '"nix"'), "Die Ebene „nix“ ist unbekannt"),
        (POSTGIS.replace("password_env", "password"), "nennen Sie die Variable mit „password_env“"),
        (POSTGIS.replace("ALKIS_PASSWORD", "NOT_SET"), "„NOT_SET“; sie ist nicht gesetzt"),
        (POSTGIS.replace("ALKIS_PASSWORD", "BROKEN"), "eine Zeile ohne Steuerzeichen"),
        (POSTGIS.replace('host = "db.example"', ""), "braucht „service“"),
        (POSTGIS.replace('table = "alkis.flurstuecke"', ""), "braucht die Angabe „table“"),
        (POSTGIS.replace("port = 5433", "port = 70000"), "ganze Zahl von 1 bis 65535"),
        (POSTGIS.replace("epsg = 25832", "epsg = 999"), "EPSG:999"),
        (POSTGIS.replace("parcel_id =", "flst ="), "das Attribut „flst“"),
        (POSTGIS.replace('"fsk"', "7"), "Paare ATTRIBUT"),
        (POSTGIS.replace("seconds = 3.5", "seconds = 0"), "Grenze „seconds“"),
        (POSTGIS.replace("seconds = 3.5", "hours = 1"), "unbekannte Grenze „hours“"),
        (POSTGIS.replace('["musterstadt"]', '"musterstadt"'), "Liste von Behördenkürzeln"),
        (POSTGIS + POSTGIS.replace("sources.alkis", "sources.other"), "zwei Live-Quellen genannt: alkis und other"),
        (WFS.replace("https://", "ftp://"), "beginnt"),
        (WFS.replace("https://", "https://leser:p4ss-geheim@"), "Zugangsdaten in der Adresse"),
        (WFS.replace("https://", "http://"), "unverschlüsselt"),
        (WFS.replace("1.1.0", "3.0"), "Version „3.0“"),
        (WFS + 'user = "leser"', "nur eines davon"),
        (OGC.replace('user = "leser"', ""), "keinen „user“"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SourceConfigError) as caught:
        sources(tmp_path, text)
    assert said in str(caught.value)
    assert not any(secret in f"{caught.value!r} {caught.value.__cause__!r}" for secret in SECRETS.values())


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceConfigError, match=r"„none\.toml“ mit den Live-Quellen ist nicht lesbar"):
        read_sources(tmp_path / "none.toml", {})


def test_loopback_may_be_plain(tmp_path: Path) -> None:
    assert sources(tmp_path, OGC.replace("https://api.example", "http://127.0.0.1:8080"))
