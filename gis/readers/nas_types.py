"""What an ALKIS extract is read for: by type of object, the places to look at and the layers that its objects go to."""

from collections.abc import Mapping
from dataclasses import dataclass

from gis.readers.alkis_columns import Node, RowBuilder, Values, build_tree
from gis.readers.alkis_law import ZONE_TYPE, LawType, law_types
from gis.readers.nas_addresses import PIECES, REFERRING_LAYERS
from gis.readers.nas_schema import NasLayer, nas_layers

#: Spool of the protection zones, which wait for their areas, and the link that leads to those.
ZONES, ZONE_PARENT = "zones", "istTeilVon"
ENDS = "lebenszeitintervall/AA_Lebenszeitintervall/endet"
_MODEL = "modellart/AA_Modellart/advStandardModell"
_CADASTRE, _OTHER_MODELS = "DLKM", ("Basis-DLM", "DLM", "DTK", "LoD", "GeoBasis")
_LAW_LAYERS = frozenset({"overlays", "monuments", "easements"})


@dataclass(frozen=True)
class Target:
    """A spool that objects of a type go to, and how their rows are made."""

    layer: str
    spool: str
    builder: RowBuilder


@dataclass(frozen=True)
class TypePlan:
    """What to do with objects of one type: where to look, and where they go."""

    type: str
    tree: Node
    position: str
    targets: tuple[Target, ...]
    law: LawType | None
    is_piece: bool


def type_plan(name: str, namespace: str, wanted_layers: frozenset[str]) -> TypePlan | None:
    """Return what to do with objects of a type for these layers; None where they are of no use."""
    law = law_types().get(name)
    layers = nas_layers()
    wanted = wanted_layers | (REFERRING_LAYERS.keys() if "addresses" in wanted_layers else set())
    found = [layer for layer in layers.values() if name in layer.types and layer.name in wanted]
    texts = [place for layer in found for place in layer.places]
    hrefs: list[str] = []
    if law is not None and wanted_layers & _LAW_LAYERS:
        texts += [place for layer in _LAW_LAYERS for place in layers[layer].places]
        hrefs.append(ZONE_PARENT)
    piece = PIECES.get(name) if "addresses" in wanted_layers else None
    if piece is not None:
        texts += piece[0]
        hrefs += piece[1]
    if not texts and not hrefs:
        return None
    tree = build_tree(namespace, [*dict.fromkeys(texts), ENDS, _MODEL], hrefs)
    targets = tuple(
        Target(layer.name, ZONES if name == ZONE_TYPE else layer.name, row_builder(layer, layer.types[name]))
        for layer in found
    )
    return TypePlan(name, tree, namespace + "position", targets, law, piece is not None)


def row_builder(layer: NasLayer, constants: Mapping[str, str]) -> RowBuilder:
    """Return what makes the rows of a layer; `constants` are values that follow from the type."""
    own = [name for name in layer.column_names if name not in {column.name for column in layer.columns}]
    return RowBuilder(layer.columns, own, constants)


def left_out(values: Values) -> str | None:
    """Return why an object is not taken: it has ended, or it belongs to another model (topography) only."""
    if ENDS in values:
        return "historic"
    models = values.get(_MODEL)
    if models and _CADASTRE not in models and all(name.startswith(_OTHER_MODELS) for name in models):
        return "foreign"
    return None
