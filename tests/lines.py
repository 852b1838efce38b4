"""Stories with Interesting lines, and what readers see of those: what tests of lines share."""

import re

from .builders import interesting, make_live
from .surfaces import address_of

LINE = re.compile(r'<section class="interesting"[^>]*>.*?</section>')


def line_to(target, words="Words", **said):
    said = "".join(f' data-{name}="{value}"' for name, value in said.items())
    return f'<aside data-interesting="{target}"{said}>{words}</aside>'


def pointing(*lines, headline="The story that points", **changes):
    """A live story with these lines, each a story or the line itself."""
    lines = [line if isinstance(line, str) else interesting(line) for line in lines]
    text = "".join(f"<p>Before.</p>{line}" for line in lines)
    return make_live(headline=headline, body=f"{text}<p>After.</p>", **changes)


def shown(client, article):
    """Label and headline of each line on the page."""
    html = client.get(address_of(article)).text
    lines = LINE.findall(html)
    assert html.count('class="interesting') == 2 * len(
        lines
    )  # the line and its label; no empty box
    return [
        (re.search(r'label"[^>]*>([^<]*):<', line)[1], re.search(r"<a [^>]*>([^<]*)<", line)[1])
        for line in lines
    ]
