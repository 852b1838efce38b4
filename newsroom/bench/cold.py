"""Pages from the database: processor time and queries, beside a view that does nothing."""

from contextlib import ExitStack

from .archives import folder_of
from .processes import Probe
from .report import Bar, Say, table

LISTS = ("front", "section", "tag")  # which issue 4 holds to the same bar as an article
TIMES_BARE = 30
GROWTH = 1.2
GROWS = ("month's sitemap",)  # it names every story of a month, so no bar holds its growth


def measure(sizes: list[int], *, rounds: int, judged: int, say: Say) -> list[Bar]:
    """Bars hold for the archive of ``judged`` stories, and against the smallest."""
    with ExitStack() as stack:
        probes = {size: stack.enter_context(Probe(folder_of(size))) for size in sizes}
        queries = {size: probe.does("queries") for size, probe in probes.items()}
        measured = {size: [] for size in sizes}
        for _ in range(rounds):
            for size, probe in probes.items():
                measured[size].append(probe.does("cold"))
    best = {
        size: {kind: min(one[kind] for one in found) for kind in found[0]}
        for size, found in measured.items()
    }
    kinds = list(queries[sizes[0]])

    say("\nCold: pages rendered with no page store, processor time in ms")
    say(f"Best of {rounds} rounds; a bare view goes through the same handler and middleware.\n")
    shown = [f"{size:,}" for size in sizes]
    say(
        table(
            ["page", *shown, "growth", "× bare", "queries at", *shown],
            [
                [
                    kind,
                    *(f"{best[size][kind]:.2f}" for size in sizes),
                    f"{best[judged][kind] / best[sizes[0]][kind]:.2f}",
                    f"{best[judged][kind] / best[judged]['bare']:.1f}",
                    "",
                    *(queries[size].get(kind, 0) for size in sizes),
                ]
                for kind in ["bare", *kinds]
            ],
        )
    )
    return list(_bars(best, queries, kinds, first=sizes[0], judged=judged))


def _bars(best, queries, kinds, *, first, judged):
    def times_bare(kind):
        return best[judged][kind] / best[judged]["bare"]

    at = f"at {judged:,} stories"
    yield Bar("cold article, times a bare view", times_bare("article"), TIMES_BARE, at)
    worst = max(LISTS, key=times_bare)
    claim = "cold front, section and tag, times a bare view"
    yield Bar(claim, times_bare(worst), TIMES_BARE, f"{worst} {at}")
    for what, found in ("cold cost", best), ("queries", queries):
        growth = {
            kind: found[judged][kind] / found[first][kind] for kind in kinds if kind not in GROWS
        }
        worst = max(growth, key=growth.get)
        claim = f"growth of {what} from {first:,} to {judged:,} stories"
        yield Bar(claim, growth[worst], GROWTH, worst)
