"""Everything that goes into a document, as frozen dataclasses.

One module per document kind; a new kind is a new module here, a template of the
same name and its golden data. Importing this package imports every module in it,
and so registers all kinds. Named here is what other packages use most.
"""

import importlib
import pkgutil

from reports.contexts.decision_parts import (
    ApprovedDocument,
    ConditionItem,
    ConditionKind,
    ConditionStage,
    DecisionContext,
    DeviationRow,
    FindingRow,
    ParcelRow,
    ReasonSection,
    SiteDrawing,
)
from reports.contexts.hearing_letter import HearingLetter
from reports.contexts.information_request import InformationRequest, RequestedItem
from reports.contexts.parts import (
    CaseReference,
    Contact,
    DocumentContext,
    Letterhead,
    LetterPart,
    Recipient,
    SealInfo,
    SealLevel,
    Signatory,
    Summary,
    TextBlockRef,
    Verification,
)
from reports.contexts.permit_notice import PermitNotice
from reports.contexts.receipt import Receipt, ReceivedDocument
from reports.contexts.refusal_notice import RefusalNotice
from reports.contexts.withdrawal_confirmation import WithdrawalConfirmation

__all__ = [
    "ApprovedDocument",
    "CaseReference",
    "ConditionItem",
    "ConditionKind",
    "ConditionStage",
    "Contact",
    "DecisionContext",
    "DeviationRow",
    "DocumentContext",
    "FindingRow",
    "HearingLetter",
    "InformationRequest",
    "LetterPart",
    "Letterhead",
    "ParcelRow",
    "PermitNotice",
    "ReasonSection",
    "Receipt",
    "ReceivedDocument",
    "Recipient",
    "RefusalNotice",
    "RequestedItem",
    "SealInfo",
    "SealLevel",
    "Signatory",
    "SiteDrawing",
    "Summary",
    "TextBlockRef",
    "Verification",
    "WithdrawalConfirmation",
]

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
