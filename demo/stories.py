"""The demo cases: what happened in each, day by day. Everything goes through the services and the real worker."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from demo.applications import DemoWorld, begin, complete_draft, describe, upload
from demo.worker import work_off_jobs
from permits import legal_time
from permits.models import (
    Channel,
    ConditionKind,
    ConditionStage,
    FindingKind,
    Outcome,
    PermitCase,
    ServiceOfNotice,
    Verdict,
)
from permits.services.assessment import add_condition, assign_case, review_result
from permits.services.communication import send_message, set_follow_up, write_note
from permits.services.completeness import add_finding
from permits.services.hearings import hold_hearing
from workflows import actions

Step = Callable[[DemoWorld, PermitCase], object]

CONDITIONS: tuple[Mapping[str, str], ...] = (
    {
        "kind": ConditionKind.CONDITION_PRECEDENT,
        "stage": ConditionStage.BEFORE_START,
        "text": "Mit den Bauarbeiten darf erst begonnen werden, wenn der geprüfte Standsicherheitsnachweis vorliegt.",
        "reason": "Der Nachweis wurde zurückgestellt.",
        "legal_basis": "§ 67 Abs. 3 NBauO",
    },
    {
        "kind": ConditionKind.REQUIREMENT,
        "stage": ConditionStage.BEFORE_START,
        "text": "Der Beginn der Bauarbeiten ist der Bauaufsicht mindestens eine Woche vorher anzuzeigen.",
        "reason": "Die Bauaufsicht muss die Bauarbeiten überwachen können.",
        "legal_basis": "§ 76 Abs. 1 NBauO",
    },
    {
        "kind": ConditionKind.REQUIREMENT,
        "stage": ConditionStage.BEFORE_USE,
        "text": "Vor Aufnahme der Nutzung sind die nicht überbauten Flächen als Grünflächen anzulegen.",
        "reason": "Versiegelung soll auf das Nötige begrenzt bleiben.",
        "legal_basis": "§ 9 Abs. 2 NBauO",
    },
    {
        "kind": ConditionKind.ADVISORY_NOTE,
        "stage": ConditionStage.GENERAL,
        "text": "Bodenfunde sind unverzüglich der Denkmalschutzbehörde zu melden.",
        "reason": "",
        "legal_basis": "",
    },
)
TENOR = "Die Baugenehmigung für das Vorhaben „{title}“ wird nach Maßgabe der beigefügten Bauvorlagen erteilt."
REFUSAL = "Der Antrag auf Erteilung einer Baugenehmigung für das Vorhaben „{title}“ wird abgelehnt."
REASONS = (
    "Das Vorhaben hält den Grenzabstand nach § 5 NBauO nicht ein.\n\n"
    "Eine Abweichung nach § 66 NBauO kommt nicht in Betracht, weil nachbarliche Belange entgegenstehen und keine "
    "besonderen Umstände des Grundstücks dargelegt sind."
)


@dataclass(frozen=True)
class Story:
    """One demo case: its site, how many days ago it was handed in, and what happened on which day since."""

    site: str
    days_ago: int
    steps: tuple[tuple[int, Step], ...] = ()
    authority: str = "musterstadt"
    portal: bool = True
    leave_out: str = ""
    submits: bool = True
    empty: bool = False


def _staff(world: DemoWorld, case: PermitCase, key: str = "officer") -> object:
    return world.people[f"other_{key}" if case.authority.slug == "beispielland" else key]


def _by(world: DemoWorld, case: PermitCase, key: str = "officer"):  # type: ignore[no-untyped-def]
    return _staff(world, case, key)


def assign(world: DemoWorld, case: PermitCase) -> None:
    officer = _by(world, case)
    actions.on_case(assign_case, case=case, by=officer, to=officer)


def confirm(world: DemoWorld, case: PermitCase) -> None:
    actions.confirm_completeness(case=case, by=_by(world, case))


def find_gap(world: DemoWorld, case: PermitCase) -> None:
    actions.on_case(
        add_finding,
        case=case,
        by=_by(world, case),
        kind=FindingKind.DOCUMENT_MISSING,
        document_type="2002",
        text="Der Schnitt fehlt. Bitte reichen Sie einen Schnitt im Maßstab 1:100 mit Geländehöhen nach.",
    )


def request(days: int) -> Step:
    def step(world: DemoWorld, case: PermitCase) -> None:
        due_on = legal_time.today() + dt.timedelta(days=days)
        actions.request_information(case=case, by=_by(world, case), due_on=due_on)

    return step


def answer(world: DemoWorld, case: PermitCase) -> None:
    site = next(site for site in world.town.sites if set(site.parcels) == _parcels(case))
    upload(world, case, [document for document in world.documents[site.key] if document.code == "2002"])
    actions.answer_request(case=case, by=world.people["designer"])


def _parcels(case: PermitCase) -> set[str]:
    return set(case.site.parcels.values_list("parcel_id", flat=True))


def review(world: DemoWorld, case: PermitCase) -> None:
    """Confirm every result; a borderline distance is accepted with a reason. A protected area stays what it is."""
    run = case.check_runs.first()
    for result in run.results.all() if run else []:
        verdict, reason = Verdict(result.verdict), ""
        noted = result.check_id == "overlays" and verdict == Verdict.BORDERLINE
        if verdict in (Verdict.BORDERLINE, Verdict.NOT_ASSESSABLE) and not noted:
            verdict, reason = Verdict.PASSED, "Nach Vergleich mit dem amtlichen Lageplan eingehalten."
        actions.on_case(review_result, case=case, by=_by(world, case), result=result, verdict=verdict, reason=reason)


def add_conditions(world: DemoWorld, case: PermitCase) -> None:
    for values in CONDITIONS:
        actions.on_case(add_condition, case=case, by=_by(world, case), values=values)


def talk(world: DemoWorld, case: PermitCase) -> None:
    owner = world.people["owner"]
    actions.on_case(
        send_message, case=case, by=owner, text="Guten Tag, können Sie schon sagen, wann die Prüfung beginnt?"
    )
    actions.on_case(
        send_message,
        case=case,
        by=_by(world, case),
        text="Guten Tag Frau Brandt, wir beginnen diese Woche. Den Stand sehen Sie jederzeit hier im Portal.",
    )
    actions.on_case(write_note, case=case, by=_by(world, case), text="Ortstermin nicht nötig, Luftbild genügt.")
    actions.on_case(
        set_follow_up,
        case=case,
        by=_by(world, case),
        due_on=legal_time.today() + dt.timedelta(days=14),
        text="Stellungnahme der unteren Wasserbehörde?",
    )


def finish(world: DemoWorld, case: PermitCase) -> None:
    actions.finish_assessment(case=case, by=_by(world, case))


def hear(world: DemoWorld, case: PermitCase) -> None:
    actions.on_case(
        hold_hearing,
        case=case,
        by=_by(world, case),
        text=REASONS,
        due_on=legal_time.today() + dt.timedelta(days=14),
    )


def draft(outcome: Outcome) -> Step:
    def step(world: DemoWorld, case: PermitCase) -> None:
        text = TENOR if outcome == Outcome.GRANTED else REFUSAL
        actions.save_decision(
            case=case,
            by=_by(world, case),
            outcome=outcome,
            operative_part=text.format(title=case.proposal.title),
            reasons="" if outcome == Outcome.GRANTED else REASONS,
        )

    return step


def propose(world: DemoWorld, case: PermitCase) -> None:
    actions.propose_decision(case=case, by=_by(world, case))


def send_back(world: DemoWorld, case: PermitCase) -> None:
    actions.return_decision(
        case=case,
        by=_by(world, case, "reviewer"),
        reason="Bitte die Auflage zum Baubeginn mit dem Nachweis der Standsicherheit abstimmen.",
    )


def sign(world: DemoWorld, case: PermitCase) -> None:
    version = case.decision.versions.order_by("-number").first()
    assert version is not None
    actions.sign_decision(case=case, by=_by(world, case, "reviewer"), content_sha256=version.content_sha256)


def _services(case: PermitCase) -> list[ServiceOfNotice]:
    return list(ServiceOfNotice.objects.filter(document__case=case).order_by("pk"))


def retrieve(world: DemoWorld, case: PermitCase) -> None:
    for service in _services(case):
        actions.record_retrieval(case=case, by=world.people["owner"], service=service)


def post(world: DemoWorld, case: PermitCase) -> None:
    for service in _services(case):
        if service.channel == Channel.POST:
            actions.record_posting(case=case, by=_by(world, case), service=service, posted_on=legal_time.today())


def let_pass(world: DemoWorld, case: PermitCase) -> None:
    for service in _services(case):
        actions.fail_unretrieved(case=case, service=service)


def withdraw(world: DemoWorld, case: PermitCase) -> None:
    actions.withdraw(case=case, by=world.people["owner"], reason="Wir planen neu.")


TO_GRANT: tuple[tuple[int, Step], ...] = (
    (1, assign),
    (3, confirm),
    (8, review),
    (9, add_conditions),
    (12, finish),
    (13, draft(Outcome.GRANTED)),
    (14, propose),
)
# In the order of the worklist's story: from drafts to closed cases. One per state that people will want to see.
STORIES = (
    Story("garage", 1, submits=False, empty=True),
    Story("giebelhaus", 2, submits=False),
    Story("zu_nah", 0),
    Story("grz_ueberschritten", 6, ((1, assign), (5, find_gap)), leave_out="2002"),
    Story("grenzfall_abstand", 20, ((1, assign), (4, find_gap), (5, request(28))), leave_out="2002"),
    Story("zwei_flurstuecke", 34, ((1, assign), (3, find_gap), (3, request(21)), (12, answer), (15, confirm)),
          leave_out="2002"),
    Story("einfamilienhaus", 26, ((1, assign), (4, confirm), (9, talk), (12, review))),
    Story("grenzfall_grz", 75, ((2, assign), (5, confirm))),
    Story("ueberbau", 30, ((1, assign), (4, confirm), (20, review), (24, hear))),
    Story("tiefgarage", 40, (*TO_GRANT,)),
    Story("ohne_wandhoehe", 45, (*TO_GRANT, (16, send_back))),
    Story("gewerbehalle", 60, (*TO_GRANT, (17, sign), (19, retrieve))),
    Story("anbau", 21, (*TO_GRANT, (17, sign))),
    Story("ersatzbau", 50, (*TO_GRANT, (17, sign), (33, let_pass))),
    Story("hohe_wand", 90, ((1, assign), (4, confirm), (20, review), (24, hear), (45, finish),
                            (46, draft(Outcome.REFUSED)), (47, propose), (50, sign), (52, post)), portal=False),
    Story("bauluecke", 33, ((1, assign), (9, withdraw))),
    Story("dorf_einfamilienhaus", 18, ((1, assign), (4, confirm)), authority="beispielland"),
    Story("dorf_halle", 44, (*TO_GRANT, (17, sign), (19, retrieve)), authority="beispielland"),
)  # fmt: skip


def tell(story: Story, world: DemoWorld, morning: dt.datetime) -> PermitCase:
    """Live through a story; ``morning`` is today at 9 o'clock in Berlin. Returns its case."""
    site = world.town.site(story.site)
    start = morning - dt.timedelta(days=story.days_ago)
    with legal_time.demo_time(start):
        authority = world.authorities[story.authority]
        if story.empty:
            case = begin(world, site, authority)
            describe(world, case, site)
            return case
        case = complete_draft(world, site, authority, portal=story.portal, leave_out=story.leave_out)
        if not story.submits:
            return case
        actions.submit(case=case, by=world.people["owner"])
        work_off_jobs()
    for hour, (day, step) in enumerate(story.steps):
        with legal_time.demo_time(start + dt.timedelta(days=day, minutes=5 * hour)):
            case = PermitCase.objects.get(pk=case.pk)
            step(world, case)
            work_off_jobs()
    return case
