"""docs/layers.md says what the data says."""

from pathlib import Path

from gis.attributes.tables import markdown_tables


def test_the_attribute_tables_in_the_docs_are_those_of_the_data() -> None:
    docs = (Path(__file__).resolve().parents[2] / "docs" / "layers.md").read_text()
    assert docs.endswith(markdown_tables()), "run: python -m gis.attributes.tables, and put it at the end of the page"
