"""Make the demo: town, authorities, cast and cases."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.applications import DemoWorld
from demo.authorities import create_authorities
from demo.cast import CAST, PASSWORD, create_cast
from demo.layers import import_town, publish_town
from demo.letter_parts import seed_letter_parts
from demo.models import ToldStory
from demo.plans.batch import documents_of_sites
from demo.stories import STORIES, tell
from demo.text_blocks import seed_text_blocks
from demo.town.generate import generate_town
from permits import legal_time
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
            seed_text_blocks(authorities)
            seed_letter_parts(authorities["musterstadt"], people["admin"])
        told = set(ToldStory.objects.values_list("authority", "site"))
        missing = [story for story in STORIES if (story.authority, story.site) not in told]
        if missing:
            self._say("Musterstadt wird gebaut …")
            town = generate_town()
            publish_town(import_town(town), authorities)
            # Told in the order in which they were handed in, so that case numbers rise with the days.
            missing.sort(key=lambda story: -story.days_ago)
            morning = dt.datetime.combine(legal_time.today(), dt.time(9), tzinfo=legal_time.BERLIN)
            with documents_of_sites([story.site for story in missing if not story.empty]) as documents:
                world = DemoWorld(town=town, people=people, authorities=authorities, documents=documents)
                for number, story in enumerate(missing, start=1):
                    self._say(f"Vorgang {number} von {len(missing)}: {town.site(story.site).title}")
                    ToldStory.objects.create(authority=story.authority, site=story.site)
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
