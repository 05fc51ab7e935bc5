"""The objects of an XML file, one at a time: NAS extracts and feature collections of any WFS version."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree

from gis.readers.gml import local
from gis.readers.sniff import xml_events
from gis.readers.source import SourceError

_MEMBERS = frozenset({"featureMember", "featureMembers", "member"})
_INSERT, _CHANGES = "Insert", frozenset({"Replace", "Delete", "Update"})
_OPERATIONS = _CHANGES | {_INSERT}
# Elements before the first object; a real extract has some dozens.
_MAX_HEADING = 100_000
_OBJECTS = ("AX_", "AP_", "AA_")


def read_features(
    path: Path, take: Callable[[etree._Element], None], heading: Callable[[etree._Element], None] | None = None
) -> None:
    """Hand every object of the file to `take`, one at a time; each is forgotten when `take` returns.

    A call and not an iterator: whoever still holds an element when it is removed makes that removal slow.

    Parameters
    ----------
    path : Path
        Plain or gzipped.
    take : callable
        May not keep the element.
    heading : callable, optional
        Is given the root element as it is when the first object begins: what stands before the objects.

    Raises
    ------
    SourceError
        For broken XML, for a file of changes (Replace, Delete), and for one that mixes kinds of members.
    """
    kind = _kind_of_members(path, heading)
    if kind is None:
        return
    if local_name(kind) in _CHANGES:
        _refuse(local_name(kind))
    wanted = tuple(f"{{*}}{name}" for name in (_OPERATIONS if local_name(kind) == _INSERT else [local_name(kind)]))
    with _without_collector():
        _read_members(path, str(kind), wanted, take)


def _read_members(path: Path, kind: str, wanted: tuple[str, ...], take: Callable[[etree._Element], None]) -> None:
    parent = None
    for _, member in xml_events(path, ("end",), wanted):
        parent = member.getparent()
        if parent is None or (parent.getparent() is not None and local(parent).startswith(_OBJECTS)):
            continue
        if member.tag != kind:
            _refuse(local(member))
        _hand_over(member, take)
        member.clear()
        while (previous := member.getprevious()) is not None:
            if previous.tag != kind:
                _refuse(local(previous))
            parent.remove(previous)
    for rest in () if parent is None else parent:
        if rest.tag != kind:
            _refuse(local(rest))


@contextmanager
def _without_collector() -> Iterator[None]:
    """No garbage collection: millions of small objects without a cycle, that it would only look at in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _hand_over(member: etree._Element, take: Callable[[etree._Element], None]) -> None:
    for feature in member:
        take(feature)


def gml_id(feature: etree._Element) -> str | None:
    """The gml:id of an object, whatever the version of GML."""
    value = feature.get("{http://www.opengis.net/gml/3.2}id")
    if value is None:
        value = feature.get("{http://www.opengis.net/gml}id") or feature.get("fid")
    return value


def local_name(tag: str) -> str:
    """Name of a tag without its namespace."""
    return tag.rpartition("}")[2]


def _kind_of_members(path: Path, heading: Callable[[etree._Element], None] | None) -> str | None:
    """Tag of the first member. Looking for one tag only is what makes the reading fast."""
    root: etree._Element | None = None
    for number, (_, element) in enumerate(xml_events(path, ("start",))):
        if number > _MAX_HEADING:
            raise SourceError("Die Datei enthält vor dem ersten Objekt zu viele Angaben und ist so nicht brauchbar.")
        root = element if root is None else root
        parent = element.getparent()
        if local(element) in _MEMBERS | _OPERATIONS and (
            parent is not None and (parent is root or not local(parent).startswith(_OBJECTS))
        ):
            if heading is not None:
                heading(root)
            return str(element.tag)
    return None


def _refuse(name: str) -> None:
    if name in _CHANGES:
        raise SourceError(
            "Die NAS-Datei ist ein Fortführungsauftrag (Änderungen statt Bestand). "
            "Bitte lesen Sie einen vollständigen Bestandsdatenauszug ein."
        )
    if name in _MEMBERS | _OPERATIONS:
        raise SourceError("Die Datei mischt verschiedene Arten von Objektlisten. Bitte lassen Sie sie neu ausgeben.")
