import time
from types import SimpleNamespace

import psycopg
from django.db.backends.postgresql import base

from newsroom import silence

CHECK_SECONDS = 2  # that a connection which was idle has to prove itself in


class Silent(psycopg.OperationalError):
    """The database took a question and said nothing."""


class Connection(psycopg.Connection):
    """One that ends when its server has been silent for too long."""

    most_seconds = None  # of silence, whatever ``silence`` says

    def wait(self, gen, *arguments, **options):
        try:
            return super().wait(self._heard(gen), *arguments, **options)
        except Silent:
            self.pgconn.finish()  # an answer that came now would be to another question
            raise

    def _heard(self, gen):
        """``gen``, which psycopg resumes with nothing ten times a second while nothing comes."""
        try:
            wanted, since = next(gen), time.monotonic()
            while True:
                if ready := (yield wanted):
                    since = time.monotonic()
                elif self._is_over(since):
                    raise Silent("the server does not answer")
                wanted = gen.send(ready)
        except StopIteration as ended:
            return ended.value

    def _is_over(self, since):
        if self.most_seconds is not None and time.monotonic() - since > self.most_seconds:
            return True
        return silence.is_hopeless(since)


class DatabaseWrapper(base.DatabaseWrapper):
    Database = SimpleNamespace(**vars(psycopg) | {"connect": Connection.connect})

    def init_connection_state(self):
        super().init_connection_state()
        if silence.is_limited():
            setting = ["idle_in_transaction_session_timeout", f"{silence.IDLE_SECONDS}s"]
            with self.cursor() as cursor:
                cursor.execute("SELECT set_config(%s, %s, false)", setting)

    def is_usable(self):
        if self.connection is None:
            return False
        self.connection.most_seconds = CHECK_SECONDS
        try:
            return super().is_usable()
        finally:
            self.connection.most_seconds = None
