"""Where a story stands, in the words that stand beside the buttons."""

from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format

from articles.models import FOREVER, Article

State = Article.State
_COLUMNS = "version", "live_from", "live_until", "withdrawn_at", "withdrawn_by", "withdrawal_reason"

_PUBLISHING = {
    State.LIVE: "Readers have this version already; publishing it again marks it as updated now.",
    State.CHANGED: "Readers get this version in place of the one they see.",
    State.SCHEDULED: "Replaces the plan: readers get it now, or at the moment you give.",
    State.WITHDRAWN: "Brings the story back, with this version.",
    State.EXPIRED: "Brings the story back, with this version.",
}


@dataclass(frozen=True)
class Standing:
    state: State
    label: str
    now: str  # what readers see, and until when
    publishing: str  # what the button Publish will do
    is_live: bool
    is_on_site: bool  # now or later, so that it can be withdrawn


def standing_of(article: Article | None) -> Standing:
    """``article`` comes from ``with_state``, None is one never saved. One query."""
    if article is None:
        return Standing(
            State.DRAFT,
            "New",
            "Not saved yet.",
            "Readers get it now, or at the moment you give.",
            is_live=False,
            is_on_site=False,
        )
    state, now = State(article.state), timezone.now()
    seen = article.editions.filter(live_until__gt=F("live_from"))  # what was called off is not
    editions = list(seen.only(*_COLUMNS).select_related("withdrawn_by").order_by("-live_from"))
    live = next((edition for edition in editions if edition.is_live(at=now)), None)
    to_come = [edition for edition in editions if edition.live_from > now]
    gone = next((edition for edition in editions if edition.live_from <= now), None)
    parts = []
    if live:
        began = _began(live, editions)
        parts.append(f"Readers have seen this story since {moment(began)}.")
        if live.version < article.version:
            parts.append(
                f"They see version {live.version}; version {article.version} is unpublished."
            )
        if live.live_until != FOREVER and not to_come:
            parts.append(f"It goes off the site on {moment(live.live_until)}.")
    elif state == State.WITHDRAWN and gone:
        by = f" by {gone.withdrawn_by}" if gone.withdrawn_by else ""
        parts.append(f"Withdrawn{by} on {moment(gone.withdrawn_at)}: {gone.withdrawal_reason}")
    elif state == State.EXPIRED and gone:
        parts.append(f"It went off the site on {moment(gone.live_until)}, as planned.")
    elif not to_come:
        parts.append("No reader has seen it.")
    for edition in reversed(to_come):
        until = "" if edition.live_until == FOREVER else f" until {moment(edition.live_until)}"
        parts.append(
            f"Version {edition.version} is planned from {moment(edition.live_from)}{until}."
        )
    return Standing(
        state,
        state.label,
        " ".join(parts),
        _PUBLISHING.get(state, "Readers get it now, or at the moment you give."),
        is_live=live is not None,
        is_on_site=bool(live or to_come),
    )


def moment(when) -> str:
    """In the newsroom's time zone: 3 Mar 2026, 14:05."""
    return date_format(timezone.localtime(when), "j M Y, H:i")


def _began(live, editions):
    """Since when the story has been on the site without a gap."""
    began = live.live_from
    for edition in editions:
        if edition.live_until == began:
            began = edition.live_from
    return began
