"""Constraints that Django has no spelling for."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.ddl_references import Statement, Table


class NoOverlap(models.BaseConstraint):
    """No two rows with the same ``group`` hold at the same moment, ``start`` ≤ moment < ``end``.

    A row whose ``start`` equals its ``end`` never holds and overlaps nothing. On PostgreSQL this is
    an exclusion constraint; two ranges stand for the pair, so the ``btree_gist`` extension is not
    needed. SQLite has triggers instead, written as deferred statements so that they come back when
    a later migration makes the table anew.
    """

    violation_error_message = "This would be seen at the same time as another edition."

    def __init__(self, *, group, start, end, name, **kwargs):
        super().__init__(name=name, **kwargs)
        self.group, self.start, self.end = group, start, end

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        kwargs |= {"group": self.group, "start": self.start, "end": self.end}
        return path, args, kwargs

    def __eq__(self, other):
        if isinstance(other, NoOverlap):
            return self.deconstruct() == other.deconstruct()
        return super().__eq__(other)

    __hash__ = models.BaseConstraint.__hash__

    def _parts(self, model, schema_editor):
        quote = schema_editor.quote_name
        columns = {
            role: quote(model._meta.get_field(getattr(self, role)).column)
            for role in ("group", "start", "end")
        }
        return columns | {
            "name": quote(self.name),
            "table": Table(model._meta.db_table, quote),
            "pk": quote(model._meta.pk.column),
        }

    def constraint_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.deferred_sql.extend(self._triggers(model, schema_editor))
            return None
        parts = self._parts(model, schema_editor)
        return (
            "CONSTRAINT {name} EXCLUDE USING gist (int8range({group}, {group}, '[]') WITH &&, "
            "tstzrange({start}, {end}) WITH &&)"
        ).format(**parts)

    def create_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "sqlite":  # pragma: no cover  (the table is remade)
            return None
        return Statement(
            f"ALTER TABLE %(table)s ADD {self.constraint_sql(model, schema_editor)}",
            table=Table(model._meta.db_table, schema_editor.quote_name),
        )

    def remove_sql(self, model, schema_editor):
        return Statement(
            "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
        )

    def _triggers(self, model, schema_editor):
        parts = self._parts(model, schema_editor)
        for event, columns in (
            ("INSERT", ""),
            ("UPDATE", "OF %(group)s, %(start)s, %(end)s "),
        ):
            yield Statement(
                # Not from outside: the names of this model's table and columns, quoted.
                f"CREATE TRIGGER {schema_editor.quote_name(f'{self.name}_{event.lower()}')} "  # noqa: S608
                f"BEFORE {event} {columns}ON %(table)s WHEN NEW.%(start)s < NEW.%(end)s "
                "AND EXISTS (SELECT 1 FROM %(table)s AS other "
                "WHERE other.%(group)s = NEW.%(group)s AND other.%(pk)s IS NOT NEW.%(pk)s "
                "AND other.%(start)s < NEW.%(end)s AND other.%(end)s > NEW.%(start)s "
                "AND other.%(start)s < other.%(end)s) "
                f"BEGIN SELECT RAISE(ABORT, 'violates {self.name}'); END",
                **parts,
            )

    def validate(self, model, instance, exclude=None, using="default"):
        start, end = getattr(instance, self.start), getattr(instance, self.end)
        if start is None or end is None or start >= end:
            return
        others = model._default_manager.using(using).filter(
            **{
                self.group: getattr(instance, self.group),
                f"{self.start}__lt": end,
                f"{self.end}__gt": start,
            }
        )
        others = others.filter(**{f"{self.start}__lt": models.F(self.end)})
        if others.exclude(pk=instance.pk).exists():
            raise ValidationError(self.get_violation_error_message())
