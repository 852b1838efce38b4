"""What is of no use any more is taken away, and nothing else is."""

import os
import shutil
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles import media, publishing
from articles.media import renditions
from articles.media.specs import all_renditions, made_ahead
from articles.models import Image, Publication, Spoil
from newsroom import tidying
from newsroom.serving import tending

from .builders import change_article, make_article, make_live
from .test_pictures import make_picture, share_address, status

DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


# Share pictures


def files_under(name):
    root = Path(default_storage.path(name))
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def shared():
    return {Path(name).name for name in files_under("renditions/share")}


def prune_all():
    return sum(map(media.prune_share_pictures, range(media.FOLDERS)))


def name_of(article):
    return share_address(article).rpartition("/")[2]


def test_share_pictures_that_were_replaced_go_and_those_that_are_shown_stay(client):
    kept, changed, gone = (make_live(headline=f"Harbours {n}") for n in range(3))
    for article in (kept, changed, gone):
        status(client, share_address(article))
    publishing.publish(change_article(changed, headline="Harbours thaw"))
    publishing.withdraw(gone)
    status(client, share_address(changed))
    assert len(shared()) == 4

    assert prune_all() == 2

    assert shared() == {name_of(kept), name_of(changed)}
    assert prune_all() == 0
    publishing.change(Publication(name="The Post"))
    assert prune_all() == 2, "the name of the paper is on all of them"
    assert status(client, share_address(kept)) == 200, "drawn again for whoever asks"


def test_a_scheduled_story_or_change_takes_no_share_picture_away(client, live):
    status(client, share_address(live))
    publishing.publish(change_article(live, headline="A bridge to come"), at=timezone.now() + DAY)

    assert prune_all() == 0
    assert shared() == {name_of(live)}


def test_half_of_a_file_goes_when_its_maker_cannot_be_at_it_any_more(live):
    folder = f"renditions/share/{live.pk % media.FOLDERS:03}"
    new, old = (f"{folder}/{live.pk}-{'0' * 16}.jpg.{n}.part" for n in "ab")
    for path in (new, old):
        default_storage.save(path, ContentFile(b"half"))
    then = time.time() - 2 * 24 * 3600
    os.utime(default_storage.path(old), (then, then))
    default_storage.save(f"{folder}/read-me.txt", ContentFile(b"of somebody else"))

    assert prune_all() == 1

    assert shared() == {Path(new).name, "read-me.txt"}


def test_every_folder_of_share_pictures_has_its_turn_within_a_day(monkeypatch):
    seen = []
    monkeypatch.setattr(media, "prune_share_pictures", lambda folder: seen.append(folder) or 0)

    now = time.time()
    for hour in range(24):
        tidying.prune_share_pictures(now + hour * 3600)

    assert set(seen) == set(range(media.FOLDERS))


# Rows of tasks


def make_task(status_, ago):
    at = timezone.now() - ago
    return DBTaskResult.objects.create(
        task_path="articles.media.tasks.make_ahead",
        args_kwargs={"args": [1], "kwargs": {}},
        backend_name="default",
        status=status_,
        enqueued_at=at,
        finished_at=None if status_ in ("READY", "RUNNING") else at,
        exception_class_path="",
        traceback="",
    )


def test_tasks_that_ended_long_ago_are_forgotten_and_no_others(monkeypatch):
    monkeypatch.setattr(tidying, "TASKS_AT_ONCE", 2)
    done, failed = TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED
    for _ in range(5):
        make_task(done, 8 * DAY)
    make_task(failed, 31 * DAY)
    kept = {
        make_task(done, 6 * DAY).pk,
        make_task(failed, 8 * DAY).pk,
        make_task(TaskResultStatus.READY, 90 * DAY).pk,
        make_task(TaskResultStatus.RUNNING, 90 * DAY).pk,
    }

    assert tidying.prune_tasks() == 6

    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == kept
    assert tidying.prune_tasks() == 0


