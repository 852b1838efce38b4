"""What a body may hold: one list for the editor's buttons and for the sanitiser's allow-list."""

EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Subscript": True,
    "Superscript": True,
    "Heading": {"levels": [2, 3]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
    "Interesting": {},
    "ArticleLink": {},
    "Picture": {},
    "Gallery": {},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "Footnote": {},
    "PullQuote": {},
    "Embed": {},
    "History": True,
}


def allow_interesting(config, allowed):
    """``<aside data-interesting="ARTICLE_ID">headline at the time of writing</aside>``; what else
    it may say of itself stands in ``lines.py``."""
    for name in ("interesting", "label", "pinned", "origin", "reason"):
        _allow(allowed, "aside", f"data-{name}")


def allow_article_link(config, allowed):
    """``<a data-article="ID">words</a>``"""
    _allow(allowed, "a", "data-article")


def allow_picture(config, allowed):
    """``<figure data-image="ID">a caption of its own, or nothing</figure>``"""
    _allow(allowed, "figure", "data-image")


def allow_gallery(config, allowed):
    """``<section data-gallery="a title, or nothing">`` around figures of images"""
    _allow(allowed, "section", "data-gallery")


def allow_table(config, allowed):
    """``<table><caption>…</caption><tbody><tr><th>…``; what heads what is found later."""
    allowed["tags"] |= {"table", "caption", "tbody", "tr"}
    for cell in ("th", "td"):
        _allow(allowed, cell, "colspan")
        _allow(allowed, cell, "rowspan")


def allow_footnote(config, allowed):
    """``<span data-footnote="">the words of the note</span>``, where its number will stand"""
    _allow(allowed, "span", "data-footnote")


def allow_pull_quote(config, allowed):
    """``<aside data-quote="who said it, or nothing">words</aside>``"""
    _allow(allowed, "aside", "data-quote")


def allow_embed(config, allowed):
    """``<figure data-embed="https://address-of-a-provider/">title</figure>``"""
    _allow(allowed, "figure", "data-embed")


def _allow(allowed, tag, attribute):
    allowed["tags"].add(tag)
    allowed["attributes"].setdefault(tag, set()).add(attribute)
