"""Documents of an authority: a dataclass goes in, sealed PDF bytes come out.

Knows no database and no request. See ``reports.contexts`` for what goes in,
``reports.pdf.render_document`` for the way to a PDF, ``reports.seal`` for the seal.
"""
