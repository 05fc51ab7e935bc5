"""Addresses of an authority's own pages: its team and layers, its log."""

from django.urls import path

from permits.views.staff import authority, layers

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
    path("protokoll/", authority.authority_log_page, name="authority_log"),
]
