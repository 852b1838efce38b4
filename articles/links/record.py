from articles.body import find_references
from articles.headlines import MAX_LENGTH, headline_key
from articles.models import Article, Edition, InterestingLink


def record(source: Article, html: str, *, edition: Edition | None = None) -> None:
    """Write a row for each Interesting line of ``html``, in place of those there were.

    ``edition`` None means the working copy. How a line came to be (its origin) is kept from the
    working copy's rows. Three queries, and one more where there are targets.
    """
    lines = find_references(html).lines
    before = source.lines_out.filter(edition=None)
    origins = {(row.target_id, row.headline_key): row.origin for row in before}
    wanted = {line.target for line in lines if line.target}
    known = set(Article.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    rows = []
    for line in lines:
        target, key = line.target if line.target in known else None, headline_key(line.headline)
        rows.append(
            InterestingLink(
                source=source,
                edition=edition,
                place=line.place,
                target_id=target,
                headline=line.headline[:MAX_LENGTH],
                headline_key=key,
                origin=origins.get((target, key), InterestingLink.Origin.BY_HAND),
            )
        )
    source.lines_out.filter(edition=edition).delete()
    InterestingLink.objects.bulk_create(rows)
