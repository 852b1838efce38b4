"""``manage.py warm``: every page of the site into the page store, before readers ask."""

import time
from collections import Counter

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from newsroom import occupancy, silence

SAY_SECONDS = 2


class Command(BaseCommand):
    help = (
        "Render every page and feed that is not in the page store. "
        "Run again after it was cut short, it goes on where it stopped."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--rate", type=float, default=0, help="pages a second at most (default: as it can)"
        )

    def handle(self, *, rate, **options):
        from newsroom.serving import names_of_all, store_in

        served_at = occupancy.served_at(settings.DATA_DIR / "served")
        if served_at and not store_in(settings.PAGE_STORE_DIR).is_of_this_release():
            raise CommandError(
                f"The site is being served as {served_at}, with other settings or another version "
                f"than this command has ({settings.SITE_URL}). Its pages would all go. Give it the "
                "same settings, or first let the site take up the new ones."
            )
        from newsroom.wsgi import site

        silence.give_up_when(None)  # nobody waits for it
        began, said_at, done = time.monotonic(), time.monotonic(), Counter()
        try:
            names = list(dict.fromkeys(names_of_all()))
        except DatabaseError as error:
            raise CommandError(f"The database does not answer: {error}")
        for number, name in enumerate(names, 1):
            page = site.store.find(name, "identity", time.time())
            if page and page.is_fresh(time.time()):
                done["there"] += 1
            else:
                status = site.application.pages.refresh(name)
                done["made" if status < "500" else "failed"] += 1
                if rate:
                    time.sleep(max(0, began + done["made"] / rate - time.monotonic()))
            if time.monotonic() - said_at > SAY_SECONDS:
                said_at = time.monotonic()
                self.say(number, len(names), done, began)
        self.say(len(names), len(names), done, began)
        if done["failed"]:
            raise CommandError(f"{done['failed']} pages could not be made; run it again.")

    def say(self, number, total, done, began):
        speed = done["made"] / max(time.monotonic() - began, 0.001)
        self.stdout.write(
            f"{number}/{total} pages: {done['made']} made ({speed:.0f} a second), "
            f"{done['there']} were there"
        )
        self.stdout.flush()
