"""Two people wrote on the same version. Nothing that either typed is lost."""

from dataclasses import dataclass

from django.http import QueryDict

from articles import body
from articles.models import Article, Revision
from articles.publishing import Content

from .compare import LABELS, Compared, compare
from .form import as_posted


@dataclass(frozen=True)
class Conflict:
    """Their save came first; ``posted`` is ours, fit to be sent again over theirs.

    A field that we left as it was comes back with their text, because nothing was typed there. What
    both changed is in ``differences``: theirs on the left, ours on the right, ours in the form.
    """

    revision: Revision | None  # theirs
    differences: list[Compared]
    taken_over: list[str]  # labels of fields that only they changed
    posted: QueryDict


def conflict_of(current: Article, *, base_version: int, mine: dict, posted: QueryDict) -> Conflict:
    """``mine`` are fields of Content as typed, ``posted`` what the browser sent."""
    theirs, mine = Content.of(current), _as_kept(Content(**mine))
    base = current.revisions.filter(version=base_version).first()
    base = base and Content.from_json(base.content)
    posted = posted.copy()
    posted["base_version"] = str(current.version)
    differences, taken_over = [], []
    for compared in compare(theirs, mine):
        name = compared.name
        if getattr(theirs, name) == getattr(mine, name):
            continue
        if base and getattr(mine, name) == getattr(base, name):
            taken_over.append(LABELS[name])
            field = "byline" if name == "authors" else name
            posted.setlist(field, as_posted(theirs)[name])
        else:
            differences.append(compared)
    revision = current.revisions.select_related("saved_by").first()
    return Conflict(revision, differences, taken_over, posted)


def _as_kept(content):
    try:
        return content.cleaned()
    except body.BodyRefused:
        return content
