"""A line that names a story nobody has written yet waits for it, and finds it when it comes."""

from collections import defaultdict

from articles.body import fill_in_targets, find_references
from articles.headlines import headline_key
from articles.models import Article, Edition, InterestingLink


def identify(html: str, *, source: Article) -> str:
    """``html`` with each waiting line pointing at the article of that headline, if there is one.

    What the line found on an earlier occasion comes first, for a headline may have changed since;
    then a live article, then the newest. Two queries at most, none when no line waits.
    """
    waiting = {
        line.place: headline_key(line.headline)
        for line in find_references(html).lines
        if line.target is None
    }
    if not waiting:
        return html
    articles = Article.objects.filter(headline_key__in=set(waiting.values())).exclude(pk=source.pk)
    candidates = articles.with_state().values_list("headline_key", "pk", "live_version")
    found = {  # the last one stays: live before not live, then the newest
        key: pk for key, pk, _ in sorted(candidates, key=lambda c: (c[2] is not None, c[1]))
    }
    if source.pk:
        found |= dict(
            source.lines_out.filter(target__isnull=False, headline_key__in=set(waiting.values()))
            .order_by("pk")
            .values_list("headline_key", "target_id")
        )
    targets = {place: found[key] for place, key in waiting.items() if key in found}
    return fill_in_targets(html, targets)


def attach(article: Article) -> set[int]:
    """Let every line that waits for ``article``'s headline point at it, wherever it stands.

    Working copies and editions alike; their versions do not change, for their authors changed
    nothing. Returns the ids of the articles that hold such a line. Called on publishing.
    """
    rows = list(
        InterestingLink.objects.filter(target=None, headline_key=article.headline_key).exclude(
            source=article
        )
    )
    places = {"article": defaultdict(dict), "edition": defaultdict(dict)}
    for row in rows:
        kind, pk = ("edition", row.edition_id) if row.edition_id else ("article", row.source_id)
        places[kind][pk][row.place] = article.pk
    for model, kind in ((Article, "article"), (Edition, "edition")):
        holders = list(model.objects.only("pk", "body").filter(pk__in=places[kind]))
        for holder in holders:
            holder.body = fill_in_targets(holder.body, places[kind][holder.pk])
        model.objects.bulk_update(holders, ["body"], batch_size=200)
    InterestingLink.objects.filter(pk__in=[row.pk for row in rows]).update(target=article)
    return {row.source_id for row in rows}
