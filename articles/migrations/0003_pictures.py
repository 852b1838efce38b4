import re

import django.db.models.deletion
from django.db import migrations, models

FIGURE = re.compile(r'<figure data-image="(\d+)">')  # as body.references had it in this version
BATCH = 1_000


def write_down_what_stories_show(apps, schema_editor):
    """A row for each picture of each edition and each working copy, a thousand stories at a time."""
    PictureUse = apps.get_model("articles", "PictureUse")
    Image = apps.get_model("articles", "Image")
    images = set(Image.objects.values_list("pk", flat=True))
    if not images:
        return
    shows = models.Q(lead_image__isnull=False) | models.Q(body__contains="<figure data-image=")
    for name, article_of in (("Article", "pk"), ("Edition", "article_id")):
        stories = apps.get_model("articles", name).objects.filter(shows).order_by("pk")
        last = 0
        while True:
            rows = list(stories.filter(pk__gt=last).values_list("pk", article_of, "lead_image_id", "body")[:BATCH])
            if not rows:
                break
            PictureUse.objects.bulk_create(
                PictureUse(article_id=article, edition_id=pk if name == "Edition" else None, image_id=image)
                for pk, article, lead, body in rows
                for image in sorted({lead, *map(int, FIGURE.findall(body))} & images)
            )
            last = rows[-1][0]


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0002_front_series_pages'),
    ]

    operations = [
        migrations.AddField(
            model_name='image',
            name='colour',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=6),
        ),
        migrations.AddField(
            model_name='image',
            name='frames',
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.CreateModel(
            name='PictureUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('article', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='picture_uses', to='articles.article')),
                ('edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='picture_uses', to='articles.edition')),
                ('image', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='articles.image')),
            ],
            options={
                'indexes': [models.Index(fields=['image', 'edition'], name='picture_use_by_image')],
                'constraints': [models.UniqueConstraint(fields=('article', 'edition', 'image'), name='picture_used_once')],
            },
        ),
        migrations.RunPython(write_down_what_stories_show, migrations.RunPython.noop, elidable=True),
    ]
