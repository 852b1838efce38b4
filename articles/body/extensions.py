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
    "History": True,
}


def allow_interesting(config, allowed):
    """``<aside data-interesting="ARTICLE_ID">headline at the time of writing</aside>``"""
    _allow(allowed, "aside", "data-interesting")


def allow_article_link(config, allowed):
    """``<a data-article="ID">words</a>``"""
    _allow(allowed, "a", "data-article")


def allow_picture(config, allowed):
    """``<figure data-image="ID">a caption of its own, or nothing</figure>``"""
    _allow(allowed, "figure", "data-image")


def _allow(allowed, tag, attribute):
    allowed["tags"].add(tag)
    allowed["attributes"].setdefault(tag, set()).add(attribute)
