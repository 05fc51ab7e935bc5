"""What a caller may add to a file that does not say everything itself."""

from __future__ import annotations

from dataclasses import dataclass

from gis.matching import Match
from gis.readers.dxf_layer_map import LayerMap


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """For drawings: layer maps that are tried before the built-in ones, and two matched points."""

    layer_maps: tuple[LayerMap, ...] = ()
    match: Match | None = None


NO_OPTIONS = ReadOptions()
