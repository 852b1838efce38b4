from articles.body import find_references
from articles.headlines import MAX_LENGTH, headline_key
from articles.models import Article, Edition, InterestingLink, Section, Tag

from .text_links import record_text_links


def record(source: Article, html: str, *, edition: Edition | None = None) -> None:
    """Write a row for each Interesting line of ``html``, in place of those there were.

    ``edition`` None means the working copy. How a line came to be (its origin and the reason) is
    what the text says of it; where it says nothing, what the working copy's rows knew. Links
    within the text get rows of their own. Four queries, and one or two more for each kind of target
    there is.
    """
    found = find_references(html)
    lines = found.lines
    before = {_identity(row): row for row in source.lines_out.filter(edition=None)}
    known = {
        "target": _there(Article, (line.target for line in lines)),
        "tag": _there(Tag, (line.tag for line in lines)),
        "section": _there(Section, (line.section for line in lines)),
    }
    rows = []
    for line in lines:
        to = {name: pk for name, pks in known.items() if (pk := getattr(line, name)) in pks}
        row = InterestingLink(
            source=source,
            edition=edition,
            place=line.place,
            target_id=to.get("target"),
            target_tag_id=to.get("tag"),
            target_section_id=to.get("section"),
            headline=line.headline[:MAX_LENGTH],
            headline_key="" if line.latest_of else headline_key(line.headline),
            label=line.label,
            is_pinned=line.is_pinned,
        )
        if line.origin:
            row.origin, row.reason = line.origin, line.reason
        elif earlier := before.get(_identity(row)):
            row.origin, row.reason = earlier.origin, earlier.reason
        rows.append(row)
    source.lines_out.filter(edition=edition).delete()
    InterestingLink.objects.bulk_create(rows)
    record_text_links(source, found.articles, edition=edition)


def _there(model, wanted):
    """Which of these ids are of things that are still there."""
    wanted = {pk for pk in wanted if pk}
    return set(model.objects.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else ()


def _identity(row):
    return row.target_id, row.target_tag_id, row.target_section_id, row.headline_key
