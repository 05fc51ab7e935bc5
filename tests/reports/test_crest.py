"""Crests of letterheads: what stays, what is dropped, what is refused."""

import pytest

from permits.services.sealing import fonts
from reports.crest import MAX_CHARACTERS, MAX_ELEMENTS, clean_crest
from reports.errors import DrawingError, GlyphCoverageError

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 12">'


def crest(body: str, head: str = HEAD) -> str:
    return f"{head}{body}</svg>"


def test_shapes_gradients_and_words_stay() -> None:
    body = (
        '<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient>'
        '<g id="s"><path d="M0 0h1"/></g>'
        '</defs><use href="#s"/><circle r="3" fill="url(#g)"/><text x="1" y="2">MUSTERSTADT</text>'
    )
    cleaned = clean_crest(crest(body), fonts=fonts())
    assert "MUSTERSTADT" in cleaned
    assert cleaned.count("<path") == 1
    assert clean_crest(cleaned, fonts=fonts()) == cleaned, "a saved crest is saved again as it is"


def test_what_editors_leave_is_dropped() -> None:
    body = (
        "<!-- made by hand --><metadata><x/></metadata>"
        '<i:view xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:zoom="2"/>'
        '<path xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:label="Turm" d="M0 0h1v1z"/>'
    )
    cleaned = clean_crest(crest(body), fonts=fonts())
    for gone in ("made by hand", "metadata", "inkscape", "Turm"):
        assert gone not in cleaned


@pytest.mark.parametrize(
    ("svg", "says"),
    [
        ("kein SVG", "keine lesbare SVG-Datei"),
        ("<html/>", "keine SVG-Datei"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + crest("<text>&a;</text>"), "keine SVG-Datei"),
        (crest("<script>alert(1)</script>"), "script"),
        (crest('<image href="https://example.org/x.png"/>'), "image"),
        (crest('<path d="M0 0h1" onclick="alert(1)"/>'), "Skript"),
        (crest('<a href="javascript:alert(1)"><path d="M0 0h1"/></a>'), "„a“"),
        (crest("<foreignObject/>"), "foreignObject"),
        (crest('<pattern id="p"/>'), "pattern"),
        (crest("<animate/>"), "animate"),
        (crest('<use href="https://example.org/x.svg#a"/>'), "Teile"),
        (crest('<use xlink:href="#nirgends"/>'), "Teile"),
        (crest('<g id="a"><use href="#b"/></g><g id="b"><path d="M0 0h1"/></g><use href="#a"/>'), "selbst wieder"),
        (crest('<g id="a"><use href="#a"/></g>'), "selbst wieder"),
        (crest("<style>@import url(https://example.org/x.css);</style>"), "fremde Stile"),
        (crest("<style>path{fill:url(https://example.org/x)}</style>"), "fremde Stile"),
        (crest('<clipPath id="a"><path clip-path="url(#a)" d="M0 0h1"/></clipPath>'), "Masken"),
        (crest("", head=HEAD.replace('viewBox="0 0 10 12"', "")), "keine Größe"),
        (crest("", head=HEAD.replace("0 0 10 12", "0 0 100 12")), "zu schmal oder zu breit"),
        (crest("", head=HEAD.replace("0 0 10 12", "0 0 0 0")), "keine Größe"),
        (crest("<path/>" * (MAX_ELEMENTS + 1)), f"mehr als {MAX_ELEMENTS}"),
        (crest(" " * MAX_CHARACTERS), "200 kB"),
    ],
)
def test_what_acts_reaches_out_or_grows_is_refused_by_name(svg: str, says: str) -> None:
    with pytest.raises(DrawingError) as caught:
        clean_crest(svg, fonts=fonts())
    assert says in str(caught.value)


SQUARE = '<rect width="5" height="5"/>'


