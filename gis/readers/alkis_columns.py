"""Which elements of an ALKIS object become which column: small trees over tag names, walked once per object."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_PARCEL_NUMBER_LENGTH = 20
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

    @property
    def is_simple(self) -> bool:
        """Whether there is one place only."""
        return len(self.alternatives) == 1 and len(self.alternatives[0]) == 1

    def value(self, values: Values) -> str | None:
        """Value for one object."""
        for parts in self.alternatives:
            try:
                return "".join([values[part][0] for part in parts])
            except KeyError:
                continue
        return None


def full_parcel_number(number: str | None) -> str | None:
    """The Flurstückskennzeichen in its full length: some write it without the underscores at its end."""
    return None if number is None else number.ljust(_PARCEL_NUMBER_LENGTH, "_")


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
        place = target.text
        if place is not None and (text := child.text) and (text := text.strip()):
            if place in values:
                values[place].append(text)
            else:
                values[place] = [text]
        if target.href is not None:
            href = child.get(XLINK_HREF)
            if href:
                values.setdefault(target.href, []).append(href.rpartition(":")[2])
        if target.children:
            collect(child, target, values)


class RowBuilder:
    """Turns the gathered values of one object into a row, its columns in a fixed order."""

    def __init__(self, columns: Sequence[Column], own: Sequence[str], constants: Mapping[str, str]) -> None:
        self.names = (*(column.name for column in columns), *own)
        self._constants = [(self.names.index(name), value) for name, value in constants.items()]
        self._empty: list[str | None] = [None] * len(self.names)
        simple = [(number, column) for number, column in enumerate(columns) if column.is_simple]
        self._simple = [(number, column.alternatives[0][0]) for number, column in simple]
        self._others = [(number, column) for number, column in enumerate(columns) if not column.is_simple]

    def row(self, values: Values) -> list[str | None]:
        """The row of one object, to be completed."""
        row = self._empty.copy()
        for number, place in self._simple:
            if place in values:
                row[number] = values[place][0]
        for number, column in self._others:
            row[number] = column.value(values)
        for number, constant in self._constants:
            row[number] = constant
        return row
