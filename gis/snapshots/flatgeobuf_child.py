"""Child process that writes a FlatGeobuf file from an Arrow stream on standard input. Not imported by us.

A process of its own, since GDAL's writing holds the interpreter lock: so the next batch is checked meanwhile.
"""

import sys


def main() -> None:
    path, layer, geometry_name, crs = sys.argv[1:]
    # Without these pyogrio starts four times as fast; the child needs neither frames nor geometries.
    for unused in ("pandas", "geopandas", "shapely", "pyproj"):
        sys.modules[unused] = None  # type: ignore[assignment]
    import pyarrow as pa
    import pyogrio.raw

    reader = pa.ipc.open_stream(sys.stdin.buffer)
    pyogrio.raw.write_arrow(
        reader,
        path,
        driver="FlatGeobuf",
        layer=layer,
        geometry_name=geometry_name,
        geometry_type="Unknown",
        crs=crs,
    )


if __name__ == "__main__":
    main()
