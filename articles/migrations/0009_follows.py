import re
from itertools import batched

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone


LINKED = re.compile(r'<a (?:[^>]*? )?data-article="(\d{1,18})"')
TOGETHER = 500


def record_text_links(apps, schema_editor):
    """A row for each link within a text, of working copies and of what readers see or will see."""
    Article, Edition, TextLink = (
        apps.get_model("articles", name) for name in ("Article", "Edition", "TextLink")
    )
    now = timezone.now()
    copies = Article.objects.filter(body__contains='data-article="').order_by("pk")
    editions = Edition.objects.filter(live_until__gt=now, body__contains='data-article="')
    found = (
        (copies.values_list("pk", "body"), lambda pk: (pk, None)),
        (editions.order_by("pk").values_list("pk", "article_id", "body"), lambda *ids: ids[::-1]),
    )
    for rows, whose in found:
        for some in batched(rows.iterator(chunk_size=TOGETHER), TOGETHER):
            targets = {
                (*whose(*ids), int(target))
                for *ids, body in some
                for target in LINKED.findall(body)
            }
            wanted = {target for *_, target in targets}
            known = set(Article.objects.filter(pk__in=wanted).values_list("pk", flat=True))
            TextLink.objects.bulk_create(
                TextLink(source_id=source, edition_id=edition, target_id=target)
                for source, edition, target in sorted(targets, key=str)
                if target in known
            )


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0008_suggestions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='interestinglink',
            options={'ordering': ['place'], 'verbose_name': 'line', 'verbose_name_plural': 'links report'},
        ),
        migrations.CreateModel(
            name='ExternalLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(max_length=2000, unique=True)),
                ('host', models.CharField(db_index=True, max_length=255)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('problem', models.CharField(blank=True, max_length=200)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('failed_since', models.DateTimeField(null=True)),
                ('broken_since', models.DateTimeField(null=True)),
                ('moved_to', models.CharField(blank=True, max_length=2000)),
                ('is_reported', models.BooleanField(default=False)),
                ('checked_at', models.DateTimeField(null=True)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('next_check_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('is_reported', True)), fields=['id'], name='external_link_reported'), models.Index(condition=models.Q(('claimed_at__isnull', False)), fields=['claimed_at'], name='external_link_claimed')],
            },
        ),
        migrations.CreateModel(
            name='MovedLines',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lines', models.JSONField()),
                ('moved_at', models.DateTimeField()),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moved_lines', to='articles.article')),
                ('moved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ExternalReference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('article', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='external', to='articles.article')),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='references', to='articles.externallink')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('article', 'link'), name='external_reference_once')],
            },
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('count', models.PositiveIntegerField()),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article')),
                ('target', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article')),
            ],
            options={
                'indexes': [models.Index(fields=['target', 'day'], name='follow_by_target'), models.Index(fields=['day'], name='follow_by_day')],
                'constraints': [models.UniqueConstraint(fields=('source', 'target', 'day'), name='follows_of_day_once')],
            },
        ),
        migrations.CreateModel(
            name='TextLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='text_links', to='articles.edition')),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='links_out', to='articles.article')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links_in', to='articles.article')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'edition', 'target'), name='text_links_to_story_once')],
            },
        ),
        migrations.RunPython(record_text_links, migrations.RunPython.noop, elidable=True),
    ]
