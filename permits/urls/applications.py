"""Addresses of the applications pages."""

from django.urls import path

from permits.views.applications import (
    documents,
    files,
    lists,
    parties,
    plan_match,
    proposal,
    review,
    site,
    site_plan,
    start,
    tasks,
)

urlpatterns = [
    path("", lists.my_applications, name="my_applications"),
    path("neu/", start.application_new, name="application_new"),
    path("einladung/<str:token>/", tasks.invitation, name="invitation"),
    path("<uuid:uuid>/", tasks.application_tasks, name="application_tasks"),
    path("<uuid:uuid>/einladen/", tasks.application_invite, name="application_invite"),
    path("<uuid:uuid>/zugriff/<uuid:person>/beenden/", tasks.application_uninvite, name="application_uninvite"),
    path("<uuid:uuid>/grundstueck/", site.application_site, name="application_site"),
    path("<uuid:uuid>/grundstueck/flurstueck/", site.application_parcel_add, name="application_parcel_add"),
    path(
        "<uuid:uuid>/grundstueck/flurstueck/<str:parcel_id>/entfernen/",
        site.application_parcel_remove,
        name="application_parcel_remove",
    ),
    path("<uuid:uuid>/grundstueck/anschrift/", site.application_address, name="application_address"),
    path("<uuid:uuid>/vorhaben/", proposal.application_proposal, name="application_proposal"),
    path("<uuid:uuid>/beteiligte/", parties.application_parties, name="application_parties"),
    path("<uuid:uuid>/beteiligte/neu/<slug:role>/", parties.application_party_new, name="application_party_new"),
    path("<uuid:uuid>/beteiligte/<uuid:party>/", parties.application_party, name="application_party"),
    path(
        "<uuid:uuid>/beteiligte/<uuid:party>/entfernen/",
        parties.application_party_remove,
        name="application_party_remove",
    ),
    path("<uuid:uuid>/lageplan/", site_plan.application_site_plan, name="application_site_plan"),
    path("<uuid:uuid>/lageplan/datei/", site_plan.application_site_plan_upload, name="application_site_plan_upload"),
    path(
        "<uuid:uuid>/lageplan/passpunkte/",
        plan_match.application_site_plan_match,
        name="application_site_plan_match",
    ),
    path("<uuid:uuid>/lageplan/zeichnung/", site_plan.application_site_plan_draw, name="application_site_plan_draw"),
    path(
        "<uuid:uuid>/lageplan/masse/",
        site_plan.application_site_plan_dimensions,
        name="application_site_plan_dimensions",
    ),
    path("<uuid:uuid>/lageplan/pruefung/", site_plan.application_check, name="application_check"),
    path("<uuid:uuid>/bauvorlagen/", documents.application_documents, name="application_documents"),
    path("<uuid:uuid>/bauvorlagen/neu/", documents.application_document_new, name="application_document_new"),
    path("<uuid:uuid>/bauvorlagen/<uuid:document>/", documents.application_document, name="application_document"),
    path(
        "<uuid:uuid>/bauvorlagen/<uuid:document>/entfernen/",
        documents.application_document_remove,
        name="application_document_remove",
    ),
    path("<uuid:uuid>/einreichen/", review.application_review, name="application_review"),
    path("<uuid:uuid>/eingangsbeleg/", review.application_receipt, name="application_receipt"),
    path("<uuid:uuid>/eingangsbeleg/datei/", review.application_receipt_file, name="application_receipt_file"),
    path("<uuid:uuid>/dateien/<uuid:version>/", files.document_file, name="document_file"),
    path("<uuid:uuid>/schriftstuecke/<uuid:document>/", files.issued_file, name="issued_file"),
    path("<uuid:uuid>/lageplaene/<uuid:plan>/", files.site_plan_file, name="site_plan_file"),
    path("<uuid:uuid>/zeichnungen/<uuid:run>.svg", files.case_drawing, name="case_drawing"),
    path("<uuid:uuid>/zeichnungen/ergebnisse/<uuid:result>.svg", files.result_drawing, name="result_drawing"),
]
