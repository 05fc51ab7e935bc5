"""Make the demo: town, authorities, cast and cases."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.applications import DemoWorld
from demo.authorities import create_authorities
from demo.cast import CAST, PASSWORD, create_cast
from demo.layers import import_town, publish_town
from demo.plans.batch import documents_of_sites
from demo.stories import STORIES, tell
from demo.town.generate import generate_town
from permits import legal_time
from permits.models import PermitAuthority, PermitCase
from permits.services.sealing import demo_pki

BEFORE_THE_FIRST_CASE = dt.timedelta(days=200)


class Command(BaseCommand):
    """Idempotent: a demo that is there is left as it is; one that was interrupted goes on with the next case."""

    help = "Erzeugt Musterstadt mit Behörden, Personen und Vorgängen und nennt die Anmeldedaten."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demodaten gehören nicht in eine echte Installation (DEMO=0).")
        demo_pki()
        # The authorities have been at work since long before the first case.
        with legal_time.demo_time(legal_time.now() - BEFORE_THE_FIRST_CASE):
            authorities = create_authorities()
            people = create_cast(authorities)
        titles = _told_titles(authorities)
        missing = [story for story in STORIES if (story.authority, story.site) not in titles]
        if missing:
            self._say("Musterstadt wird gebaut …")
            town = generate_town()
            publish_town(import_town(town), authorities)
            remaining = [
                story for story in missing if (story.authority, town.site(story.site).parcels[0]) not in titles
            ]
            self._say("Bauvorlagen werden gezeichnet …")
            documents = documents_of_sites([story.site for story in remaining if not story.empty])
            world = DemoWorld(town=town, people=people, authorities=authorities, documents=documents)
            morning = dt.datetime.combine(legal_time.today(), dt.time(9), tzinfo=legal_time.BERLIN)
            # Told in the order in which they were handed in, so that case numbers rise with the days.
            for number, story in enumerate(sorted(remaining, key=lambda story: -story.days_ago), start=1):
                self._say(f"Vorgang {number} von {len(remaining)}: {town.site(story.site).title}")
                tell(story, world, min(morning, legal_time.now()))
        self._logins()

    def _say(self, text: str) -> None:
        self.stderr.write(text)
        self.stderr.flush()

    def _logins(self) -> None:
        width = max(len(person.email) for person in CAST)
        lines = [f"Demo-Anmeldungen (Kennwort für alle: {PASSWORD})"]
        lines += [
            f"  {person.email:<{width}}  {person.given_name} {person.family_name}, {person.task}" for person in CAST
        ]
        self.stdout.write("\n".join(lines))


def _told_titles(authorities: dict[str, PermitAuthority]) -> set[tuple[str, str]]:
    """Return (authority, first parcel) of the cases that are there."""
    told: set[tuple[str, str]] = set()
    for slug, authority in authorities.items():
        for case in PermitCase.objects.filter(authority=authority).select_related("site"):
            first = case.site.parcels.order_by("pk").values_list("parcel_id", flat=True).first()
            if first:
                told.add((slug, first))
    return told
