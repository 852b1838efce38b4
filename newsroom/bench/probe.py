"""A process with one archive that does what each line on its standard input says.

``["cold", {…}]`` in, JSON out; the acts are the functions of ``ACTS``. It ends with its input, and
takes back what it published.
"""

import json
import secrets
import sys
import time
from io import BytesIO

BARE = "/bench-bare/"  # a view that does nothing (``urls``)
# As long for a bare view as for a feed, so that both run with the processor's caches full of
# their own code: one bare view between two stories costs half as much again.
WINDOW_SECONDS = 0.04
LIKE = {"tags": 4, "authors": 1, "lines": 1, "words": 400}  # the stories that are compared
STORIES, LOOKED_AT = 10, 40
STAFF, OTHERS = "bench-editor-", 60
FORMS = ("", "feed/", "feed/atom/", "feed/json/")
TAGS = ("council", "elections", "economy", "ferries")  # the four most used of an archive


class Cold:
    """Pages through the whole WSGI handler of Django, with no page store around it."""

    def __init__(self):
        from django.conf import settings
        from django.core.wsgi import get_wsgi_application

        settings.ROOT_URLCONF = "newsroom.bench.urls"
        self.application = get_wsgi_application()
        self.paths = paths_of_kinds()

    def queries(self) -> dict[str, int]:
        """The most that a page of each kind asks; also fills whatever a first request fills."""
        from django.db import connection

        for path in (BARE, *(path for paths in self.paths.values() for path in paths)):
            self.get(path)
        found = {}
        for kind, paths in self.paths.items():
            found[kind] = 0
            for path in paths:
                asked = []

                def note(execute, *arguments, asked=asked):
                    asked.append(arguments[0])
                    return execute(*arguments)

                with connection.execute_wrapper(note):
                    self.get(path)
                found[kind] = max(found[kind], len(asked))
        return found

    def round(self) -> dict[str, float]:
        """Milliseconds of processor time of each kind of page, and under ``bare``."""
        return {kind: self.mean(paths) for kind, paths in ({"bare": [BARE]} | self.paths).items()}

    def mean(self, paths):
        calls, began = 0, time.thread_time()
        while (spent := time.thread_time() - began) < WINDOW_SECONDS:
            for path in paths:
                self.get(path)
            calls += len(paths)
        return spent * 1000 / calls

    def get(self, path):
        path, _, query = path.partition("?")
        said = []
        answer = self.application(
            {
                "REQUEST_METHOD": "GET",
                "SCRIPT_NAME": "",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "SERVER_NAME": "127.0.0.1",
                "SERVER_PORT": "8000",
                "SERVER_PROTOCOL": "HTTP/1.1",
                "HTTP_HOST": "127.0.0.1:8000",
                "HTTP_ACCEPT_ENCODING": "gzip",
                "wsgi.url_scheme": "http",
                "wsgi.input": BytesIO(),
                "wsgi.errors": sys.stderr,
            },
            lambda status, headers: said.append(status),
        )
        b"".join(answer)
        answer.close()
        if said != ["200 OK"]:
            raise ValueError(f"{path} answers {said}")


