#!/usr/bin/env python
"""Django's command line for the newsroom."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError
    from environs import EnvError

    try:
        execute_from_command_line(sys.argv)
    except EnvError as error:  # of the settings, which any command reads first
        sys.exit(f"{error} docs/operating.md lists what may be set.")
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"The database does not answer: {' '.join(str(error).split())}")
    except OSError as error:  # a full disk, a folder of somebody else
        if "--traceback" in sys.argv or error.filename is None:
            raise
        sys.exit(f"{error.strerror}: {error.filename}")
