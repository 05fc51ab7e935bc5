"""A live layer for one piece of work: what was read once is not asked for again, and can be named afterwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import pyproj
import shapely

from gis.crs import CrsError
from gis.layers import Bounds, LayerInfo, LayerUnavailableError, LayerWindow, checked_bounds
from gis.sources.description import SourceDescription, info_of, source_mapping
from gis.sources.settings import SourceSettings


class Backend(Protocol):
    """How a kind of source is read."""

    def window(self, bounds: Bounds) -> LayerWindow:
        """Read a window, complete; raises LayerUnavailableError."""

    def find(self, feature_id: str) -> LayerWindow:
        """Look features up by their id; raises LayerUnavailableError."""

    def describe(self) -> SourceDescription:
        """Connect and look what is there; raises LayerUnavailableError."""


@dataclass
class LiveLayer:
    """A layer that is read from a live source. One instance belongs to one request or one check run.

    Within it, a window inside another that was read already comes from there, so that all checks and the drawing see
    the same state; and a source that failed once is not waited for again.
    """

    settings: SourceSettings
    crs: pyproj.CRS
    backend: Backend
    readings: list[tuple[Bounds, LayerWindow]] = field(default_factory=list, repr=False)
    _failure: LayerUnavailableError | None = field(default=None, repr=False)

    @property
    def info(self) -> LayerInfo:
        """Provenance; `as_of` and `read_at` are those of the latest reading."""
        if self.readings:
            return self.readings[-1][1].info
        return info_of(self.settings, self.crs)

    def window(self, bounds: Bounds) -> LayerWindow:
        """Read the features whose boxes meet `bounds`; raises LayerUnavailableError."""
        asked = checked_bounds(bounds)
        for known, window in self.readings:
            if known[0] <= asked[0] and known[1] <= asked[1] and known[2] >= asked[2] and known[3] >= asked[3]:
                return _part(window, asked)
        window = self._read(lambda: self.backend.window(asked))
        self.readings.append((asked, window))
        return window

    def find(self, feature_id: str) -> LayerWindow:
        """The features with this id; raises LayerUnavailableError."""
        return self._read(lambda: self.backend.find(feature_id))

    def describe(self) -> tuple[SourceDescription, Mapping[str, str]]:
        """What the source says of itself, and canonical attribute → column; raises LayerUnavailableError."""
        description = self.backend.describe()
        return description, source_mapping(self.settings, description.columns)

    def _read(self, reading: Callable[[], LayerWindow]) -> LayerWindow:
        if self._failure is not None:
            raise self._failure
        try:
            return reading()
        except LayerUnavailableError as error:
            self._failure = error
            raise
        except CrsError as error:
            # The window lies where the source's system has no place for it.
            raise self.settings.unavailable(f"lässt sich hier nicht fragen. {error}") from None


def _part(window: LayerWindow, bounds: Bounds) -> LayerWindow:
    boxes = shapely.bounds(window.geometry)
    meets = (boxes[:, 0] <= bounds[2]) & (boxes[:, 2] >= bounds[0]) & (boxes[:, 1] <= bounds[3])
    rows = np.flatnonzero(meets & (boxes[:, 3] >= bounds[1]))
    return replace(window.select(rows), skipped=tuple(feature for feature in window.skipped if feature.touches(bounds)))
