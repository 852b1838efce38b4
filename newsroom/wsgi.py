"""What the server runs: the page store around Django."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

django = get_wsgi_application()

from newsroom.serving import Site  # noqa: E402  needs the apps

site = Site(django)
site.start()
application = site.application
