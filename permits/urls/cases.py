"""Addresses of the worklist and of the pages that show a case."""

from django.urls import path

from permits.views.cases import case_detail
from permits.views.staff import (
    assessment,
    case_text_blocks,
    communication,
    completeness,
    conditions,
    decision,
    documents,
    history,
    register,
    reports,
    service,
)
from permits.views.worklist import worklist

CASE = "<uuid:uuid>/akte/"
urlpatterns = [
    path("", worklist, name="worklist"),
    path("<uuid:uuid>/", case_detail, name="case_detail"),
    path(f"{CASE}pruefung/", assessment.staff_assessment, name="staff_assessment"),
    path(f"{CASE}unterlagen/", documents.staff_documents, name="staff_documents"),
    path(f"{CASE}unterlagen/<uuid:version>/", documents.staff_document, name="staff_document"),
    path(f"{CASE}unterlagen/<uuid:version>/datei/", documents.staff_document_file, name="staff_document_file"),
    path(f"{CASE}pruefbericht/", reports.staff_check_report, name="staff_check_report"),
    path(f"{CASE}aktenverzeichnis/", reports.staff_file_index, name="staff_file_index"),
    path(f"{CASE}bauschild/", reports.staff_site_sign, name="staff_site_sign"),
    path(
        f"{CASE}unterlagen/<uuid:version>/signaturen/",
        documents.staff_signatures_again,
        name="staff_signatures_again",
    ),
    path(f"{CASE}schriftstuecke/<uuid:document>/", documents.staff_issued_file, name="staff_issued_file"),
    path(f"{CASE}vollstaendigkeit/", completeness.staff_completeness, name="staff_completeness"),
    path(f"{CASE}nebenbestimmungen/", conditions.staff_conditions, name="staff_conditions"),
    path(f"{CASE}nebenbestimmungen/bausteine/", case_text_blocks.staff_text_blocks, name="staff_text_blocks"),
    path(f"{CASE}entscheidung/", decision.staff_decision, name="staff_decision"),
    path(f"{CASE}entscheidung/<uuid:version>/vorschau/", decision.staff_decision_pdf, name="staff_decision_pdf"),
    path(f"{CASE}bekanntgabe/", service.staff_service, name="staff_service"),
    path(f"{CASE}bekanntgabe/<uuid:service>/anschreiben/", reports.staff_cover_letter, name="staff_cover_letter"),
    path(f"{CASE}register/", register.staff_register, name="staff_register"),
    path(f"{CASE}register/<uuid:change>/vorschau/", register.staff_change_pdf, name="staff_change_pdf"),
    path(f"{CASE}nachrichten/", communication.staff_messages, name="staff_messages"),
    path(f"{CASE}vermerke/", communication.staff_notes, name="staff_notes"),
    path(f"{CASE}fristen/", history.staff_clocks, name="staff_clocks"),
    path(f"{CASE}verlauf/", history.staff_log, name="staff_log"),
]
