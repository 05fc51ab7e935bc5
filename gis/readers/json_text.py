"""JSON of people outside: unambiguous, of bounded depth, with the line of what is wrong."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import Any

from gis.siteplan import SitePlanError
from gis.validation import Limits, check_nesting

#: Longer numbers are no numbers that anybody measured.
_LONGEST_NUMBER = 400
_LONG_NUMBER = re.compile(rb"[-+.0-9eE]{%d,}" % (_LONGEST_NUMBER + 1))
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_OBJECT_END = re.compile(rb"\}")


class _DuplicateKeyError(ValueError):
    pass


class _Objects:
    """Builds objects and counts them: they are finished in the order of their closing braces."""

    def __init__(self) -> None:
        self.finished = 0

    def unique(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """Return the object; raises where a key comes twice."""
        self.finished += 1
        result = dict(pairs)
        if len(result) != len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    raise _DuplicateKeyError(key[:60])
                seen.add(key)
        return result


def parse_json(raw: bytes, limits: Limits) -> Any:
    """Parse a JSON text in UTF-8. Raises :class:`SitePlanError` with the line and column of the fault."""
    check_nesting(raw, limits)
    objects = _Objects()
    try:
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=objects.unique)
    except _DuplicateKeyError as error:
        ends = _OBJECT_END.finditer(_without_strings(raw))
        end = next(islice(ends, objects.finished - 1, None)).start()
        raise SitePlanError(
            "not_json",
            f"Die Datei ist nicht eindeutig: Der Schlüssel „{error}“ kommt doppelt vor.",
            f"Objekt, das in {_place(raw, end)} endet",
        ) from None
    except UnicodeDecodeError as error:
        raise SitePlanError(
            "not_json", "Die Datei ist kein GeoJSON: Sie ist nicht in UTF-8 geschrieben.", _place(raw, error.start)
        ) from None
    except json.JSONDecodeError as error:
        place = f"Zeile {error.lineno}, Spalte {error.colno}"
        raise SitePlanError("not_json", "Die Datei ist kein gültiges JSON.", place) from None
    except RecursionError:
        raise SitePlanError("not_json", "Die Datei ist zu tief geschachtelt.") from None
    except ValueError:
        found = _LONG_NUMBER.search(_without_strings(raw))
        raise SitePlanError(
            "not_json",
            "Die Datei enthält eine Zahl, die sich nicht lesen lässt.",
            _place(raw, found.start()) if found else "",
        ) from None


def _without_strings(raw: bytes) -> bytes:
    """The text with its strings blanked, so that every place stays where it is."""
    return _STRINGS.sub(lambda found: b" " * len(found[0]), raw)


def _place(raw: bytes, position: int) -> str:
    line = raw.count(b"\n", 0, position) + 1
    start = raw.rfind(b"\n", 0, position) + 1
    return f"Zeile {line}, Spalte {len(raw[start:position].decode('utf-8', 'replace')) + 1}"
