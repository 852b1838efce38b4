from datetime import timedelta

from django.db import migrations

ONE_ACT = timedelta(seconds=30)  # in which all of its stories were saved


def forwards(apps, schema_editor):
    """Acts tell of the versions of a text: what moved lines were, by version, and which revision
    was saved for an accepted line, which bears the moment of the act."""
    models = {name: apps.get_model('articles', name) for name in ('MovedLines', 'AcceptedLine', 'Revision')}
    for moved in models['MovedLines'].objects.iterator():
        moved.lines = {
            name: lines if isinstance(lines, dict) else {'0': lines}
            for name, lines in moved.lines.items()
        }
        moved.save(update_fields=['lines'])
    for line in models['AcceptedLine'].objects.select_related('act').iterator():
        begun = line.act.accepted_at
        saved = models['Revision'].objects.filter(
            article=line.source_id, saved_at__gte=begun, saved_at__lt=begun + ONE_ACT
        )
        first = saved.order_by('version').first()
        if first and f'data-interesting="{line.act.target_id}"' in first.content['body']:
            models['Revision'].objects.filter(pk=first.pk).update(saved_at=begun)


def backwards(apps, schema_editor):
    for moved in apps.get_model('articles', 'MovedLines').objects.iterator():
        moved.lines = {
            name: versions[max(versions, key=int)] for name, versions in moved.lines.items()
        }
        moved.save(update_fields=['lines'])


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0009_follows'),
    ]

    operations = [
        migrations.RunPython(forwards, backwards),
    ]
