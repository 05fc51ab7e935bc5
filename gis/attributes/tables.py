"""The attribute tables of `docs/layers.md`, made from the data (``python -m gis.attributes.tables``)."""

from gis.attributes import layer_schemas

_GEOMETRIES = {"polygon": "Fläche", "line": "Linie", "point": "Punkt", "any": "beliebig"}


def markdown_tables() -> str:
    """One Markdown section per layer: attributes with type, unit, whether required, meaning, recognised names."""
    sections = []
    for schema in layer_schemas().values():
        rows = [
            f"### `{schema.layer}`: {schema.title}",
            "",
            f"Geometrie: {_GEOMETRIES[schema.geometry]}. Kennung: `{schema.id_attribute}`.",
            "",
            "| Attribut | Typ | Einheit | Pflicht | Bedeutung | erkannte Namen der Quelle |",
            "|---|---|---|---|---|---|",
        ]
        for attribute in schema.attributes.values():
            required = "ja" if attribute.required else ""
            aliases = ", ".join(attribute.aliases)
            rows.append(
                f"| `{attribute.name}` | {attribute.type} | {attribute.unit} | {required} "
                f"| {attribute.description} | {aliases} |"
            )
        sections.append("\n".join(rows))
    return "\n\n".join(sections) + "\n"


if __name__ == "__main__":
    print(markdown_tables(), end="")
