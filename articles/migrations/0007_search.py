import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


def make_index(apps, schema_editor):
    """The index itself: FTS5's own table, or an index on the column of vectors."""
    if schema_editor.connection.vendor == "sqlite":
        # Words come ready made and separated by spaces; "ascii" keeps them whole in any script.
        schema_editor.execute(
            "CREATE VIRTUAL TABLE articles_searchtext USING "
            "fts5(headline, standfirst, body, facets, tokenize = 'ascii')"
        )
        return
    # Vectors stand in their rows as they are, since ranking reads thousands of them; fetched from
    # elsewhere and unpacked they take ten times as long. Two rows fit on a page.
    schema_editor.execute("ALTER TABLE articles_searchrow ALTER COLUMN vector SET STORAGE EXTERNAL")
    schema_editor.execute("ALTER TABLE articles_searchrow SET (toast_tuple_target = 8160)")
    schema_editor.execute(
        "CREATE INDEX search_by_word ON articles_searchrow USING gin (vector) "
        "WITH (fastupdate = off)"
    )


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE articles_searchtext")
    else:
        schema_editor.execute("DROP INDEX search_by_word")


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0006_former_pages'),
    ]

    operations = [
        migrations.CreateModel(
            name='FormerFacet',
            fields=[
                ('facet', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('heir', models.CharField(db_index=True, max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('word', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('stories', models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='SearchName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=64)),
                ('facet', models.CharField(max_length=32)),
                ('position', models.PositiveSmallIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['word', 'facet', 'position'], name='name_by_word')],
                'constraints': [models.UniqueConstraint(fields=('facet', 'position'), name='name_has_place_once')],
            },
        ),
        migrations.CreateModel(
            name='SearchRow',
            fields=[
                ('place', models.BigIntegerField(primary_key=True, serialize=False)),
                ('rules', models.PositiveSmallIntegerField()),
                ('vector', django.contrib.postgres.search.SearchVectorField(null=True)),
                ('article', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article')),
                ('edition', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.edition')),
            ],
        ),
        migrations.RunPython(make_index, drop_index),
    ]
