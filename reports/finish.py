"""The last touch on a PDF before sealing: PDF/UA metadata, tagged signature field, fixed identifiers."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from reports.engine import FieldPlace
from reports.tagging import find_element, tidy_lists

# Rises with every change in engine.py, finish.py, tagging.py or the hyphenation that gives other bytes for the same
# stored document; tests/reports/test_finishing.py sees such a change.
FINISHING_VERSION = "1"
FIELD_NAME = "Siegel"
PDFUA_NAMESPACE = "http://www.aiim.org/pdfua/ns/id/"
# ISO 19005-3, 6.6.2.3: a PDF/A must describe metadata that its standard does not know.
PDFUA_XMP = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfuaid="{PDFUA_NAMESPACE}" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{PDFUA_NAMESPACE}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>"""
PRINTED_AND_LOCKED = 4 + 128
SIGNATURES_EXIST_APPEND_ONLY = 3


def finish_pdf(pdf: bytes, seal_field: FieldPlace | None, *, media_types: Mapping[str, str]) -> bytes:
    """``pdf`` as PDF/A-3a and PDF/UA-1, with the empty signature field "Siegel" where a place is given.

    ``media_types`` are those of the associated files by name: WeasyPrint asks the machine's own table.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        _add_pdfua_metadata(document)
        _list_associated_files_once(document)
        _set_media_types(document, media_types)
        tidy_lists(document)
        for page in document.pages:
            page.obj.Tabs = Name.S
        if seal_field is not None:
            _add_signature_field(document, seal_field)
        out = io.BytesIO()
        document.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def _add_pdfua_metadata(document: pikepdf.Pdf) -> None:
    stream = document.Root.Metadata
    packet = stream.read_bytes().decode()
    body = PDFUA_XMP.split("\n", 1)[1]  # into WeasyPrint's own rdf:RDF, which must be the only one
    stream.write(packet.replace("</rdf:RDF>", body, 1).encode())


def _list_associated_files_once(document: pikepdf.Pdf) -> None:
    """WeasyPrint names a file twice among the associated files, once by its name, once by its kind."""
    if Name.AF in document.Root:
        files = {item.objgen: item for item in document.Root.AF}
        document.Root.AF = Array(list(files.values()))


def _set_media_types(document: pikepdf.Pdf, media_types: Mapping[str, str]) -> None:
    for specification in document.Root.get(Name.AF, ()):
        specification.EF.F.Subtype = Name(f"/{media_types[str(specification.UF)]}")


def _add_signature_field(document: pikepdf.Pdf, place: FieldPlace) -> None:
    """Widget, form and structure element, as ISO 14289-1, 7.18 asks; the visible text is in the page itself."""
    page = document.pages[place.page]
    left, bottom, right, top = place.rectangle
    empty = document.make_stream(b"")
    empty.Type, empty.Subtype = Name.XObject, Name.Form
    empty.BBox = Array([0, 0, right - left, top - bottom])
    tree = document.Root.StructTreeRoot.ParentTree
    key = int(tree.Nums[-2]) + 1
    widget = document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(FIELD_NAME),
            TU=String("Elektronisches Siegel der Behörde"),
            Contents=String("Elektronisches Siegel der Behörde"),
            Rect=Array([left, bottom, right, top]),
            F=PRINTED_AND_LOCKED,
            AP=Dictionary(N=empty),
            P=page.obj,
            StructParent=key,
        )
    )
    if Name.Annots not in page.obj:
        page.obj.Annots = Array()
    page.obj.Annots.append(widget)
    document.Root.AcroForm = Dictionary(Fields=Array([widget]), SigFlags=SIGNATURES_EXIST_APPEND_ONLY)
    # The one <article> of a document is the block with the seal: its tag is the mark to find it by.
    block = find_element(document, Name.Art)
    block.S = Name.Sect
    form = document.make_indirect(
        Dictionary(
            Type=Name.StructElem,
            S=Name.Form,
            P=block,
            Pg=page.obj,
            K=Dictionary(Type=Name.OBJR, Obj=widget, Pg=page.obj),
        )
    )
    block.K.append(form)
    tree.Nums.append(key)
    tree.Nums.append(form)
