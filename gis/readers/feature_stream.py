"""The objects of an XML file, one at a time: NAS extracts and feature collections of any WFS version."""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from gis.readers.sniff import xml_events

MEMBERS = ("{*}featureMember", "{*}featureMembers", "{*}member")


def features(path: Path, *others: str) -> Iterator[etree._Element]:
    """Every object of the file; each is forgotten when the next one comes.

    `others` are local names of further elements (outside of objects) that are handed out, too, as they are: a caller
    looks at their tag. Members inside of objects (``gml:pointMember`` and the like have other names) do not occur.
    """
    named = tuple(f"{{*}}{name}" for name in others)
    for _, element in xml_events(path, ("end",), (*MEMBERS, *named)):
        parent = element.getparent()
        if parent is None or (parent.getparent() is not None and _local(parent).startswith(("AX_", "AP_", "AA_"))):
            continue
        if _local(element) in others:
            yield element
        else:
            yield from element
        element.clear()
        while (previous := element.getprevious()) is not None:
            parent.remove(previous)


def gml_id(feature: etree._Element) -> str | None:
    """The gml:id of an object, whatever the version of GML."""
    for namespace in ("{http://www.opengis.net/gml/3.2}id", "{http://www.opengis.net/gml}id"):
        value = feature.get(namespace)
        if value is not None:
            return str(value)
    return feature.get("fid")


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
