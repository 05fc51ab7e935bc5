"""ALKIS in NAS (the AdV's exchange format, GeoInfoDok 6 and 7): read once, all wanted layers together, memory flat."""

import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyproj

from gis.readers.nas_pass import NasPass
from gis.readers.nas_schema import nas_layers
from gis.readers.source import SourceBatch, SourceError, SourceLayer
from gis.readers.spool import spooled_batches


class NasSource:
    """One or several NAS files (plain or gz) of one extract: current objects of the known layers, nothing else."""

    format = "ALKIS-NAS"

    def __init__(self, *paths: Path) -> None:
        self.warnings: tuple[str, ...] = ()
        self.layers: Sequence[SourceLayer] = tuple(
            SourceLayer(name=name, columns=layer.column_names, geometry_type="Unknown", feature_count=-1)
            for name, layer in nas_layers().items()
        )
        self._paths = paths
        self._passes: dict[str, NasPass] = {}
        self._folder = Path(tempfile.mkdtemp(prefix="bauakte-nas-"))
        self._cleanup = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)

    def prepare(self, layers: Iterable[str]) -> dict[str, int]:
        """Read several layers in one pass; returns how many objects each has."""
        wanted = frozenset(layers)
        done = NasPass(wanted, Path(tempfile.mkdtemp(dir=self._folder)))
        done.read(self._paths)
        self._passes.update(dict.fromkeys(wanted, done))
        return {name: done.counts.get(name, 0) for name in nas_layers() if name in wanted}

    def crs(self, layer: str) -> pyproj.CRS | None:
        """System of the layer's coordinates; None where it has no object with a place."""
        system = self._pass(layer).crs.get(layer)
        return None if system is None else system.crs

    def batches(self, layer: str, columns: Sequence[str]) -> Iterator[SourceBatch]:
        """Read the objects of one layer; historic objects (with an end of life) are left out."""
        done = self._pass(layer)
        if done.counts.get(layer):
            yield from spooled_batches(done.path(layer))
        self.warnings = (*done.notes, *done.layer_notes.get(layer, ()))

    def close(self) -> None:
        """Remove what was spooled."""
        self._cleanup()

    def _pass(self, layer: str) -> NasPass:
        if not self._folder.exists():
            raise SourceError("Die NAS-Datei ist schon geschlossen.")
        if layer not in self._passes:
            self.prepare([layer])
        return self._passes[layer]
