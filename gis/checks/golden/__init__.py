"""Golden cases of the checks: small plans among hand-made layers with results computed by hand, one TOML file each.

The tests run them, ``docs/checks.md`` draws them, and the system checks refuse a check without them. A file holds

* ``layers``: the layers of all cases, by name, each a list of features: a shape and canonical attributes;
* ``[[case]]``: ``name`` (German), ``verdict``, optional ``value`` and ``limit`` (unrounded), ``by_hand`` (German: how
  the figures come about), ``plan`` (features: a shape, ``role`` and attributes of the site-plan profile), optional
  ``parcels`` (ids that form the site), ``layers`` (added to those above or replacing them), ``without`` (names of
  layers left out) and ``on`` (day of the law);
* ``[never]``: verdicts that the check cannot give, with the German reason.

A shape is one of ``box = [x1, y1, x2, y2]``, ``polygon``, ``line`` (lists of points) or ``point``, in metres from a
common corner in EPSG:25832.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.attributes import layer_schema
from gis.checks.result import CheckResult, Verdict
from gis.crs import crs_from_epsg
from gis.layers import Layer, LayerInfo, MemoryLayer
from gis.rules import load_rules
from gis.siteplan import PlanFeature, Role, SitePlan

FOLDER = Path(__file__).parent
#: The day whose law applies in cases that name none, and the date of all their layers.
ON, AS_OF = date(2026, 11, 22), date(2026, 1, 1)
_EAST, _NORTH, _EPSG = 550_000.0, 5_800_000.0, 25832


class GoldenError(Exception):
    """A file of golden cases is missing or wrong; the message is a German sentence."""


@dataclass(frozen=True)
class GoldenCase:
    """One plan with its layers and what the check must say; ``value`` and ``limit`` only where the file has them."""

    check: str
    number: int
    name: str
    verdict: Verdict
    by_hand: str
    plan: SitePlan
    layers: Mapping[str, Layer]
    expected: Mapping[str, float]
    on: date

    def run(self, land: str = "ni") -> CheckResult:
        """Run the check on the case."""
        from gis.checks import run_checks

        (result,) = run_checks(self.plan, self.layers, load_rules(land, self.on), [self.check])
        return result


def golden_cases(check: str) -> tuple[GoldenCase, ...]:
    """Return the cases of a check in the order of its file. Raises :class:`GoldenError`."""
    data = _read(check)
    common = data.get("layers", {})
    return tuple(_case(check, number, entry, common) for number, entry in enumerate(data["case"], start=1))


def golden_never(check: str) -> Mapping[Verdict, str]:
    """Return the verdicts that a check cannot give, with the German reason. Raises :class:`GoldenError`."""
    return {Verdict(verdict): str(reason) for verdict, reason in _read(check).get("never", {}).items()}


def golden_gaps(check: str) -> tuple[str, ...]:
    """Return German sentences on what the golden cases of a check lack: a file, or a case for a verdict."""
    try:
        data = _read(check)
        given = {Verdict(entry["verdict"]) for entry in data["case"]}
        never = {Verdict(verdict) for verdict, reason in data.get("never", {}).items() if str(reason).strip()}
    except GoldenError as error:
        return (str(error),)
    except (KeyError, ValueError) as error:
        return (f"Die Musterfälle zu „{check}“ sind fehlerhaft: {error}.",)
    return tuple(
        f"Zu „{check}“ fehlt ein Musterfall „{verdict}“." for verdict in Verdict if verdict not in given | never
    )


@lru_cache
def _read(check: str) -> Mapping[str, Any]:
    path = FOLDER / f"{check}.toml"
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError:
        raise GoldenError(f"Zu „{check}“ gibt es keine Musterfälle (gis/checks/golden/{check}.toml).") from None
    except tomllib.TOMLDecodeError as error:
        raise GoldenError(f"Die Musterfälle zu „{check}“ sind nicht lesbar: {error}.") from None
    if not data.get("case"):
        raise GoldenError(f"Die Datei der Musterfälle zu „{check}“ enthält keinen Fall.")
    return data


def _case(check: str, number: int, entry: Mapping[str, Any], common: Mapping[str, Any]) -> GoldenCase:
    features = tuple(_feature(row) for row in entry["plan"])
    given = {**common, **entry.get("layers", {})}
    return GoldenCase(
        check=check,
        number=number,
        name=entry["name"],
        verdict=Verdict(entry["verdict"]),
        by_hand=entry.get("by_hand", ""),
        plan=SitePlan(f"{check}-{number}", features, tuple(entry.get("parcels", ())), crs_from_epsg(_EPSG)),
        layers=MappingProxyType(
            {name: _layer(name, rows) for name, rows in given.items() if name not in entry.get("without", ())}
        ),
        expected=MappingProxyType({name: float(entry[name]) for name in ("value", "limit") if name in entry}),
        on=entry.get("on", ON),
    )


def _feature(row: Mapping[str, Any]) -> PlanFeature:
    values = {name: value for name, value in row.items() if name not in {"box", "polygon", "role"}}
    heights = values.get("wall_height_m")
    if isinstance(heights, list):
        values["wall_height_m"] = tuple(float(height) for height in heights)
    shape = _shape(row)
    assert isinstance(shape, shapely.Polygon)
    return PlanFeature(shape, Role(row.get("role", Role.MAIN_BUILDING)), **values)


def _layer(name: str, rows: list[Mapping[str, Any]]) -> Layer:
    schema = layer_schema(name)
    used = [attribute for attribute in schema.attributes if any(attribute in row for row in rows)]
    columns: dict[str, np.ndarray[Any, Any]] = {}
    for attribute in used:
        values = [row.get(attribute) for row in rows]
        number = schema.attributes[attribute].type in {"number", "integer"}
        columns[attribute] = (
            np.array([np.nan if value is None else float(value) for value in values])
            if number
            else np.array(values, dtype=object)
        )
    info = LayerInfo(name, None, "Musterdaten", "", AS_OF, crs_from_epsg(_EPSG), len(rows))
    shapes = np.array([_shape(row) for row in rows], dtype=object)
    return MemoryLayer(info, shapes, MappingProxyType(columns))


def _shape(row: Mapping[str, Any]) -> BaseGeometry:
    if "box" in row:
        x1, y1, x2, y2 = row["box"]
        return shapely.Polygon(_moved([(x1, y1), (x2, y1), (x2, y2), (x1, y2)]))
    if "polygon" in row:
        return shapely.Polygon(_moved(row["polygon"]))
    if "line" in row:
        return shapely.LineString(_moved(row["line"]))
    return shapely.Point(_moved([row["point"]])[0])


def _moved(points: Any) -> list[tuple[float, float]]:
    return [(_EAST + float(x), _NORTH + float(y)) for x, y in points]
