"""Building permit, simplified procedure (§ 63 NBauO): who acts next. The legal state is ``PermitCase.status``."""

from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.activation import Activation

from permits.models import DecisionState, PermitCase
from permits.services.completeness import current_round
from permits.services.registration import register_case
from permits.services.serving import provide_notice
from workflows.locks import waiting_lock
from workflows.models import CaseProcess
from workflows.nodes import Step, WorkerJob


class PermitFlow(flow.Flow):
    """Baugenehmigungsverfahren. Reads like the diagram; each function node is one service call."""

    process_class = CaseProcess
    lock_impl = waiting_lock
    process_title = "Baugenehmigungsverfahren"

    start = flow.StartHandle(this.begin).Annotation(title="Antrag eingereicht").Next(this.register)

    register = flow.Function(this.do_register).Annotation(title="Registrieren").Next(this.check_completeness)

    check_completeness = Step().Annotation(title="Vollständigkeit prüfen").Next(this.is_complete)

    is_complete = (
        flow.If(this.found_complete).Annotation(title="Vollständig?").Then(this.assess).Else(this.await_information)
    )

    await_information = Step().Annotation(title="Nachgeforderte Unterlagen einreichen").Next(this.check_completeness)

    assess = Step().Annotation(title="Fachlich prüfen").Next(this.draft_decision)

    draft_decision = Step().Annotation(title="Entscheidung entwerfen").Next(this.is_proposed)

    is_proposed = (
        flow.If(this.was_proposed).Annotation(title="Vorgelegt?").Then(this.second_signature).Else(this.assess)
    )

    second_signature = Step().Annotation(title="Zweitzeichnung").Next(this.is_signed)

    is_signed = (
        flow.If(this.was_signed).Annotation(title="Gezeichnet?").Then(this.issue_notice).Else(this.draft_decision)
    )

    issue_notice = WorkerJob("workflows.issue_notice").Annotation(title="Bescheid ausfertigen").Next(this.provide)

    provide = flow.Function(this.do_provide).Annotation(title="Bescheid bereitstellen").Next(this.await_service)

    await_service = Step().Annotation(title="Bekanntgabe an alle").Next(this.served)

    served = flow.End().Annotation(title="Bekannt gegeben")

    def begin(self, activation: Activation, *, case: PermitCase) -> CaseProcess:
        """Tie the new process to its case."""
        activation.process.case = case
        process: CaseProcess = activation.process
        return process

    def do_register(self, activation: Activation) -> None:
        """Number, receipt, first completeness round."""
        register_case(case=activation.process.case)

    def found_complete(self, activation: Activation) -> bool:
        """Whether the round just closed found the application complete."""
        return current_round(activation.process.case).complete is True

    def was_proposed(self, activation: Activation) -> bool:
        """Whether the draft was handed to the second signature (and not the assessment reopened)."""
        return _latest_state(activation) is DecisionState.PROPOSED

    def was_signed(self, activation: Activation) -> bool:
        """Whether the second person signed."""
        return _latest_state(activation) is DecisionState.SIGNED

    def do_provide(self, activation: Activation) -> None:
        """Begin service on every recipient."""
        case = activation.process.case
        provide_notice(case=case, document=case.decision.signed_version.notice)


def _latest_state(activation: Activation) -> DecisionState | None:
    case = PermitCase.objects.get(pk=activation.process.case_id)
    decision = getattr(case, "decision", None)
    version = decision.versions.order_by("-number").first() if decision else None
    return DecisionState(version.state) if version else None
