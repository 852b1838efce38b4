"""Interesting lines as editors choose and see them."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from articles import publishing
from articles.admin.fields import LabelsField
from articles.models import FollowUp, Publication

from .builders import interesting, make_article, make_live
from .lines import pointing

pytestmark = pytest.mark.django_db


def test_the_picker_offers_the_latest_of_tags_and_sections(desk, live):
    address = reverse("admin:articles_article_stories")

    found = desk.get(address, {"q": "flo", "lists": "1"}).json()["found"]
    by_id = desk.get(address, {"id": [f"tag-{live.tags.get().pk}", "tag-9", "x-1"]}).json()["found"]

    assert [(thing["id"], thing["headline"]) for thing in found] == [
        (f"tag-{live.tags.get().pk}", "Latest on Floods")
    ]
    assert by_id == found
    assert (found[0]["is_live"], found[0]["when"]) == (True, f"now “{live.headline}”")
    assert desk.get(address, {"q": "flo"}).json()["found"] == []


def test_the_latest_of_a_list_is_told_as_the_story_being_written_will_show_it(desk, live):
    newer = make_live(headline="The newest of all", tags=("Floods",))
    tag, address = f"tag-{live.tags.get().pk}", reverse("admin:articles_article_stories")

    def told(**asked):
        (found,) = desk.get(address, asked).json()["found"]
        return found["when"]

    assert told(id=tag) == "now “The newest of all”"
    assert told(id=tag, **{"not": newer.pk}) == f"now “{live.headline}”"
    assert told(q="flo", lists=1, **{"not": newer.pk}).endswith(f"“{live.headline}”")


def test_the_editor_says_the_word_before_a_line_as_readers_of_the_story_see_it(desk):
    publishing.change(Publication(interesting_label="See", labels={"fi": "Kiinnostavaa"}))

    def told(language):
        story = make_article(headline=f"In {language}", language=language)
        form = desk.get(reverse("admin:articles_article_change", args=[story.pk]))
        config = form.context["adminform"].form.fields["body"].widget.config
        return config["extensions"]["Interesting"]

    assert [(told(code)["label"], told(code)["direction"]) for code in ("en", "ur", "fi")] == [
        ("See", "ltr"), ("دلچسپ", "rtl"), ("Kiinnostavaa", "ltr")
    ]  # fmt: skip
    assert {"See", "Kiinnostavaa", "دلچسپ", "Interesting"} <= set(told("en")["words"])


def test_lines_are_told_what_they_show_in_place_of_their_story(desk, live, embargoed):
    address = reverse("admin:articles_article_stories")
    later = make_live(headline="What came of it")
    publishing.declare_follow_up(later, follows=live)

    found = desk.get(address, {"id": [live.pk, embargoed.pk]}).json()["found"]
    (in_the_later,) = desk.get(address, {"id": live.pk, "not": later.pk}).json()["found"]

    assert in_the_later["shown"] == ""
    told = {story["id"]: (story["shown"], bool(story["from"])) for story in found}
    assert told == {live.pk: ("What came of it", False), embargoed.pk: ("", True)}


def test_a_follow_up_is_declared_and_taken_back_at_the_desk(desk, live):
    later = make_live(headline="What came of it")
    pointing(live, headline="To the first"), pointing(later, headline="To the second")
    pages = {
        story: reverse("admin:articles_article_follow_up", args=[story.pk])
        for story in (live, later)
    }

    declared = desk.post(pages[later], {"follows": live.pk}, follow=True)
    assert "lead to “What came of it” from now on" in declared.text
    followed = desk.get(pages[live]).text
    assert "This story is followed by" in followed and "1 line to it leads there" in followed
    assert "lead here, as editor declared" in desk.get(pages[later]).text
    refused = desk.post(pages[live], {"follows": later.pk})
    assert "cannot come before it" in refused.text

    undone = desk.post(pages[live], {"undo": live.pk}, follow=True)
    assert "lead there again" in undone.text
    assert not FollowUp.objects.exists()
    assert desk.post(pages[live], {"undo": "nonsense"}).status_code == 404


def test_earlier_stories_are_offered_to_be_followed_at_the_press_of_a_button(desk, live):
    other = make_live(headline="Quite another matter", tags=("Football",), body="<p>Goal.</p>")
    new = make_live(headline="What came of it", tags=("Floods",))
    later = make_live(headline="Later still", tags=("Floods",))
    page = reverse("admin:articles_article_follow_up", args=[new.pk])

    offered = [one.article_id for one, _ in desk.get(page).context["offered"]]
    declared = desk.post(page, {"follows": live.pk}, follow=True)

    assert offered[0] == live.pk
    assert not {other.pk, new.pk, later.pk} & set(offered)
    assert live.pk not in [one.article_id for one, _ in declared.context["offered"]]


def test_whoever_declares_a_follow_up_is_shown_all_lines_that_it_moves(desk, live):
    leading = [
        make_live(headline=f"Leads there {n}", body=f"<p>A.</p>{interesting(live)}<p>B.</p>")
        for n in range(2)
    ]
    make_article(headline="At the desk only", body=f"<p>A.</p>{interesting(live)}<p>B.</p>")
    new = make_live(headline="What came of it")
    page = reverse("admin:articles_article_follow_up", args=[new.pk])

    before = desk.get(page).text
    declared = desk.post(page, {"follows": live.pk}, follow=True)
    undone = desk.post(page, {"undo": live.pk}, follow=True)

    assert "Lines that lead here" not in before
    assert declared.redirect_chain[-1][0] == page
    assert set(declared.context["pointing"]) == set(leading)
    assert "In 2 live stories stands a line that leads here, in 2 of them by" in declared.text
    assert "lead there again" in undone.text


def test_the_publication_says_its_word_in_other_languages(desk):
    address = reverse("admin:articles_publication_change", args=[1])
    typed = {"name": "X", "language": "en", "time_zone": "UTC", "interesting_label": "See"}

    response = desk.post(address, typed | {"labels": "ur: مزید\r\n\r\nfr:  À lire "})
    assert response.status_code == 302
    assert Publication.current().labels == {"ur": "مزید", "fr": "À lire"}
    assert "fr: À lire\nur: مزید" in desk.get(address).text

    refused = desk.post(address, typed | {"labels": "Urdu"})
    assert "“Urdu”: write a language code" in refused.text


@pytest.mark.parametrize("text", ["ur", "ur:", "ur: " + "x" * 41, "Urdu: word"])
def test_labels_that_cannot_be_read_are_refused(text):
    with pytest.raises(ValidationError):
        LabelsField().clean(text)
