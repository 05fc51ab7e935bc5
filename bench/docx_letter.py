"""A Word document with the text of a letter: what authorities convert with LibreOffice today."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from pathlib import Path
from xml.sax.saxutils import escape

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns='
    '"http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_BLOCK_END = re.compile(r"</(?:p|h[1-6]|li|th|td|caption)>|<br>")
_TAG = re.compile(r"<[^>]*>")


def write_docx(html: str, path: Path) -> int:
    """Write the words of ``html`` as paragraphs of a DOCX without pictures; return how many there are."""
    words = html[html.index("<body") :]
    texts = [" ".join(unescape(_TAG.sub(" ", part)).split()) for part in _BLOCK_END.split(words)]
    paragraphs = [text for text in texts if text]
    content = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>' for text in paragraphs)
    document = f'<w:document xmlns:w="{_WORD}"><w:body>{content}</w:body></w:document>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        archive.writestr("word/document.xml", f'<?xml version="1.0" encoding="UTF-8"?>{document}')
    return len(paragraphs)
