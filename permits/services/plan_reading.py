"""Site plans as people send them: read by ``gis`` within our limits, in the CRS of the case's authority."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from numpy.typing import NDArray

from gis.matching import Match
from gis.plan_crs import place_plan
from gis.readers import plan_reader, plan_suffixes, read_site_plans
from gis.readers.dxf import drawing_outlines
from gis.readers.dxf_layer_map import LayerMap, LayerMapError, maps_in
from gis.readers.options import ReadOptions
from gis.siteplan import SitePlan, SitePlanError
from gis.validation import Limits
from permits.errors import InvalidInputError
from permits.models import PermitCase

Point = tuple[float, float]
#: Refusals of files that are in order but do not say where on earth they lie.
_WITHOUT_PLACE = frozenset({"crs_missing", "georeference"})


class UnplacedPlanError(InvalidInputError):
    """A drawing without georeference: two matched points can place it."""


@dataclass(frozen=True)
class MatchedPoints:
    """Two points in a drawing (its own units) and the same on the ground (metres, the authority's CRS)."""

    drawing: tuple[Point, Point]
    ground: tuple[Point, Point]


@dataclass(frozen=True)
class DrawnOutlines:
    """Outlines of a drawing in its own coordinates, arrays of shape (n, 2); and the German name of its unit."""

    rings: tuple[NDArray[np.float64], ...]
    unit: str


def read_plan(*, case: PermitCase, content: bytes, original_name: str, match: MatchedPoints | None = None) -> SitePlan:
    """Read one site plan from a file, in the CRS of the case's authority.

    Raises InvalidInputError with a German reason naming the place; UnplacedPlanError for a drawing that two matched
    points can place.
    """
    if len(content) > min(settings.MAX_UPLOAD_BYTES, settings.SITE_PLAN_MAX_BYTES):
        raise InvalidInputError(f"Die Datei ist zu groß; erlaubt sind {plan_size_text()}.", field="plan")
    crs = pyproj.CRS.from_epsg(case.authority.crs_epsg)
    with _written(content, original_name) as path:
        try:
            points = Match(match.drawing, match.ground, crs) if match else None
            file = read_site_plans(
                path, name="lageplan", limits=plan_limits(), options=ReadOptions(own_layer_maps(), points)
            )
            for error in file.refused.values():
                raise error
            if len(file.plans) != 1:
                raise SitePlanError("several_plans", "Die Datei muss genau einen Lageplan enthalten.")
            return place_plan(file.plans[0], crs)
        except SitePlanError as error:
            if match is None and error.code in _WITHOUT_PLACE and plan_reader(path, plan_limits()).takes_match:
                raise UnplacedPlanError(error.text, field="plan") from error
            raise InvalidInputError(error.text, field="plan") from error


def drawn_outlines(*, content: bytes, original_name: str) -> DrawnOutlines | None:
    """Outlines of a DXF drawing as drawn, to choose points in it; None for other formats and unreadable files."""
    with _written(content, original_name) as path:
        try:
            if plan_reader(path, plan_limits()).name != "DXF":
                return None
            rings, unit = drawing_outlines(path, plan_limits(), ReadOptions(own_layer_maps()))
        except SitePlanError:
            return None
    return DrawnOutlines(tuple(rings), unit)


def plan_limits() -> Limits:
    """Limits of a site plan, from the settings."""
    return Limits(
        file_bytes=settings.SITE_PLAN_MAX_BYTES,
        features=settings.SITE_PLAN_MAX_FEATURES,
        vertices=settings.SITE_PLAN_MAX_VERTICES,
        seconds=settings.SITE_PLAN_SECONDS,
        memory_bytes=settings.SITE_PLAN_MEMORY_BYTES,
        nesting_depth=settings.SITE_PLAN_MAX_DEPTH,
        archive_files=settings.SITE_PLAN_ARCHIVE_FILES,
        archive_bytes=settings.SITE_PLAN_ARCHIVE_BYTES,
    )


def plan_size_text() -> str:
    """Return the limit of a site plan file in German."""
    return f"{min(settings.MAX_UPLOAD_BYTES, settings.SITE_PLAN_MAX_BYTES) / 1_000_000:.0f} MB"


def own_layer_maps() -> tuple[LayerMap, ...]:
    """Layer maps of the operator, from the folder that the settings name; raises ImproperlyConfigured."""
    if not settings.SITE_PLAN_LAYER_MAPS:
        return ()
    try:
        return maps_in(Path(settings.SITE_PLAN_LAYER_MAPS))
    except LayerMapError as error:
        raise ImproperlyConfigured(str(error)) from error


@contextmanager
def _written(content: bytes, original_name: str) -> Iterator[Path]:
    """Write an upload under a name of ours; of the uploaded name only a known suffix is kept."""
    suffix = Path(original_name).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="plan-") as folder:
        path = Path(folder) / f"lageplan{suffix if suffix in plan_suffixes() else '.geojson'}"
        path.write_bytes(content)
        yield path
