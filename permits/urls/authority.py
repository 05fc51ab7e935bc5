"""Addresses of an authority's own pages: its team and layers, its log."""

from django.urls import path

from permits.views.staff import authority, layers, register, seals, text_block_files, text_block_sharing, text_blocks

urlpatterns = [
    path("", authority.authority_page, name="authority"),
    path("mitglied/", authority.member_add, name="member_add"),
    path("mitglied/entfernen/", authority.member_remove, name="member_remove"),
    path("geodaten/", layers.authority_layers, name="authority_layers"),
    path("geodaten/<uuid:authority>/ebenen/<slug:layer>/", layers.authority_layer, name="authority_layer"),
    path("geodaten/<uuid:authority>/ebenen/<slug:layer>/stand/", layers.layer_restore, name="layer_restore"),
    path("geodaten/<uuid:authority>/plaene/<slug:plan>/", layers.authority_plan, name="authority_plan"),
    path("geodaten/<uuid:authority>/plaene/<slug:plan>/stand/", layers.plan_restore, name="plan_restore"),
    path("geodaten/<uuid:authority>/plaene/<slug:plan>/ausser-kraft/", layers.plan_withdraw, name="plan_withdraw"),
    path("textbausteine/", text_blocks.text_blocks, name="text_blocks"),
    path("textbausteine/neu/", text_blocks.text_block_new, name="text_block_new"),
    path("textbausteine/vorschau/", text_blocks.text_block_preview, name="text_block_preview"),
    path("textbausteine/dateien/", text_block_files.text_block_files, name="text_block_files"),
    path("textbausteine/ausgabe/", text_block_files.text_block_export, name="text_block_export"),
    path("textbausteine/bibliothek/", text_block_sharing.text_block_library, name="text_block_library"),
    path(
        "textbausteine/bibliothek/<uuid:offered_version>/", text_block_sharing.text_block_adopt, name="text_block_adopt"
    ),
    path("textbausteine/<uuid:block>/", text_blocks.text_block, name="text_block"),
    path("textbausteine/<uuid:block>/bearbeiten/", text_blocks.text_block_edit, name="text_block_edit"),
    path("textbausteine/<uuid:block>/vergleich/", text_blocks.text_block_compare, name="text_block_compare"),
    path("textbausteine/<uuid:block>/archiv/", text_blocks.text_block_archive, name="text_block_archive"),
    path("textbausteine/<uuid:block>/angebot/", text_block_sharing.text_block_offer, name="text_block_offer"),
    path("textbausteine/<uuid:block>/herkunft/", text_block_sharing.text_block_origin, name="text_block_origin"),
    path("register/", register.authority_register, name="authority_register"),
    path("register/tabelle/", register.authority_register_csv, name="authority_register_csv"),
    path("siegel/", seals.seal_record, name="seal_record"),
    path("siegel/freigaben/", seals.seal_releases, name="seal_releases"),
    path("siegel/freigaben/<uuid:seal_request>/", seals.seal_preview, name="seal_preview"),
    path("siegel/freigaben/<uuid:seal_request>/freigeben/", seals.seal_release, name="seal_release"),
    path("siegel/freigaben/<uuid:seal_request>/zurueckgeben/", seals.seal_return, name="seal_return"),
    path("protokoll/", authority.authority_log_page, name="authority_log"),
]
