"""Where the circles of a graph stand: a pure sum, the same for the same graph every time.

Forces as of Fruchterman and Reingold (1991): all circles keep apart, those that are joined come
together, and each step is shorter than the one before. The work is bounded by STEPS and by how many
circles there may be: 60 take about a tenth of a second.
"""

import math
from collections.abc import Sequence

STEPS = 80
GOLDEN = math.pi * (3 - math.sqrt(5))  # radians: so spirals fill a disc evenly


def layout(
    count: int, edges: Sequence[tuple[int, int]], *, width: float, height: float, margin: float
) -> list[tuple[float, float]]:
    """A place for each of ``count`` circles within ``width`` × ``height``, ``margin`` from its rim.

    ``edges`` join circles by their numbers. The first ones begin in the middle.
    """
    if count == 0:
        return []
    if count == 1:
        return [(width / 2, height / 2)]
    ideal = 1 / math.sqrt(count)
    inwards = 4 * ideal  # nothing drifts away
    xs = [math.sqrt((n + 0.5) / count) / 2 * math.cos(n * GOLDEN) for n in range(count)]
    ys = [math.sqrt((n + 0.5) / count) / 2 * math.sin(n * GOLDEN) for n in range(count)]
    edges = sorted({tuple(sorted(edge)) for edge in edges if edge[0] != edge[1]})
    for step in range(STEPS):
        dx, dy = [-x * inwards for x in xs], [-y * inwards for y in ys]
        for a in range(count):
            xa, ya, fx, fy = xs[a], ys[a], 0.0, 0.0
            for b in range(a + 1, count):
                x, y = xa - xs[b], ya - ys[b]
                push = ideal * ideal / (x * x + y * y + 1e-9)
                fx += x * push
                fy += y * push
                dx[b] -= x * push
                dy[b] -= y * push
            dx[a] += fx
            dy[a] += fy
        for a, b in edges:
            x, y = xs[a] - xs[b], ys[a] - ys[b]
            pull = math.hypot(x, y) / ideal
            dx[a] -= x * pull
            dy[a] -= y * pull
            dx[b] += x * pull
            dy[b] += y * pull
        longest = 0.1 * (1 - step / STEPS) + 0.001
        for n in range(count):
            length = math.hypot(dx[n], dy[n]) or 1e-9
            by = min(length, longest) / length
            xs[n] += dx[n] * by
            ys[n] += dy[n] * by
    return list(zip(_fitted(xs, width, margin), _fitted(ys, height, margin), strict=True))


def _fitted(values, length, margin):
    low, high = min(values), max(values)
    span = (high - low) or 1
    return [round(margin + (value - low) / span * (length - 2 * margin), 1) for value in values]
