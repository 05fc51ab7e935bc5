"""QR code of the verification page as an SVG drawing."""

from __future__ import annotations

import io

import segno


def qr_svg(address: str) -> str:
    """SVG of a QR code for ``address``, error correction M, the quiet zone of four modules included.

    One path without sizes in pixels: the document gives the size on paper.
    """
    code = segno.make_qr(address, error="m", boost_error=False)
    out = io.BytesIO()
    code.save(out, kind="svg", border=4, omitsize=True, xmldecl=False, svgclass=None, lineclass=None, nl=False)
    return out.getvalue().decode()
