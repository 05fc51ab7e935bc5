"""Which elements of an ALKIS object become which column: small trees over tag names, walked once per object."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
Values = dict[str, list[str]]


@dataclass
class Node:
    """Elements below an object: whose text is wanted (`text`), whose reference (`href`), and what lies deeper."""

    text: str | None = None
    href: str | None = None
    children: dict[str, "Node"] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """One column: alternatives of places whose texts are joined; the first alternative that is there counts."""

    name: str
    alternatives: tuple[tuple[str, ...], ...]

    @classmethod
    def parse(cls, name: str, places: Sequence[str]) -> "Column":
        """From the TOML form, ``["a/b", "c + d"]``."""
        return cls(name, tuple(tuple(part.strip() for part in place.split(" + ")) for place in places))

    def value(self, values: Values) -> str | None:
        """Value for one object."""
        for parts in self.alternatives:
            found = [values[part] for part in parts if part in values]
            if len(found) == len(parts):
                return "".join(texts[0] for texts in found)
        return None


def build_tree(namespace: str, texts: Sequence[str], hrefs: Sequence[str] = ()) -> Node:
    """Tree for the wanted paths (local names, ``a/b``) in a namespace (``{uri}``)."""
    root = Node()
    for path in texts:
        if not path.startswith("@"):
            _descend(root, namespace, path).text = path
    for path in hrefs:
        _descend(root, namespace, path).href = path
    return root


def _descend(node: Node, namespace: str, path: str) -> Node:
    for step in path.split("/"):
        node = node.children.setdefault(namespace + step, Node())
    return node


def collect(element: etree._Element, node: Node, values: Values) -> None:
    """Gather the wanted texts and references below an element, all of them, in order."""
    children = node.children
    for child in element:
        target = children.get(child.tag)
        if target is None:
            continue
        if target.text is not None:
            text = child.text
            text = text.strip() if text else None
            if text:
                values.setdefault(target.text, []).append(text)
        if target.href is not None:
            href = child.get(XLINK_HREF)
            if href:
                values.setdefault(target.href, []).append(href.rpartition(":")[2])
        if target.children:
            collect(child, target, values)


def evaluate(columns: Sequence[Column], values: Values, constants: Mapping[str, str]) -> dict[str, str | None]:
    """Values of all columns of one object."""
    row: dict[str, str | None] = {column.name: column.value(values) for column in columns}
    row.update(constants)
    return row
