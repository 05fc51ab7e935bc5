"""Everything that goes into a document, as frozen dataclasses.

One module per document kind; a new kind is a new module here, a template of the
same name and its golden data. Importing this package registers all kinds.
"""

from reports.contexts.hearing_letter import HearingLetter
from reports.contexts.information_request import InformationRequest, RequestedItem
from reports.contexts.parts import (
    CaseReference,
    Contact,
    DocumentContext,
    Letterhead,
    Recipient,
    SealInfo,
    SealLevel,
    Signatory,
    Verification,
)
from reports.contexts.permit_notice import (
    ApprovedDocument,
    ConditionItem,
    ConditionKind,
    ConditionStage,
    DeviationRow,
    FindingRow,
    NoticeOutcome,
    ParcelRow,
    PermitNotice,
    ReasonSection,
    SiteDrawing,
)
from reports.contexts.receipt import Receipt, ReceivedDocument
from reports.contexts.withdrawal_confirmation import WithdrawalConfirmation

__all__ = [
    "ApprovedDocument",
    "CaseReference",
    "ConditionItem",
    "ConditionKind",
    "ConditionStage",
    "Contact",
    "DeviationRow",
    "DocumentContext",
    "FindingRow",
    "HearingLetter",
    "InformationRequest",
    "Letterhead",
    "NoticeOutcome",
    "ParcelRow",
    "PermitNotice",
    "ReasonSection",
    "Receipt",
    "ReceivedDocument",
    "Recipient",
    "RequestedItem",
    "SealInfo",
    "SealLevel",
    "Signatory",
    "SiteDrawing",
    "Verification",
    "WithdrawalConfirmation",
]
