"""Import of reference layers: read, map, validate, publish a snapshot."""

from gis.importing.cadastre import CADASTRE_LAYERS, LEGAL_LAYERS, CadastreSummary, import_cadastre
from gis.importing.pipeline import ImportRequest, ImportSummary, import_features

__all__ = [
    "CADASTRE_LAYERS",
    "LEGAL_LAYERS",
    "CadastreSummary",
    "ImportRequest",
    "ImportSummary",
    "import_cadastre",
    "import_features",
]