@pytest.mark.parametrize(
    ("svg", "says"),
    [
        (crest(SQUARE, head=HEAD.replace("0 0 10 12", "0 0 1e308 1e308")), "„viewBox“ eine Zahl"),
        (crest(SQUARE, head=HEAD.replace("0 0 10 12", "-1e30 0 10 12")), "„viewBox“ eine Zahl"),
        (crest(SQUARE, head=HEAD.replace("0 0 10 12", "0 0 nan nan")), "keine Größe"),
        (crest(SQUARE + '<path d="M0 0h1e309v9z"/>'), "„d“ eine Zahl"),
        (crest('<rect width="5" height="5" fill="url(file:///etc/passwd)"/>'), "außerhalb ihrer Datei"),
        (crest('<rect width="5" height="5" style="fill:URL( &quot;http://example.org/x&quot;)"/>'), "außerhalb"),
        (crest('<rect width="5" height="5" style="fill:u\\72l(http://example.org/x)"/>'), "außerhalb"),
        (crest(""), "nichts zu sehen"),
        (crest("<defs>" + SQUARE + "</defs>"), "nichts zu sehen"),
        (crest('<g display="none">' + SQUARE + "</g>"), "nichts zu sehen"),
        (crest('<rect width="5" height="5" fill="none"/>'), "nichts zu sehen"),
        (crest('<rect width="5" height="5" fill="url(#fehlt)"/>'), "nichts zu sehen"),
        (crest('<path d="M0 0"/><path d="quatsch"/>'), "nichts zu sehen"),
        (crest(f'<g transform="translate(400 0)">{SQUARE}</g>'), "nichts zu sehen"),
        (crest('<rect x="0" y="-40" width="5" height="5"/>'), "nichts zu sehen"),
        (crest('<rect width="5" height="5" opacity="0"/>'), "nichts zu sehen"),
        (crest('<rect width="5" height="5" fill="#f00" fill-opacity="0.02"/>'), "nichts zu sehen"),
        (crest('<rect width="5" height="5" fill="white"/><text y="5" fill="#fefefe">A</text>'), "nichts zu sehen"),
        (crest('<rect width="5" height="5" fill="red"/><rect width="9" height="9" fill="#fff"/>'), "nichts zu sehen"),
        (crest(f'<clipPath id="c"><rect width="0" height="0"/></clipPath><g clip-path="url(#c)">{SQUARE}</g>'), "nich"),
        (crest('<rect width="5" height="5" visibility="hidden"/>'), "nichts zu sehen"),
    ],
)
def test_a_crest_that_shows_nothing_is_refused_with_the_reason(svg: str, says: str) -> None:
    with pytest.raises(DrawingError) as caught:
        clean_crest(svg, fonts=fonts())
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        SQUARE.replace("/>", ' fill="device-cmyk(0,1,1,0)"/>'),
        SQUARE.replace("/>", ' fill="Device-CMYK(0 1 1 0 / 0.5)"/>'),
        SQUARE.replace("/>", ' style="fill:device-cmyk(0 100% 100% 0)"/>'),
        SQUARE.replace("/>", ' stroke="device-cmyk(0,1,1,0)"/>'),
        "<style>rect{fill:device-cmyk(0 1 1 0)}</style>" + SQUARE,
        "<style>rect{fill:devic\\65-cmyk(0 1 1 0)}</style>" + SQUARE,
        '<defs><linearGradient id="g"><stop offset="0" stop-color="device-cmyk(0,1,1,0)"/>'
        '<stop offset="1" stop-color="#00f"/></linearGradient></defs>' + SQUARE.replace("/>", ' fill="url(#g)"/>'),
        f'<g opacity="0.5" fill="device-cmyk(0,1,1,0)">{SQUARE}</g>',
        "<text x='1' y='5' font-size='4' fill='device-cmyk(0,1,1,0)'>A</text>",
        SQUARE.replace("/>", ' fill="#f00 icc-color(wappen, 0.1, 0.9, 0.9, 0)"/>'),
        "<style>@color-profile --druck { src: none }</style>" + SQUARE,
    ],
)
def test_a_crest_in_colours_of_a_press_is_refused_since_no_paper_with_it_could_be_archived(body: str) -> None:
    with pytest.raises(DrawingError) as caught:
        clean_crest(crest(body), fonts=fonts())
    assert "Druckfarben (CMYK)" in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        SQUARE,
        SQUARE.replace("/>", ' fill="#ffff00"/>'),
        SQUARE.replace("/>", ' fill="rgb(10% 20% 30% / 50%)"/>'),
        SQUARE.replace("/>", ' fill="hsl(120 50% 50%)"/>'),
        '<rect width="10" height="12" fill="#fff"/><path d="M1 1h3v9z" fill="#900"/>',
        '<path d="M1 1h3" fill="none" stroke="#000"/>',
        "<text x='1' y='5' font-size='4'>A</text>",
        '<g opacity="0.5"><circle cx="5" cy="5" r="2"/></g>',
        "<g transform='translate(400 0)'><g transform='translate(-398 1)'>" + SQUARE + "</g></g>",
        '<defs><linearGradient id="g"><stop offset="0" stop-color="#f00"/></linearGradient></defs>'
        + SQUARE.replace("/>", ' fill="url(#g)"/>'),
        '<clipPath id="c"><circle cx="5" cy="5" r="4"/></clipPath>' + f'<g clip-path="url(#c)">{SQUARE}</g>',
        f'<defs><g id="s">{SQUARE}</g></defs><use href="#s"/>',
    ],
)
def test_a_crest_that_shows_something_is_taken(body: str) -> None:
    assert "<svg" in clean_crest(crest(body), fonts=fonts())


def test_words_that_no_font_prints_are_refused() -> None:
    with pytest.raises(GlyphCoverageError):
        clean_crest(crest("<text>漢字</text>"), fonts=fonts())
