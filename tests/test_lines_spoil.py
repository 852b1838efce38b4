"""What a change of a story makes out of date where lines lead to it."""

import pytest
from django.utils import timezone

from articles import cache, links, publishing, rendering
from articles.models import Article, Edition, Spoil

from .builders import change_article, interesting, make_live, make_page, make_section
from .keeping import keys, spoiled_by
from .lines import pointing
from .surfaces import address_of

pytestmark = pytest.mark.django_db


def test_a_headline_spoils_the_pages_that_show_it_and_no_others(client):
    first, second = make_live(headline="First"), make_live(headline="Second")
    alone = {"tags": (), "authors": ()}
    pages = {
        "to the first": pointing(first, headline="A", section=make_section("One"), **alone),
        "to the second": pointing(second, headline="B", section=make_section("Two"), **alone),
        "to none": make_live(headline="C", section=make_section("Three"), **alone),
    }
    publishing.declare_follow_up(second, follows=first)

    def out_of_date(act):
        carried = {name: keys(client.get(address_of(article))) for name, article in pages.items()}
        spoiled = spoiled_by(act)
        return {name for name in pages if carried[name] & spoiled}

    def headline(article, words):
        change_article(article, headline=words)
        publishing.publish(article)

    assert out_of_date(lambda: headline(first, "Unseen")) == set()
    assert out_of_date(lambda: headline(second, "Seen")) == {"to the first", "to the second"}
    assert out_of_date(lambda: publishing.undo_follow_up(second, follows=first)) == {"to the first"}
    assert out_of_date(lambda: headline(first, "Seen again")) == {"to the first"}
    assert out_of_date(lambda: headline(second, "Once more")) == {"to the second"}
    assert out_of_date(lambda: publishing.withdraw(first)) == {"to the first"}


def test_a_headline_drops_from_the_store_exactly_the_pages_that_look_otherwise_then(reader):
    first, earlier, other = (
        make_live(headline=words, section=make_section(words), tags=(words,), authors=())
        for words in ("A", "B", "C")
    )
    publishing.declare_follow_up(first, follows=earlier)
    pinned = interesting(first).replace(">A<", ' data-pinned="">As it was called<')
    list_of_tag = f'<aside data-interesting="tag-{first.tags.get().pk}"></aside>'
    list_of_section = f'<aside data-interesting="section-{first.section_id}"></aside>'
    ways = {
        "by a line": interesting(first),
        "as what follows": interesting(earlier),
        "as the latest of a tag": list_of_tag,
        "as the latest of a section": list_of_section,
        "by a line and pinned words": interesting(first) + pinned,
        "by pinned words": pinned,
        "by pinned words and a line": pinned + interesting(first),  # one is enough
        "within the text": f'<p>See <a data-article="{first.pk}">it</a>.</p>',
        "to another": interesting(other),
        "in French by its headline": pinned.replace("As it was called", "A"),
        "in French by its next headline": pinned.replace("As it was called", "A bridge"),
        "in French by pinned words": pinned,
        "in Urdu by its headline": pinned.replace("As it was called", "A"),  # Latin letters tell
    }
    its_old_address = address_of(first)
    change_article(first, slug="bridge")
    publishing.publish(first)
    paths = {its_old_address: its_old_address}
    for n, (way, line) in enumerate(ways.items()):
        text = f"<p>One.</p>{line}<p>Two.</p>"
        far = {"section": make_section(f"Far {n}"), "tags": (), "authors": ()}
        said = {"body": text, "language": {"in F": "fr", "in U": "ur"}.get(way[:4], "en")}
        paths[way] = address_of(make_live(headline=f"Far {n}", **said, **far))
        paths[f"{way}, in a feed"] = f"/section/far-{n}/feed/{('', 'atom/', 'json/')[n % 3]}"
        paths[f"{way}, on a page"] = make_page(f"Page {n}", **said).get_absolute_url()
    for path in ("/", "/feed/", "/sitemap.xml", "/sitemap-news.xml", "/archive/", "/tag/a/"):
        paths[path] = path
    paths |= {story.headline: address_of(story) for story in (first, earlier, other)}
    reader.drain()
    before = {name: reader.get(path).body for name, path in paths.items()}
    kept = {name.path for name in reader.store.names()}
    assert set(paths.values()) <= kept

    change_article(first, headline="A bridge")
    publishing.publish(first, quiet=True)
    reader.drain()

    kept = {name.path for name in reader.store.names()}
    dropped = {name for name, path in paths.items() if path not in kept}
    otherwise = {name for name, path in paths.items() if reader.get(path).body != before[name]}
    assert dropped == otherwise
    shown = [*list(ways)[:5], "in French by its headline", "in French by its next headline"]
    places = {f"{way}{where}" for way in shown for where in ("", ", in a feed", ", on a page")}
    assert dropped == places | {"A", "/", "/feed/", "/sitemap-news.xml", "/tag/a/"}


def test_a_thousand_lines_to_one_story_are_gone_with_it(django_assert_max_num_queries):
    target, model = make_live(headline="The target"), pointing(make_live(headline="T"))
    edition = model.editions.get()
    lines = "<p>Before.</p>" + interesting(target)
    columns = {
        field.attname: getattr(edition, field.attname)
        for field in Edition._meta.concrete_fields
        if field.name not in ("id", "article", "path", "body")
    }
    articles = [
        Article(headline=f"S{n}", headline_key=f"s{n}", section_id=model.section_id, body=lines)
        for n in range(1000)
    ]
    Article.objects.bulk_create(articles)
    articles = list(Article.objects.filter(headline_key__startswith="s", body=lines).order_by("pk"))
    Edition.objects.bulk_create(
        Edition(article=article, path=f"/2026/01/s{n}/", body=lines, **columns)
        for n, article in enumerate(articles)
    )
    editions = list(Edition.objects.filter(article__in=articles))
    labels = links.Labels("Interesting", "en")

    def count():
        bodies = rendering.render_bodies(editions, at=timezone.now(), label=labels)
        keyed = sum(cache.address_key(target.pk) in body.keys for body in bodies.values())
        return sum(body.html.count('class="interesting"') for body in bodies.values()), keyed

    assert count() == (1000, 1000)

    with django_assert_max_num_queries(30):  # as many as for one
        publishing.withdraw(target)

    assert count() == (0, 1000)
    final = Spoil.objects.filter(is_final=True).values_list("key", flat=True)
    assert cache.address_key(target.pk) in final
