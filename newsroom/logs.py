import copy
import logging


class Line(logging.Formatter):
    """A line for each thing that happened, with a traceback where the fault may be ours."""

    def format(self, record):
        if record.name.startswith("django.security."):  # a stranger's: a host that is none of ours
            record = copy.copy(record)
            record.exc_info = record.exc_text = None
        return super().format(record)
