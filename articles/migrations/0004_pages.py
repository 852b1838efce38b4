from collections import defaultdict
from itertools import batched, groupby
from operator import itemgetter

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Count, Exists, F, OuterRef
from django.utils import timezone

COMMON, ENOUGH = 300, 2  # as publishing.tags had them when this was written


def know_history(apps, schema_editor):
    """An edition has one if another ended, and was not withdrawn, when its own text began."""
    Edition = apps.get_model("articles", "Edition")
    before = Edition.objects.filter(
        article=OuterRef("article"),
        live_until=OuterRef("revised_at"),
        live_from__lt=F("live_until"),
        withdrawn_at=None,
    )
    Edition.objects.filter(Exists(before), revised_at__isnull=False).update(has_history=True)


def find_telling_tags(apps, schema_editor):
    """For what readers see now or will see; what was before shows nothing at its foot."""
    Edition = apps.get_model("articles", "Edition")
    EditionTag = apps.get_model("articles", "EditionTag")
    now = timezone.now()
    seen = EditionTag.objects.filter(edition__live_until__gt=now).order_by()
    live = seen.filter(edition__live_from__lte=now)
    others = {tag: n - 1 for tag, n in live.values_list("tag").annotate(n=Count("pk"))}
    editions_of = defaultdict(list)
    rows = seen.order_by("edition", "position").values_list("edition", "tag")
    for edition, tags in groupby(rows.iterator(chunk_size=10_000), key=itemgetter(0)):
        rare = [tag for _, tag in tags if others.get(tag, 0) <= COMMON]
        leading = [tag for tag in rare if others.get(tag, 0) >= ENOUGH]
        if leading:
            editions_of[min(leading, key=others.get)].append(edition)
        elif rare:
            editions_of[max(rare, key=lambda tag: others.get(tag, 0))].append(edition)
    for tag, editions in editions_of.items():
        for some in batched(editions, 500):
            Edition.objects.filter(pk__in=some).update(telling_tag=tag)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0003_pictures"),
    ]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="has_history",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="edition",
            name="telling_tag",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="articles.tag",
            ),
        ),
        migrations.RunPython(know_history, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(find_telling_tags, migrations.RunPython.noop, elidable=True),
    ]
