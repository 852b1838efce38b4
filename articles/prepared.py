"""Queries written with the ORM, put into SQL once and asked many times.

In: a function that makes a queryset of its arguments. Out: the same function, which answers with a
list of what that queryset gives, prefetched rows included. Building a queryset and putting it into
SQL takes Django several times as long as the database takes to answer (docs/speed.md), and pages
ask the same questions again and again. Nothing but the SQL is kept: each call asks the database.

    @prepared
    def live_at(*, at, path):
        return Edition.objects.live(at=at).filter(path=path)

    live_at(at=timezone.now(), path="/2018/08/harbour/")
"""

import re
import threading
from collections import defaultdict
from collections.abc import Callable, Hashable
from datetime import datetime
from functools import partial, update_wrapper
from operator import attrgetter, itemgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Prefetch, QuerySet
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)

MANY = (list, tuple, set, frozenset)


class Parameter(Expression):
    """Stands in a queryset for a value, or after ``__in`` for several, that each call gives."""

    def __init__(self, name):
        super().__init__()
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", (self,)  # among the values, for ``_Statement`` to find


class prepared(threading.local):
    """The list of what the queryset gives that the decorated function makes.

    Keyword arguments are values, which may differ from call to call: a string, a number, an aware
    datetime, or a collection of these where the queryset says ``__in``. The function is given a
    ``Parameter`` in place of each. Positional arguments and the choice of keywords shape the query,
    and each shape is kept. Each thread keeps its own, made with its own connection.
    """

    def __init__(self, build: Callable[..., QuerySet]):
        update_wrapper(self, build)
        self.queryset = build  # for whoever wants the plain one
        self._statements = {}

    def __call__(self, *shape: Hashable, **values: Any) -> list:
        connection = connections[DEFAULT_DB_ALIAS]
        key = (*shape, *values)
        statement = self._statements.get(key)
        if statement is None or statement.connection is not connection:
            parameters = {name: Parameter(name) for name in values}
            statement = _Statement(self.queryset(*shape, **parameters), connection)
            self._statements[key] = statement
        return statement.rows(values)


class _Statement:
    """The SQL of one queryset on one connection, and how its rows become what it gives."""

    def __init__(self, queryset, connection):
        self.connection = connection
        compiler = queryset.query.get_compiler(connection=connection)
        sql, self.params = compiler.as_sql()
        self.pieces = sql.split("%s")
        # Numbers are Django's own, as in EXISTS (SELECT 1 …). Anything else could be the moment of
        # the first call, about which all later calls would ask.
        are_given = all(isinstance(param, Parameter | int) for param in self.params)
        if not are_given or len(self.pieces) != len(self.params) + 1:
            raise ValueError(f"A value is fixed, and not given by each call: {sql}")
        self.has_arrays = connection.vendor == "postgresql"
        if self.has_arrays:  # so that one statement does for any number of values
            self.pieces = [re.sub(r" IN \($", " = ANY(", piece) for piece in self.pieces]
        columns = [column for column, _, _ in compiler.select]
        self.converters = compiler.get_converters(columns).items()
        self.made = _maker(queryset, compiler)
        self.prefetches = [
            _Prefetched(queryset.model, lookup, connection)
            for lookup in queryset._prefetch_related_lookups
        ]

    def rows(self, values):
        sql, params = self._with(values)
        if sql is None:
            return []
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            rows = cursor.fetchall()
        if self.converters:
            rows = self._converted(rows)
        found = [self.made(row) for row in rows]
        if found:
            for prefetched in self.prefetches:
                prefetched.attach(found)
        return found

    def _with(self, values):
        """The SQL and its values; no SQL if nothing can be among none."""
        sql, params = [self.pieces[0]], []
        for param, piece in zip(self.params, self.pieces[1:], strict=True):
            given = values[param.name] if isinstance(param, Parameter) else param
            if given is None:
                raise ValueError("Nothing equals NULL; leave the value out.")
            if isinstance(given, MANY):
                if not given:
                    return None, ()
                given = list(map(self._adapted, given))
                sql.append("%s" if self.has_arrays else ", ".join(["%s"] * len(given)))
                params += [given] if self.has_arrays else given
            else:
                sql.append("%s")
                params.append(self._adapted(given))
            sql.append(piece)
        return "".join(sql), params

    def _adapted(self, value):
        if isinstance(value, datetime):
            return self.connection.ops.adapt_datetimefield_value(value)
        return value

    def _converted(self, rows):
        """As SQLCompiler.apply_converters does, which looks for its converters each time."""
        for row in map(list, rows):
            for place, (converters, column) in self.converters:
                for convert in converters:
                    row[place] = convert(row[place], column, self.connection)
            yield row


class _Prefetched:
    """What ``Prefetch(many-to-many, queryset, to_attr)`` adds to the rows of a query."""

    def __init__(self, model, lookup, connection):
        name = getattr(lookup, "prefetch_through", lookup)
        is_whole = isinstance(lookup, Prefetch) and lookup.to_attr and lookup.queryset is not None
        if not is_whole or not model._meta.get_field(name).many_to_many:
            raise TypeError(f"{name} is not Prefetch(many-to-many, queryset, to_attr).")
        manager = getattr(model(pk=0), name)  # as prefetch_related_objects asks it
        owners = _Owners("owners")
        queryset = manager.get_prefetch_querysets(owners, [lookup.queryset._chain()])[0]
        (column,) = queryset.query.extra_select  # the owner of each row
        self.owner_of = attrgetter(column)
        self.to_attr = lookup.to_attr
        self.statement = _Statement(queryset, connection)

    def attach(self, instances):
        found = defaultdict(list)
        for row in self.statement.rows({"owners": [instance.pk for instance in instances]}):
            found[self.owner_of(row)].append(row)
        for instance in instances:
            setattr(instance, self.to_attr, found.get(instance.pk, []))


class _Owners(Parameter):
    """Stands for a list of instances, of which Django looks at the first to choose a database."""

    def __getitem__(self, place):
        return None


def _maker(queryset, compiler):
    """What makes of a row of values what iterating over ``queryset`` would."""
    way = queryset._iterable_class
    if way is FlatValuesListIterable:
        return itemgetter(0)
    if way is ValuesListIterable:
        return tuple
    if way is not ModelIterable:
        raise TypeError(f"{way.__name__} is not prepared.")
    # As in ModelIterable.__iter__, whose comments hold here too.
    info, select, database = compiler.klass_info, compiler.select, queryset.db
    begin, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = frozenset(column.target.attname for column, _, _ in select[begin:end])
    fetch_mode = queryset._fetch_mode
    related = get_related_populators(info, select, database, fetch_mode)
    annotations = list(compiler.annotation_col_map.items())
    from_db = partial(info["model"].from_db, database, names, fetch_mode=fetch_mode)

    def made(row):
        instance = from_db(row[begin:end])
        for populator in related:
            populator.populate(row, instance)
        for name, place in annotations:
            setattr(instance, name, row[place])
        return instance

    return made
