"""Lines that nobody typed: older stories lead to a new one, and a story without lines gets some.

What changes by it is a line, and readers are told of nothing else: the story keeps its date, its
place in lists and feeds, and its date in sitemaps.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile

from django.db import transaction
from django.utils import timezone

from articles import links
from articles.body import find_references
from articles.body.placement import free_places, insert_line, without_lines_to
from articles.links.suggest import Proposal, Story, inbound, named, place_in
from articles.models import (
    AcceptedLine,
    AcceptedLines,
    Article,
    InterestingLink,
    RefusedLine,
)

from .editions import NotLive
from .holding import hold, locked
from .quiet import rewrite, texts_of

Origin = InterestingLink.Origin


class NothingFits(ValueError):
    """None of the chosen stories can have the line any more."""


def proposals(article: Article) -> list[Proposal]:
    """The older stories that could lead to ``article``, as readers see all of them now.

    Raises NotLive: no line leads to what readers cannot open.
    """
    now = timezone.now()
    return _proposed(_live(article, at=now), at=now)


def _live(article, *, at):
    live = article.editions.live(at=at).first()
    if live is None:
        raise NotLive(f"“{article.headline}” is not live, so no line can lead to it.")
    return live


def _proposed(edition, *, at):
    return inbound(Story.of(edition), older_than=edition.published_at, at=at)


@dataclass(frozen=True)
class Accepted:
    act: AcceptedLines
    skipped: tuple[str, ...]  # why, of each chosen story that has no such place any more


@transaction.atomic
def accept(article: Article, *, chosen: Mapping[int, str], by=None) -> Accepted:
    """Put a line to ``article`` into live stories, as one act.

    ``chosen`` has for the id of each story the paragraph that its line shall follow, as proposed.
    Each gets an edition that repeats what readers see now, with the line; nothing unpublished comes
    with it. Its working copy and what is planned for it get the line as well, after the same
    paragraph or where there is room. A story that has changed meanwhile is skipped. Raises NotLive,
    or NothingFits when all are.
    """
    article, now = locked(article), timezone.now()
    live = _live(article, at=now)
    story = Story.of(live)
    offered = {proposal.source: proposal for proposal in _proposed(live, at=now)}
    texts = texts_of(hold(chosen.keys() & offered.keys()), at=now)
    named_in = named(story, (text.body for held in texts for text in held))
    follow_ups = links.follow_ups_of(named_in, at=now)
    bodies, led = {}, []
    for held in texts:
        source = held.copy.pk
        more = _with_line(held, story, offered[source], chosen[source], follow_ups)
        if held.live in more:
            bodies |= more
            led.append(source)
    if not led:
        raise NothingFits("These stories have changed meanwhile; look at them again.")
    editions = rewrite(texts, bodies, at=now, by=by)
    act = AcceptedLines.objects.create(target=article, accepted_at=now, accepted_by=by)
    AcceptedLine.objects.bulk_create(
        AcceptedLine(act=act, source_id=source, edition=editions[source]) for source in led
    )
    left = sorted(chosen.keys() - set(led))
    headlines = dict(Article.objects.filter(pk__in=left).values_list("pk", "headline"))
    headlines |= {pk: proposal.headline for pk, proposal in offered.items()}  # as readers know it
    return Accepted(act, tuple(headlines[pk] for pk in left if pk in headlines))


def _with_line(texts, story, proposal, paragraph, follow_ups):
    """The bodies of those of ``texts`` that can lead to ``story``: what readers see only after
    ``paragraph``."""
    bodies = {}
    for text in texts:
        place = place_in(text.body, story, follow_ups, source=proposal.source)
        if place is None:
            continue
        same = (free for free in free_places(text.body) if free.before == paragraph)
        place = next(same, None if text is texts.live else place)
        if place:
            bodies[text] = insert_line(
                text.body,
                place,
                target=story.article,
                headline=story.headline,
                origin=Origin.SUGGESTION,
                reason=proposal.reason.why(),
            )
    return bodies


@transaction.atomic
def take_back(act: AcceptedLines, *, by=None) -> int:
    """Remove the lines of ``act`` again, all of them; how many stories readers see without it.

    What else has changed in those stories since stays, and so does a line that somebody put in
    after that of the act had gone. Done once more it does nothing.
    """
    sources = list(hold(act.lines.values("source")))
    now = timezone.now()
    texts = texts_of(sources, at=now)
    open_acts = AcceptedLines.objects.filter(pk=act.pk, taken_back_at=None)
    if not open_acts.update(taken_back_at=now, taken_back_by=by):
        return 0
    act.refresh_from_db()
    bodies, target = {}, act.target_id
    lines = {line.source_id: line for line in act.lines.select_related("edition")}
    for held in texts:
        for text in _put_in_by(act, lines[held.copy.pk].edition, held, at=now):
            bodies[text] = without_lines_to(text.body, target, origin=Origin.SUGGESTION)
    return len(rewrite(texts, bodies, at=now, by=by))


def _put_in_by(act, edition, texts, *, at):
    """Those of ``texts`` with a line that ``act`` put in; ``edition`` was the first with it.

    It is another's where it was gone since: from a version of the working copy up to that which
    the text was made from, or from what readers saw. Moved and moved back it is still the same.
    """
    story, back = texts.copy, act.target.moved_lines.filter(taken_back_at__isnull=False)
    back = set(back.filter(moved_at__gte=act.accepted_at).values_list("to", flat=True))

    def has_it(html):
        return any(
            (line.target == act.target_id and line.origin == Origin.SUGGESTION)
            or line.target in back
            for line in find_references(html).lines
        )

    saved = story.revisions.order_by("version").values_list("version", "content__body")
    own = saved.filter(saved_at=act.accepted_at).last()  # none where there was no room
    since = saved.filter(version__gte=own[0]) if own else ()
    with_it = {version for version, _ in takewhile(lambda row: has_it(row[1]), since)}
    seen = story.editions.once_live(at=at).filter(live_from__gte=edition.live_from)
    is_seen = all(map(has_it, seen.values_list("body", flat=True)))
    written = saved.filter(version__in=[text.version for text in texts])
    written = dict(written.filter(saved_at__lt=act.accepted_at))

    def is_its(text):
        if text is texts.live:
            if not is_seen:
                return False
            if text.version == edition.version:  # it has been this one since
                return True
        if text.version in with_it:
            return True
        # Planned before the act; what was not written with the line got it.
        return text.version in written and not has_it(written[text.version])

    return [text for text in texts if has_it(text.body) and is_its(text)]


@transaction.atomic
def refuse_lines(article: Article, *, targets: Iterable[int], by=None) -> int:
    """Let no automatic line of ``article`` show these stories (ids), until they are allowed again.

    Those that readers see go, quietly, and so do those that are planned. How many readers saw.
    """
    article, now = locked(article), timezone.now()
    targets = set(Article.objects.filter(pk__in=set(targets)).values_list("pk", flat=True))
    rows = [RefusedLine(source=article, target_id=pk, refused_by=by) for pk in sorted(targets)]
    RefusedLine.objects.bulk_create(rows, ignore_conflicts=True)
    (texts,) = texts_of([article], at=now)
    lines = {text: find_references(text.body).targets for text in texts}
    follow_ups = links.follow_ups_of(targets.union(*lines.values()), at=now)
    refused = {follow_ups.shown(pk, source=article.pk) for pk in targets}
    bodies = {}
    for text, found in lines.items():
        html = text.body
        for target in found:
            if follow_ups.shown(target, source=article.pk) in refused:
                html = without_lines_to(html, target, origin=Origin.AUTOMATIC)
        bodies[text] = html
    seen = texts.live.body if texts.live else ""
    again = rewrite([texts], bodies, at=now, by=by)
    if article.pk not in again:
        return 0
    left = find_references(again[article.pk].body).lines
    return len(find_references(seen).lines) - len(left)


@transaction.atomic
def allow_lines(article: Article, *, targets: Iterable[int]) -> int:
    """Let automatic lines of ``article`` lead to these stories (ids) again; how many were refused.

    Editions are frozen, so readers see such a line once the story is published again.
    """
    return article.refused_lines.filter(target__in=set(targets)).delete()[0]
