"""Read the file that names live sources (TOML). Passwords stand in the environment, never in the file."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast, get_args
from urllib.parse import urlsplit

from gis.attributes import AttributeMapError, layer_schema
from gis.crs import CrsError, crs_from_epsg
from gis.sources.settings import (
    HttpAccess,
    PostgisAccess,
    Secret,
    SourceConfigError,
    SourceKind,
    SourceLimits,
    SourceSettings,
)

_COMMON = {"layer", "kind", "authorities", "title", "licence", "epsg", "map", "limits"}
_POSTGIS = {"service", "host", "port", "dbname", "user", "password_env", "sslmode", "sslrootcert", "table", "geometry"}
_HTTP = {"url", "collection", "version", "geometry", "page_size", "user", "password_env", "token_env"}
_LIMITS = {"seconds": 120.0, "connect_seconds": 60.0, "features": 200_000, "mebibytes": 512}
_VERSIONS: Mapping[str, tuple[str, ...]] = {"wfs": ("2.0.0", "1.1.0"), "ogcapi": ("",)}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_MAX_PAGE = 10_000


def read_sources(path: Path, environment: Mapping[str, str]) -> tuple[SourceSettings, ...]:
    """Read and validate a file of live sources.

    Parameters
    ----------
    path : Path
        TOML with one table ``[sources.NAME]`` per source (docs/howto/connect-a-live-source.md).
    environment : mapping
        Where the variables named by ``password_env`` and ``token_env`` are looked up.

    Raises
    ------
    SourceConfigError
        Naming the source and what to do.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise SourceConfigError(f"Die Datei „{path.name}“ mit den Live-Quellen ist nicht lesbar.") from None
    except tomllib.TOMLDecodeError:
        # The parser's message would quote the line, and somebody may have written a password there.
        raise SourceConfigError(f"Die Datei „{path.name}“ mit den Live-Quellen ist kein gültiges TOML.") from None
    tables = data.get("sources")
    if set(data) != {"sources"} or not isinstance(tables, dict):
        raise SourceConfigError(f"Die Datei „{path.name}“ darf nur Tabellen [sources.NAME] enthalten.")
    sources = tuple(_Entry(name, table, environment).settings() for name, table in tables.items())
    _refuse_two_for_one(sources)
    return sources


def _refuse_two_for_one(sources: tuple[SourceSettings, ...]) -> None:
    taken: dict[tuple[str, str | None], str] = {}
    for source in sources:
        for authority in source.authorities or (None,):
            other = taken.setdefault((source.layer, authority), source.name)
            if other != source.name:
                whom = f"der Behörde „{authority}“" if authority else "aller Behörden"
                raise SourceConfigError(
                    f"Für die Ebene „{source.layer}“ {whom} sind zwei Live-Quellen genannt: {other} und {source.name}."
                )


