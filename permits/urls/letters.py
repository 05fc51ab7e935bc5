"""Addresses of an authority's letterhead and of its own texts in letters."""

from django.urls import path

from permits.views.staff import letter_parts, letterheads

urlpatterns = [
    path("briefkopf/", letterheads.letter_settings, name="letter_settings"),
    path("briefkopf/<uuid:authority>/", letterheads.letterhead, name="letterhead"),
    path("briefkopf/<uuid:authority>/vorschau/", letterheads.letterhead_preview, name="letterhead_preview"),
    path("briefkopf/<uuid:authority>/fassung/", letterheads.letterhead_version, name="letterhead_version"),
    path("briefkopf/<uuid:authority>/wiederherstellen/", letterheads.letterhead_restore, name="letterhead_restore"),
    path("brieftexte/<uuid:authority>/", letter_parts.letter_kinds_page, name="letter_kinds"),
    path("brieftexte/<uuid:authority>/<slug:kind>/", letter_parts.letter_texts, name="letter_texts"),
    path("brieftexte/<uuid:authority>/<slug:kind>/vorschau/", letter_parts.letter_preview, name="letter_preview"),
    path("brieftexte/<uuid:authority>/<slug:kind>/fassungen/", letter_parts.letter_versions, name="letter_versions"),
    path("brieftexte/<uuid:authority>/<slug:kind>/zurueck/", letter_parts.letter_restore, name="letter_restore"),
]
