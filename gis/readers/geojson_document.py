"""One pass over a GeoJSON file of any size: its features one by one, everything else kept."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pyproj

from gis.crs import CrsError, crs_from_name
from gis.readers.geojson_structure import GEOMETRY_TYPES, StructureError, refuse_strangers
from gis.readers.source import SourceError

_CHUNK = 1 << 20

_MAX_VALUE_CHARS = 256 << 20


class GeoJsonDocument:
    """One pass over the text of a GeoJSON file; the members beside `features` are kept, the features handed on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._members: dict[str, Any] = {}
        self._text = ""
        self._position = 0
        self._lines = 0
        self._ended = False
        self._file: IO[str] | None = None
        self._decoder = json.JSONDecoder(object_pairs_hook=_unique)

    def crs(self) -> pyproj.CRS | None:
        """System named by the `crs` member (GeoJSON 2008), read after or during the pass."""
        member = self._members.get("crs")
        if member is None:
            return None
        properties = member.get("properties") if isinstance(member, dict) else None
        name = properties.get("name") if isinstance(properties, dict) else None
        if not isinstance(name, str):
            raise SourceError("Das Koordinatenreferenzsystem der GeoJSON-Datei ist nicht lesbar.")
        try:
            return crs_from_name(name)
        except CrsError as error:
            raise SourceError(str(error)) from None

    def features(self) -> Iterator[Any]:
        """Every item of `features`, or the one feature or geometry that the file consists of."""
        try:
            with self._path.open(encoding="utf-8-sig") as self._file:
                yield from self._root()
        except UnicodeDecodeError:
            raise SourceError("Die GeoJSON-Datei ist nicht in UTF-8 geschrieben.") from None
        except RecursionError:
            raise SourceError("Die GeoJSON-Datei ist zu tief verschachtelt.") from None
        except StructureError as error:
            raise SourceError(str(error)) from None
        except json.JSONDecodeError as error:
            raise SourceError(f"Die Datei ist kein gültiges JSON ({self._line(error.pos)}).") from None
        except ValueError:
            raise SourceError(f"Die Datei ist kein gültiges JSON ({self._line(self._position)}).") from None
        except OSError:
            raise SourceError("Die Datei lässt sich nicht lesen.") from None

    def _root(self) -> Iterator[Any]:
        self._members = {}
        streamed = False
        if self._peek() != "{":
            raise SourceError("Die Datei ist kein GeoJSON: Sie muss mit einem Objekt beginnen.")
        self._position += 1
        while self._peek() != "}":
            name = self._value()
            if not isinstance(name, str) or self._take() != ":":
                raise ValueError("member expected")
            if name in self._members:
                raise StructureError(f"Die GeoJSON-Datei nennt „{name[:60]}“ doppelt; welcher Wert gilt, ist unklar.")
            if name == "features" and self._peek() == "[":
                self._members[name] = None
                streamed = True
                yield from self._items()
            else:
                self._members[name] = self._value()
            if self._peek() == ",":
                self._position += 1
                if self._peek() == "}":
                    raise ValueError("trailing comma")
            elif self._peek() != "}":
                raise ValueError("comma expected")
        self._position += 1
        if self._peek() != "":
            raise ValueError("text after the end")
        kind = self._members.get("type")
        if streamed and kind == "FeatureCollection":
            refuse_strangers(self._members, kind)
            return
        if streamed or kind == "FeatureCollection" or "features" in self._members:
            raise SourceError("Die GeoJSON-Datei ist keine gültige FeatureCollection.")
        if kind == "Feature":
            yield self._members
        elif isinstance(kind, str) and kind in GEOMETRY_TYPES:
            yield {"type": "Feature", "properties": {}, "geometry": self._members}
        else:
            raise SourceError("Die Datei ist kein GeoJSON: Der Typ fehlt oder ist unbekannt.")

    def _items(self) -> Iterator[Any]:
        self._position += 1
        if self._peek() == "]":
            self._position += 1
            return
        while True:
            yield self._value()
            separator = self._take()
            if separator == "]":
                return
            if separator != ",":
                raise ValueError("comma expected")

    def _value(self) -> Any:
        """Decode the next value; reads on while it is incomplete (doubling, so the work stays linear)."""
        self._peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._position)
            except ValueError as error:
                if self._ended or isinstance(error, StructureError):
                    raise
            else:
                if end < len(self._text) or self._ended:
                    self._position = end
                    return value
            if len(self._text) - self._position > _MAX_VALUE_CHARS:
                raise SourceError("Ein Objekt der GeoJSON-Datei ist zu groß.")
            self._fill(max(_CHUNK, len(self._text) - self._position))

    def _peek(self) -> str:
        """Next character that is no white space ("" at the end), not taken."""
        while True:
            while self._position < len(self._text) and self._text[self._position] in " \t\r\n":
                self._position += 1
            if self._position < len(self._text):
                return self._text[self._position]
            if self._ended:
                return ""
            self._fill(_CHUNK)

    def _line(self, position: int) -> str:
        """Where a position of the text in hand lies in the file."""
        return f"Zeile {self._lines + self._text.count(chr(10), 0, position) + 1}"

    def _take(self) -> str:
        char = self._peek()
        self._position += 1
        return char

    def _fill(self, size: int) -> None:
        assert self._file is not None
        more = self._file.read(size)
        self._ended = not more
        self._lines += self._text.count("\n", 0, self._position)
        self._text = self._text[self._position :] + more
        self._position = 0


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise StructureError("Die GeoJSON-Datei nennt einen Namen doppelt; welcher Wert gilt, ist unklar.")
    return members
