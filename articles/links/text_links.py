from collections.abc import Iterable

from articles.models import Article, Edition, TextLink


def record_text_links(
    source: Article, targets: Iterable[int], *, edition: Edition | None = None
) -> None:
    """Write a row for each of the ``targets`` that a text links to, in place of those there were.

    ``edition`` None means the working copy. One query, two more where there are targets.
    """
    source.links_out.filter(edition=edition).delete()
    targets = set(targets) - {source.pk}
    if targets:
        known = Article.objects.filter(pk__in=targets).order_by("pk").values_list("pk", flat=True)
        TextLink.objects.bulk_create(
            TextLink(source=source, edition=edition, target_id=target) for target in known
        )