def test_only_so_many_tasks_are_forgotten_in_an_hour(monkeypatch):
    monkeypatch.setattr(tidying, "TASKS_AT_ONCE", 2)
    monkeypatch.setattr(tidying, "TASKS_AN_HOUR", 4)
    for _ in range(7):
        make_task(TaskResultStatus.SUCCESSFUL, 8 * DAY)

    assert [tidying.prune_tasks(), tidying.prune_tasks(), tidying.prune_tasks()] == [4, 3, 0]


def test_the_background_worker_takes_away_what_is_of_no_use(client, live, monkeypatch):
    class Slept(BaseException):
        pass

    def sleep(seconds):
        raise Slept

    status(client, share_address(live))
    publishing.publish(change_article(live, headline="A bridge under another name"))
    make_task(TaskResultStatus.SUCCESSFUL, 8 * DAY)
    Spoil.objects.update(spoiled_at=timezone.now() - 90 * DAY)
    monkeypatch.setattr(tending.time, "sleep", sleep)
    monkeypatch.setattr(tending.connection, "close", lambda: None)
    monkeypatch.setattr(tidying, "FOLDERS_AN_HOUR", media.FOLDERS)

    with pytest.raises(Slept):
        tending.tend()

    assert shared() == set()
    assert DBTaskResult.objects.count() == 0
    assert Spoil.objects.count() == 1


# manage.py pictures


@pytest.fixture
def pictures():
    """Two pictures of stories, one of nobody, and files of cuts that there were once."""
    made = [make_picture(colour) for colour in ("navy", "teal", "olive")]
    make_live(headline="One", lead_image=made[0])
    make_article(headline="Two", lead_image=made[1])
    for image in made:
        media.make_renditions(image)
    Image.objects.filter(pk=made[0].pk).update(focal_x=0.1)
    Image.objects.filter(pk=made[1].pk).update(colour="", width_px=1)  # as older versions had it
    shutil.rmtree(default_storage.path(f"renditions/{made[2].digest[:2]}/{made[2].digest}"))
    return list(Image.objects.order_by("pk"))


def wanted():
    return {
        f"{image.digest[:2]}/{image.digest}/{rendition.name}"
        for image in Image.objects.all()
        for rendition in made_ahead(image)
    }


def possible():
    return {
        f"{image.digest[:2]}/{image.digest}/{rendition.name}"
        for image in Image.objects.all()
        for rendition in all_renditions(image)
    }


def test_the_command_makes_what_is_missing_and_removes_what_is_old(pictures, capsys):
    call_command("pictures")
    first = capsys.readouterr().out
    call_command("pictures")

    assert wanted() <= files_under("renditions") <= possible()
    assert Image.objects.get(pk=pictures[1].pk).width_px == 900
    assert Image.objects.get(pk=pictures[1].pk).colour
    assert "3 of 3 pictures" in first and " 0 pictures failed" in first
    assert "0 files made, 0 removed, 0 pictures failed" in capsys.readouterr().out


def test_a_picture_whose_file_is_lost_is_named_and_the_others_are_made(pictures, capsys):
    default_storage.delete(pictures[0].file.name)

    call_command("pictures")

    said = capsys.readouterr()
    assert pictures[0].file.name in said.err
    assert "1 pictures failed" in said.out
    others = {name for name in wanted() if pictures[0].digest not in name}
    assert others <= files_under("renditions")


@pytest.mark.parametrize("files", [0, 1, 20])
def test_a_run_that_was_killed_is_finished_by_the_next(pictures, monkeypatch, files):
    class Killed(BaseException):
        pass

    def kept(name, content):
        if len(made) == files:
            default_storage.save(f"{name}.0123456789abcdef.part", ContentFile(content[:9]))
            raise Killed
        made.append(name)
        keep(name, content)

    made, keep = [], renditions.keep
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(renditions, "keep", kept)
        call_command("pictures")
    assert not wanted() <= files_under("renditions")
    call_command("pictures")

    (half,) = files_under("renditions") - possible()
    assert half.endswith(".part"), "for somebody may be at it"
    assert wanted() <= files_under("renditions")
    then = time.time() - 2 * 24 * 3600
    os.utime(default_storage.path(f"renditions/{half}"), (then, then))
    call_command("pictures")
    assert files_under("renditions") <= possible()