class _Entry:
    """One table of the file."""

    def __init__(self, name: str, table: object, environment: Mapping[str, str]) -> None:
        self._name = name
        if not isinstance(table, dict):
            raise self._error("ist keine Tabelle.")
        self._table: dict[str, Any] = table
        self._environment = environment

    def settings(self) -> SourceSettings:
        kind = self._kind()
        known = _COMMON | (_POSTGIS if kind == "postgis" else _HTTP)
        unknown = sorted(set(self._table) - known)
        if unknown:
            hint = " Passwörter stehen in der Umgebung; nennen Sie die Variable mit „password_env“."
            secret = any("pass" in name.lower() or "token" in name.lower() for name in unknown)
            raise self._error(f"hat die unbekannte Angabe „{unknown[0]}“.{hint if secret else ''}")
        layer = self._text("layer")
        try:
            schema = layer_schema(layer)
        except AttributeMapError as error:
            raise self._error(f"ist nicht brauchbar: {error}") from None
        pairs = self._table.get("map", {})
        if not isinstance(pairs, dict) or not all(isinstance(value, str) for value in pairs.values()):
            raise self._error('braucht unter „map“ Paare ATTRIBUT = "Spalte".')
        strange = sorted(set(pairs) - set(schema.attributes))
        if strange:
            raise self._error(f"nennt unter „map“ das Attribut „{strange[0]}“, das die Ebene „{layer}“ nicht hat.")
        return SourceSettings(
            name=self._name,
            layer=layer,
            kind=kind,
            access=self._postgis() if kind == "postgis" else self._http(kind),
            title=self._text("title", self._name),
            licence=self._text("licence", ""),
            authorities=self._authorities(),
            epsg=self._epsg(),
            attribute_map=tuple(sorted(pairs.items())),
            limits=self._limits(),
        )

    def _kind(self) -> SourceKind:
        kind = self._text("kind")
        if kind not in get_args(SourceKind):
            raise self._error(f"ist von der unbekannten Art „{kind}“. Möglich sind postgis, wfs und ogcapi.")
        return cast(SourceKind, kind)

    def _postgis(self) -> PostgisAccess:
        schema, _, table = self._text("table").rpartition(".")
        parameters: dict[str, str] = {
            name: self._text(name)
            for name in ("service", "host", "dbname", "user", "sslmode", "sslrootcert")
            if name in self._table
        }
        if "port" in self._table:
            parameters["port"] = str(self._whole("port", 65_535))
        if not {"service", "host"} & set(parameters):
            raise self._error("braucht „service“ (Eintrag der Dienstdatei von libpq) oder „host“ mit „dbname“.")
        return PostgisAccess(
            schema=schema or None,
            table=table,
            geometry=self._text("geometry") if "geometry" in self._table else None,
            parameters=tuple(sorted(parameters.items())),
            password=self._secret("password_env"),
        )

    def _http(self, kind: SourceKind) -> HttpAccess:
        url = self._text("url")
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise self._error("hat eine fehlerhafte Adresse.") from None
        if parts.scheme not in {"http", "https"} or not host:
            raise self._error("braucht eine Adresse, die mit https:// (oder http://) beginnt.")
        if parts.username or parts.password or "@" in parts.netloc:
            raise self._error("nennt Zugangsdaten in der Adresse. Bitte nutzen Sie „user“ und „password_env“.")
        version = self._text("version", _VERSIONS[kind][0])
        if version not in _VERSIONS[kind]:
            raise self._error(f"nennt die Version „{version}“. Möglich sind {', '.join(_VERSIONS['wfs'])} (nur WFS).")
        access = HttpAccess(
            url=url.rstrip("/") if kind == "ogcapi" else url,
            collection=self._text("collection"),
            version=version,
            geometry=self._text("geometry") if "geometry" in self._table else None,
            page_size=self._whole("page_size", _MAX_PAGE, 1000),
            user=self._text("user", ""),
            password=self._secret("password_env"),
            token=self._secret("token_env"),
        )
        if (access.password or access.token) and parts.scheme != "https" and host not in _LOOPBACK:
            raise self._error("würde Zugangsdaten unverschlüsselt senden. Bitte nutzen Sie https://.")
        if access.password and not access.user:
            raise self._error("nennt ein Passwort, aber keinen „user“.")
        if access.token and access.user:
            raise self._error("nennt „user“ und „token_env“; nur eines davon ist möglich.")
        return access

    def _secret(self, key: str) -> Secret | None:
        if key not in self._table:
            return None
        variable = self._text(key)
        value = self._environment.get(variable, "")
        if not value:
            raise self._error(f"erwartet ein Geheimnis in der Umgebungsvariablen „{variable}“; sie ist nicht gesetzt.")
        if not value.isprintable():
            raise self._error(f"erwartet in der Umgebungsvariablen „{variable}“ eine Zeile ohne Steuerzeichen.")
        return Secret(value)

    def _authorities(self) -> tuple[str, ...]:
        given = self._table.get("authorities", [])
        if not isinstance(given, list) or not all(isinstance(slug, str) and slug for slug in given):
            raise self._error("braucht unter „authorities“ eine Liste von Behördenkürzeln.")
        return tuple(given)

    def _epsg(self) -> int | None:
        if "epsg" not in self._table:
            return None
        code = self._whole("epsg", 999_999)
        try:
            crs_from_epsg(code)
        except CrsError as error:
            raise self._error(f"ist nicht brauchbar: {error}") from None
        return code

    def _limits(self) -> SourceLimits:
        given = self._table.get("limits", {})
        if not isinstance(given, dict):
            raise self._error("braucht unter „limits“ eine Tabelle.")
        values: dict[str, float] = {}
        for name, value in given.items():
            most = _LIMITS.get(name)
            if most is None:
                raise self._error(f"nennt die unbekannte Grenze „{name}“. Möglich sind {', '.join(_LIMITS)}.")
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
                raise self._error(f"braucht für die Grenze „{name}“ eine Zahl über 0, höchstens {most:g}.")
            values[name] = value
        default = SourceLimits()
        return SourceLimits(
            seconds=float(values.get("seconds", default.seconds)),
            connect_seconds=float(values.get("connect_seconds", default.connect_seconds)),
            features=int(values.get("features", default.features)),
            answer_bytes=int(values.get("mebibytes", default.answer_bytes >> 20)) << 20,
        )

    def _text(self, key: str, default: str | None = None) -> str:
        value = self._table.get(key, default)
        if not isinstance(value, str) or (not value.strip() and value != default):
            raise self._error(f"braucht die Angabe „{key}“ als Text.")
        return value

    def _whole(self, key: str, most: int, default: int | None = None) -> int:
        value = self._table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= most:
            raise self._error(f"braucht für „{key}“ eine ganze Zahl von 1 bis {most}.")
        return value

    def _error(self, why: str) -> SourceConfigError:
        return SourceConfigError(f"Die Live-Quelle „{self._name}“ {why}")
