"""Addresses where staff act on a running case."""

from django.urls import path

from workflows.views.staff import (
    assessment,
    changes,
    communication,
    completeness,
    decision,
    letters,
    service,
    text_blocks,
)

CASE = "<uuid:uuid>/akte/"
urlpatterns = [
    path(f"{CASE}zuweisen/", assessment.staff_assign, name="staff_assign"),
    path(f"{CASE}befund/", completeness.staff_finding_add, name="staff_finding_add"),
    path(f"{CASE}befund/entfernen/", completeness.staff_finding_remove, name="staff_finding_remove"),
    path(f"{CASE}vollstaendig/", completeness.staff_confirm_complete, name="staff_confirm_complete"),
    path(f"{CASE}genehmigungsfiktion/", completeness.staff_fiction_settle, name="staff_fiction_settle"),
    path(f"{CASE}genehmigungsfiktion/verlaengern/", completeness.staff_fiction_extend, name="staff_fiction_extend"),
    path(f"{CASE}nachfordern/", completeness.staff_request_information, name="staff_request_information"),
    path(f"{CASE}nachforderung/verlaengern/", completeness.staff_extend_request, name="staff_extend_request"),
    path(f"{CASE}gilt-als-zurueckgenommen/", completeness.staff_deemed_withdrawal, name="staff_deemed_withdrawal"),
    path(f"{CASE}pruefergebnis/<uuid:result>/", assessment.staff_review, name="staff_review"),
    path(f"{CASE}prueflauf/<uuid:run>/bestaetigen/", assessment.staff_confirm_results, name="staff_confirm_results"),
    path(f"{CASE}neu-pruefen/", assessment.staff_check_again, name="staff_check_again"),
    path(f"{CASE}pruefung/abschliessen/", assessment.staff_finish_assessment, name="staff_finish_assessment"),
    path(f"{CASE}nebenbestimmung/", assessment.staff_condition_add, name="staff_condition_add"),
    path(f"{CASE}nebenbestimmung/<uuid:condition>/", assessment.staff_condition_change, name="staff_condition_change"),
    path(
        f"{CASE}nebenbestimmung/baustein/<uuid:text_version>/",
        text_blocks.staff_condition_from_block,
        name="staff_condition_from_block",
    ),
    path(
        f"{CASE}nebenbestimmung/<uuid:condition>/entfernen/",
        assessment.staff_condition_remove,
        name="staff_condition_remove",
    ),
    path(f"{CASE}entwurf/", decision.staff_decision_save, name="staff_decision_save"),
    path(f"{CASE}entwurf/vorschau/", decision.staff_decision_preview, name="staff_decision_preview"),
    path(f"{CASE}pruefung/wieder-aufnehmen/", decision.staff_reopen, name="staff_reopen"),
    path(f"{CASE}anhoerung/", decision.staff_hold_hearing, name="staff_hold_hearing"),
    path(f"{CASE}anhoerung/absehen/", decision.staff_waive_hearing, name="staff_waive_hearing"),
    path(f"{CASE}zeichnen/", decision.staff_sign, name="staff_sign"),
    path(f"{CASE}zurueckgeben/", decision.staff_return, name="staff_return"),
    path(f"{CASE}erneut-ausfertigen/", decision.staff_issue_again, name="staff_issue_again"),
    path(f"{CASE}bekanntgabe/<uuid:service>/post/", service.staff_posting, name="staff_posting"),
    path(f"{CASE}bekanntgabe/<uuid:service>/erneut/", service.staff_serve_again, name="staff_serve_again"),
    path(f"{CASE}bescheid/<uuid:document>/berichtigen/", changes.staff_correct, name="staff_correct"),
    path(f"{CASE}bescheid/<uuid:document>/aufheben/", changes.staff_revoke, name="staff_revoke"),
    path(f"{CASE}aenderung/<uuid:change>/zeichnen/", changes.staff_change_sign, name="staff_change_sign"),
    path(f"{CASE}aenderung/<uuid:change>/zurueckgeben/", changes.staff_change_return, name="staff_change_return"),
    path(f"{CASE}aenderung/<uuid:change>/erneut/", changes.staff_change_again, name="staff_change_again"),
    path(f"{CASE}schreiben/<slug:kind>/<uuid:subject>/erneut/", letters.staff_letter_again, name="staff_letter_again"),
    path(f"{CASE}nachricht/", communication.staff_message_send, name="staff_message_send"),
    path(f"{CASE}vermerk/", communication.staff_note_write, name="staff_note_write"),
    path(f"{CASE}wiedervorlage/", communication.staff_follow_up_set, name="staff_follow_up_set"),
    path(
        f"{CASE}wiedervorlage/<uuid:follow_up>/erledigt/",
        communication.staff_follow_up_done,
        name="staff_follow_up_done",
    ),
]
