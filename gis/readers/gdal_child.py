"""Child process that runs GDAL on a file of others, with one driver, limits and no network. Not imported by us.

Speaks with `gis.readers.gdal`: writes one JSON line that describes the file, reads one JSON line with the request,
then writes the features as an Arrow stream. Ends with 0 only when everything was read.
"""

import json
import logging
import resource
import sys


def main() -> None:
    driver_and_path, memory_bytes, cpu_seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Without these pyogrio starts four times as fast; the child needs neither frames nor geometries.
    for unused in ("pandas", "geopandas", "shapely", "pyproj"):
        sys.modules[unused] = None  # type: ignore[assignment]
    import pyarrow as pa
    import pyogrio
    import pyogrio.raw

    warnings: list[str] = []
    logger = logging.getLogger("pyogrio")
    logger.propagate = False
    logger.addHandler(_Collector(warnings))
    out = sys.stdout.buffer
    layers = []
    for name, geometry_type in pyogrio.list_layers(driver_and_path):
        if geometry_type is None:
            continue
        info = pyogrio.read_info(driver_and_path, layer=name)
        layers.append(
            {
                "name": str(name),
                "geometry_type": str(geometry_type),
                "crs": info["crs"],
                "columns": [str(column) for column in info["fields"]],
                "features": int(info["features"]),
            }
        )
    out.write(json.dumps({"layers": layers}).encode() + b"\n")
    out.flush()
    request = json.loads(sys.stdin.readline() or "null")
    if request is None:
        return
    with pyogrio.raw.open_arrow(
        driver_and_path,
        layer=request["layer"],
        columns=request["columns"],
        batch_size=request["batch_rows"],
        use_pyarrow=True,
    ) as (meta, reader):
        out.write(json.dumps({"geometry_name": meta["geometry_name"] or "wkb_geometry"}).encode() + b"\n")
        with pa.ipc.new_stream(out, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)
    out.write(json.dumps({"warnings": warnings}).encode() + b"\n")
    out.flush()


class _Collector(logging.Handler):
    """Keeps the first messages of GDAL for the parent."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__()
        self._messages = messages

    def emit(self, record: logging.LogRecord) -> None:
        if len(self._messages) < 20:
            self._messages.append(record.getMessage()[:300])


if __name__ == "__main__":
    main()
