"""The word before an Interesting line, in the language of the story that it stands in."""

from dataclasses import dataclass, field

from articles.body import Label
from articles.languages import direction_of
from articles.models import Publication

# What a publication that says nothing else says. Colons are put behind them.
INTERESTING = {
    "ar": "مثير للاهتمام", "bn": "আকর্ষণীয়", "de": "Interessant", "en": "Interesting",
    "es": "Interesante", "fa": "خواندنی", "fr": "À lire", "he": "מעניין", "hi": "रोचक",
    "id": "Menarik", "it": "Interessante", "ja": "注目", "ko": "흥미로운 기사", "nl": "Interessant",
    "pl": "Ciekawe", "ps": "په زړه پورې", "pt": "Interessante", "ru": "Интересно", "sd": "دلچسپ",
    "sv": "Intressant", "sw": "Ya kuvutia", "tr": "İlginç", "uk": "Цікаво", "ur": "دلچسپ",
    "zh": "值得一读",
}  # fmt: skip
LATEST = {
    "ar": "الأحدث عن %s", "bn": "%s নিয়ে সর্বশেষ", "de": "Das Neueste zu %s", "en": "Latest on %s",
    "es": "Lo último sobre %s", "fa": "تازه‌ترین درباره %s", "fr": "Le dernier article sur %s",
    "he": "החדש ביותר על %s", "hi": "%s पर ताज़ा", "id": "Terbaru tentang %s",
    "it": "Le ultime su %s", "ja": "%sの最新記事", "ko": "%s 최신 기사",
    "nl": "Het laatste over %s",
    "pl": "Najnowsze o: %s", "ps": "د %s تازه", "pt": "O mais recente sobre %s",
    "ru": "Последнее по теме «%s»", "sd": "%s بابت تازو", "sv": "Senaste om %s",
    "sw": "Habari mpya kuhusu %s", "tr": "%s hakkında son haber",
    "uk": "Останнє на тему «%s»", "ur": "%s پر تازہ ترین", "zh": "%s最新报道",
}  # fmt: skip


@dataclass(frozen=True)
class Labels:
    """The labels of one publication. ``of`` and ``latest`` take the language of a story."""

    own: str
    language: str
    others: dict[str, str] = field(default_factory=dict)  # by language

    @classmethod
    def of_publication(cls, publication: Publication) -> "Labels":
        return cls(publication.interesting_label, publication.language, publication.labels)

    def of(self, language: str) -> Label:
        """What the publication says in this language; its own word where nobody knows another."""
        base = _base(language)
        for words in (self.others, INTERESTING):
            if words is INTERESTING and base == _base(self.language):
                break
            for code in (language, base):
                if said := words.get(code):
                    return Label(said, language)
        return Label(self._word, self.language)

    @property
    def _word(self):
        """Its own; where nobody chose one, the English that all begin with in its language."""
        if self.own == INTERESTING["en"]:
            return INTERESTING.get(_base(self.language), self.own)
        return self.own

    def latest(self, language: str, name: str) -> Label:
        """That a line leads to the latest story on the tag or section of this ``name``."""
        for code in (language, self.language, "en"):
            if words := LATEST.get(_base(code)):
                if (
                    direction_of(code) == "rtl"
                ):  # a name in Latin letters would turn the label round
                    name = f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"
                return Label(words % name, code)
        raise AssertionError("English is always known.")


def _base(language):
    return language.partition("-")[0].lower()
