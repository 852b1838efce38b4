"""What readers see of lines and links, read off pages and feeds as they come."""

import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple
from xml.etree import ElementTree

from django.conf import settings

_STORY = re.compile(r"(?<!/archive)/\d{4}/\d\d/[^/\s\"<>?&#]+/")
_HEADLINE = re.compile(r'<h\d class="headline"><a href="([^"]*)"[^>]*>([^<]*)</a>')
_LINK = re.compile(r'<p>See (?:<a href="([^"]*)"[^>]*>)?([^<]*)(?:</a>)?\.</p>')  # machine.py
_IN_FEEDS = re.compile(
    r"<p><strong(?: lang=\"[^\"]*\")?>([^<]*):</strong> "
    r'<a href="([^"]*)"(?: lang="([^"]*)" dir="[a-z]+")?>([^<]*)</a></p>'
)
_ATOM = "{http://www.w3.org/2005/Atom}"
_ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"


class Line(NamedTuple):
    label: str
    path: str
    headline: str
    language: str | None  # if it is another than the story's


class _Lines(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.lines, self.within = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "section" and attributes.get("class") == "interesting":
            self.lines.append({"label": "", "headline": "", "named": attributes["aria-label"]})
            self.within = "section"
        elif self.within and tag == "span":
            self.within = "label"
        elif self.within and tag == "a":
            self.within = "headline"
            self.lines[-1] |= {"path": attributes["href"], "language": attributes.get("lang")}
        elif self.within and tag == "img":
            assert attributes["alt"] == ""

    def handle_endtag(self, tag):
        if tag == "section":
            self.within = ""
        elif self.within and tag in ("span", "a"):
            self.within = "section"

    def handle_data(self, text):
        if self.within in ("label", "headline"):
            self.lines[-1][self.within] += text


def lines_on_page(html: str) -> list[Line]:
    """As a reader meets them, and as a screen reader names them."""
    number = html.count("interesting-label")
    found = _Lines(html).lines if number or 'class="interesting"' in html else []
    assert len(found) == number  # there is no empty box
    for line in found:
        assert line.pop("named") == f"{line['label']} {line['headline']}"
        line["label"] = line["label"].removesuffix(":")
    return [Line(**line) for line in found]


def lines_in_feed(html: str) -> list[Line]:
    return [
        Line(unescape(label), _ours(href), unescape(headline), language or None)
        for label, href, language, headline in _IN_FEEDS.findall(html)
    ]


def links_in_text(html: str) -> list[tuple[str | None, str]]:
    """Where the words of each lead, if anywhere, and the words."""
    return [(_ours(href) or None, words) for href, words in _LINK.findall(html)]


def items_of(feed: bytes) -> dict[str, tuple[str, str]]:
    """Title and text of each story in a feed of any form, by its address."""
    if feed.startswith(b"{"):
        items = json.loads(feed)["items"]
        return {_ours(item["url"]): (item["title"], item["content_html"]) for item in items}
    root = ElementTree.fromstring(feed)
    if root.tag == "rss":
        return {
            _ours(item.findtext("link")): (item.findtext("title"), item.findtext(_ENCODED))
            for item in root.iter("item")
        }
    return {
        _ours(item.find(f"{_ATOM}link").get("href")): (
            item.findtext(f"{_ATOM}title"),
            item.findtext(f"{_ATOM}content"),
        )
        for item in root.iter(f"{_ATOM}entry")
    }


def told_to_machines(html: str) -> list[str]:
    """Where the page's own facts (JSON-LD) say that its lines lead."""
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    facts = [fact for script in scripts for fact in json.loads(script)["@graph"]]
    pages = [fact.get("mainEntityOfPage", fact) for fact in facts]
    return [_ours(url) for page in pages for url in page.get("relatedLink", [])]


def stories_named(text: str) -> set[str]:
    """The addresses of all stories that a page or feed leads to or speaks of."""
    return set(_STORY.findall(text))


def headlines_listed(html: str) -> list[tuple[str, str]]:
    """Address and headline of each story that stands in a list."""
    return [(path, unescape(headline)) for path, headline in _HEADLINE.findall(html)]


def _ours(url):
    return url.removeprefix(settings.SITE_URL)
