"""Import of reference layers: read, map, validate, publish a snapshot."""

from gis.importing.pipeline import ImportRequest, ImportSummary, import_features

__all__ = ["ImportRequest", "ImportSummary", "import_features"]