def paths_of_kinds():
    from articles.models import Author, Edition, Section, Tag
    from articles.public.lists import key_of

    section = Section.objects.get(position=1).get_absolute_url()
    live = Edition.objects.live()
    oldest = live.order_by("published_at", "article")
    deep = key_of(oldest[min(300, live.count() // 2)])
    return {
        "front": ["/"],
        "article": [edition.path for edition in stories_alike(live)],
        "section": [section],
        "tag": [Tag.objects.get(name=TAGS[0]).get_absolute_url()],
        "author": [Author.objects.order_by("pk").first().get_absolute_url()],
        "feed": [form for name in FORMS[1:] for form in (f"/{name}", section + name)],
        "deep page": [f"/?before={deep}", f"{section}?before={deep}"],
        "sitemap": ["/sitemap.xml"],
        "month's sitemap": [f"/sitemap-{live.newest_first()[0].published_at:%Y-%m}.xml"],
    }


def stories_alike(live):
    """Stories from all parts of the archive whose pages show as much in each archive."""
    last = live.order_by("pk").last().pk
    for part in range(STORIES):
        some = live.filter(pk__gte=max(1, last * part // STORIES)).order_by("pk")[:LOOKED_AT]
        some = some.prefetch_related("tag_rows", "author_rows", "lines")
        yield min(some, key=_difference)


def _difference(edition):
    return (
        abs(edition.tag_rows.count() - LIKE["tags"]),
        abs(edition.author_rows.count() - LIKE["authors"]),
        abs(edition.lines.count() - LIKE["lines"]),
        abs(edition.word_count - LIKE["words"]),
    )


class Desk:
    """An editor who saves and publishes, and whose stories are taken back at the end."""

    def __init__(self):
        from django.conf import settings

        from articles.models import Article, Author, Section, Source

        settings.PAGE_STORE_DIR.mkdir(exist_ok=True)  # so that it is told of each change
        self.last = Source.objects.order_by("article").last().article_id
        self.clean()
        self.author = Author.objects.order_by("pk").first()
        self.section = Section.objects.get(position=1)
        self.target = Article.objects.get(pk=self.last)
        self.body = f"<p>{'It is measured again. ' * 60}</p>" * 4
        self.story = None

    def publish(self) -> list[float]:
        """Milliseconds of processor and of wall time for a new story of four tags and one line."""
        from articles.models import Article

        words = f"How long it takes, measured at {time.time_ns()}"
        cpu, wall = time.process_time(), time.perf_counter()
        self.story = self.write(Article(), headline=words)
        return [(time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000]

    def change(self, headline: str) -> list[str]:
        """Publish the story under this headline: the paths of all pages that show it."""
        from articles.models import Article

        stored = Article.objects.get(pk=self.story.pk) if self.story else Article()
        self.story = self.write(stored, headline=headline)
        tags = self.story.tags.all()
        homes = ["/", *(thing.get_absolute_url() for thing in (self.section, self.author, *tags))]
        path = self.story.editions.order_by("-number").first().path
        return [path, *(home + form for home in homes for form in FORMS)]

    def staff(self, number: int) -> dict:
        """So many editors who may sign in, each with a story; and what else readers ask for."""
        from django.contrib.auth import get_user_model

        from articles.models import Article, Edition

        password, stories = secrets.token_urlsafe(), []
        for n in range(number):
            name = f"{STAFF}{n}"
            get_user_model().objects.create_superuser(name, password=password)
            article = self.write(Article(), headline=f"The story of {name}")
            self.story = article
            stories.append(
                {
                    "editor": name,
                    "form": f"/admin/articles/article/{article.pk}/change/",
                    "shown_on": self.change(f"The story of {name}, told again"),
                }
            )
        live = Edition.objects.live().filter(article__lte=self.last).newest_first()
        others = [edition.path for edition in live.only("path")[:OTHERS]]
        return {"password": password, "stories": stories, "others": others}

    def write(self, article, **changes):
        from articles import publishing

        line = f'<aside data-interesting="{self.target.pk}">{self.target.headline}</aside>'
        content = {
            "section": self.section,
            "authors": (self.author,),
            "tags": TAGS,
            "body": self.body + line + "<p>The end.</p>",
        } | changes
        article = publishing.save(article, base_version=article.version, **content)
        publishing.publish(article)
        return article

    def clean(self) -> None:
        """What is not of the archive goes; a run that was killed may have left some."""
        from django.contrib.auth import get_user_model

        from articles.models import Article, Edition

        Edition.objects.filter(article__gt=self.last).delete()
        Article.objects.filter(pk__gt=self.last).delete()
        get_user_model().objects.filter(username__startswith=STAFF).delete()


def main():
    import django

    django.setup()
    from . import lines, suggest
    from .web import Web

    made = {}

    def the(kind):
        return made.get(kind) or made.setdefault(kind, kind())

    acts = {
        "queries": lambda: the(Cold).queries(),
        "cold": lambda: the(Cold).round(),
        "publish": lambda: the(Desk).publish(),
        "staff": lambda number: the(Desk).staff(number),
        "change": lambda headline: the(Desk).change(headline),
        "suggest": suggest.asked,
        "point": lambda number: lines.point(the(Desk), number),
        "lead": lambda what: lines.lead(the(Desk), what),
        "paths": lambda: the(Cold).paths,
        "web": lambda: the(Web).round(),
    }
    try:
        for line in sys.stdin:
            act, how = json.loads(line)
            print(json.dumps(acts[act](**how)), flush=True)
    finally:
        if Desk in made:
            made[Desk].clean()
        if Web in made:
            made[Web].close()


if __name__ == "__main__":
    main()
