"""Write the demo town as files that `import_layer` reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from demo.town.generate import Town


def write_town(town: Town, folder: Path) -> dict[str, dict[str, Path]]:
    """Write one FlatGeobuf file per municipality and layer, and the demo site plans as GeoJSON.

    Parameters
    ----------
    folder : Path
        Gets `<municipality>/<layer>.fgb` and `siteplans/<site>.geojson`; existing files are replaced.

    Returns
    -------
    dict
        The layer files by municipality and layer name. Layers without features have no file.
    """
    written: dict[str, dict[str, Path]] = {}
    for key, layers in town.layers.items():
        target = folder / key
        target.mkdir(parents=True, exist_ok=True)
        written[key] = {}
        for name, frame in layers.items():
            if len(frame) == 0:
                continue
            path = target / f"{name}.fgb"
            path.unlink(missing_ok=True)
            _write_frame(frame, path)
            written[key][name] = path
    plans = folder / "siteplans"
    plans.mkdir(parents=True, exist_ok=True)
    for site in town.sites:
        write_site_plan(site.site_plan(), plans / f"{site.key}.geojson")
    return written


def _write_frame(frame: Any, path: Path) -> None:
    frame.to_file(path, driver="FlatGeobuf", engine="pyogrio")


def write_site_plan(site_plan: Mapping[str, Any], path: Path) -> None:
    """Write a site plan as GeoJSON, always with the same bytes."""
    path.write_text(json.dumps(site_plan, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
