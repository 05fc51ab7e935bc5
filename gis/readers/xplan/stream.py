"""The features of an XPlanGML file, one XML element at a time: each is forgotten when the next one comes."""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from gis.readers.gml import local
from gis.readers.sniff import xml_events
from gis.readers.source import SourceError

_NAMESPACE = re.compile(r"http://www\.xplanung\.de/xplangml/?(?P<version>\d+(?:/\d+)?)?$")
_MEMBERS = ("{*}featureMember", "{*}member", "{*}featureMembers")
_READABLE_MAJORS = {"5", "6"}


def xplan_version(path: Path) -> str:
    """Version of the first XPlanGML namespace in the file, such as "6.0".

    Raises
    ------
    SourceError
        When the file is no XML, no XPlanGML, or of a version that is not read.
    """
    for namespace in _namespaces(path):
        match = _NAMESPACE.match(namespace)
        if match:
            return _readable(match["version"])
    raise SourceError("Die Datei ist kein XPlanGML: Der Namensraum von XPlanung kommt in ihr nicht vor.")


def features(path: Path) -> Iterator[etree._Element]:
    """Every feature of the file (the content of its members), in order; raises SourceError for broken XML."""
    root: etree._Element | None = None
    for _, member in xml_events(path, ("end",), _MEMBERS):
        parent = member.getparent()
        if root is None and parent is not None and parent.getparent() is None:
            root = parent
        if parent is None or parent is not root:
            continue
        while (previous := member.getprevious()) is not None:
            parent.remove(previous)
        yield from member


def root_srs_name(path: Path) -> str | None:
    """Name of the coordinate system in the envelope of the whole file, where it has one."""
    for number, (_, element) in enumerate(xml_events(path, ("start",))):
        if local(element) in {"featureMember", "member", "featureMembers"} or number > 100:
            return None
        if name := element.get("srsName"):
            return name
    return None


def _namespaces(path: Path) -> Iterator[str]:
    """Namespaces of the root and, for collections that declare them further in, of the first elements."""
    for number, (_, element) in enumerate(xml_events(path, ("start",))):
        if number > 1_000:
            return
        yield str(element.tag).partition("}")[0].removeprefix("{")
        if number == 0:
            yield from (str(value) for value in element.nsmap.values())


def _readable(version: str | None) -> str:
    name = (version or "2").replace("/", ".")
    if name.split(".")[0] not in _READABLE_MAJORS:
        raise SourceError(
            f"Der Plan ist in XPlanGML {name} geschrieben. Lesbar sind die Versionen 5.0 bis 6.x; "
            "bitte lassen Sie den Plan umwandeln."
        )
    return name
