"""The domain, one module per theme."""

from permits.models.access import AccessGrant, Level
from permits.models.attempts import AttemptCount
from permits.models.audit import AuditChain, AuditEvent, AuditPayload, AuditSeal
from permits.models.authority import CadastralDistrict, Membership, PermitAuthority, Role
from permits.models.case import (
    OPEN_STATUSES,
    CaseNumberCounter,
    CaseRelation,
    CaseStatus,
    PermitCase,
    RelationKind,
    Submission,
)
from permits.models.check_run import CheckResult, CheckRun, ResultReview, Verdict
from permits.models.clock import ClockEvent, ClockEventKind
from permits.models.communication import FollowUp, InternalNote, Message, OutgoingMail
from permits.models.completeness import AdditionalInformationRequest, CompletenessCheck, Finding, FindingKind
from permits.models.decision import (
    Condition,
    ConditionKind,
    ConditionStage,
    Decision,
    DecisionAct,
    DecisionContributor,
    DecisionState,
    DecisionVersion,
    Hearing,
    Outcome,
)
from permits.models.document import DocumentVersion, SitePlanVersion, StoredFile, SubmittedDocument
from permits.models.layer import LayerPublication, LayerSnapshot
from permits.models.letters import LetterheadVersion, LetterPartVersion, LetterPlace
from permits.models.notice import Channel, IssuedDocument, ServiceOfNotice, ServiceState
from permits.models.notice_change import ChangeKind, ChangeState, NoticeChange, RemedyEffect
from permits.models.people import Assurance, Identity, Organisation, OrganisationMember, User
from permits.models.plan import BindingPlan, PlanPublication, PlanSnapshot
from permits.models.proposal import Building, Party, PartyRole, Proposal, Site, SiteParcel
from permits.models.register import RegisterAct, RegisterCounter, RegisterEntry
from permits.models.result_drawing import ResultDrawing
from permits.models.seal import SealRelease, SealRequest, SealRequestState, SealUse, SealUseResult
from permits.models.signature import SignatureReport
from permits.models.text_blocks import TextBlock, TextBlockDecline, TextBlockOffer, TextBlockVersion

__all__ = [
    "OPEN_STATUSES",
    "AccessGrant",
    "AdditionalInformationRequest",
    "Assurance",
    "AttemptCount",
    "AuditChain",
    "AuditEvent",
    "AuditPayload",
    "AuditSeal",
    "BindingPlan",
    "Building",
    "CadastralDistrict",
    "CaseNumberCounter",
    "CaseRelation",
    "CaseStatus",
    "ChangeKind",
    "ChangeState",
    "Channel",
    "CheckResult",
    "CheckRun",
    "ClockEvent",
    "ClockEventKind",
    "CompletenessCheck",
    "Condition",
    "ConditionKind",
    "ConditionStage",
    "Decision",
    "DecisionAct",
    "DecisionContributor",
    "DecisionState",
    "DecisionVersion",
    "DocumentVersion",
    "Finding",
    "FindingKind",
    "FollowUp",
    "Hearing",
    "Identity",
    "InternalNote",
    "IssuedDocument",
    "LayerPublication",
    "LayerSnapshot",
    "LetterPartVersion",
    "LetterPlace",
    "LetterheadVersion",
    "Level",
    "Membership",
    "Message",
    "NoticeChange",
    "Organisation",
    "OrganisationMember",
    "Outcome",
    "OutgoingMail",
    "Party",
    "PartyRole",
    "PermitAuthority",
    "PermitCase",
    "PlanPublication",
    "PlanSnapshot",
    "Proposal",
    "RegisterAct",
    "RegisterCounter",
    "RegisterEntry",
    "RelationKind",
    "RemedyEffect",
    "ResultDrawing",
    "ResultReview",
    "Role",
    "SealRelease",
    "SealRequest",
    "SealRequestState",
    "SealUse",
    "SealUseResult",
    "ServiceOfNotice",
    "ServiceState",
    "SignatureReport",
    "Site",
    "SiteParcel",
    "SitePlanVersion",
    "StoredFile",
    "Submission",
    "SubmittedDocument",
    "TextBlock",
    "TextBlockDecline",
    "TextBlockOffer",
    "TextBlockVersion",
    "User",
    "Verdict",
]
