from collections.abc import Iterable

from articles.body import find_references
from articles.headlines import MAX_LENGTH, headline_key
from articles.models import Article, Edition, InterestingLink, Section, Tag

from .text_links import record_text_links


def record(source: Article, html: str, *, edition: Edition | None = None) -> None:
    """Write a row for each Interesting line of ``html``, in place of those there were.

    ``edition`` None means the working copy, whose rows are what ``line_rows`` goes by. Links
    within the text get rows of their own. Four queries, and one or two more for each kind of target
    there is.
    """
    before = source.lines_out.filter(edition=None)
    rows = line_rows([(edition or source, html, before)])
    source.lines_out.filter(edition=edition).delete()
    InterestingLink.objects.bulk_create(rows)
    record_text_links(source, find_references(html).articles, edition=edition)


def line_rows(
    texts: Iterable[tuple[Article | Edition, str, Iterable[InterestingLink]]],
) -> list[InterestingLink]:
    """The unsaved rows of the lines of ``texts``: working copies or editions, each with its HTML
    and the rows that knew of its lines before.

    How a line came to be (its origin and the reason) is what the text says of it; where it says
    nothing, what those rows knew. A query for each kind of target there is.
    """
    found = [(text, find_references(html).lines, before) for text, html, before in texts]
    lines = [line for _, lines, _ in found for line in lines]
    known = {
        "target": _there(Article, (line.target for line in lines)),
        "tag": _there(Tag, (line.tag for line in lines)),
        "section": _there(Section, (line.section for line in lines)),
    }
    rows = []
    for text, lines, before in found:
        earlier = {_identity(row): row for row in before}
        if isinstance(text, Edition):
            of = {"source_id": text.article_id, "edition": text}
        else:
            of = {"source": text}
        for line in lines:
            row = _row(line, known, of)
            if line.origin:
                row.origin, row.reason = line.origin, line.reason
            elif was := earlier.get(_identity(row)):
                row.origin, row.reason = was.origin, was.reason
            rows.append(row)
    return rows


def _row(line, known, of):
    to = {name: pk for name, pks in known.items() if (pk := getattr(line, name)) in pks}
    return InterestingLink(
        **of,
        place=line.place,
        target_id=to.get("target"),
        target_tag_id=to.get("tag"),
        target_section_id=to.get("section"),
        headline=line.headline[:MAX_LENGTH],
        headline_key="" if line.latest_of else headline_key(line.headline),
        label=line.label,
        is_pinned=line.is_pinned,
    )


def _there(model, wanted):
    """Which of these ids are of things that are still there."""
    wanted = {pk for pk in wanted if pk}
    return set(model.objects.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else ()


def _identity(row):
    return row.target_id, row.target_tag_id, row.target_section_id, row.headline_key
