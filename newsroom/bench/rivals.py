"""Others that send the same pages: a WSGI application of ten lines, stock Django, nginx.

The applications are factories for ``granian --factory``. What they send lies in the folder that
``BENCH_PAGES`` names: ``article.gz``, ``article.type`` and so on.
"""

import json
import os
import pwd
from pathlib import Path

MIDDLEWARE = [  # what ``startproject`` writes
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

NGINX = """
daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
user {user} {group};
events {{ worker_connections 256; }}
http {{
    access_log off; keepalive_requests 100000000; sendfile on; tcp_nopush on;
    open_file_cache max=16;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{
        listen 127.0.0.1:{port} reuseport; root {folder}; types {{ }}
        add_header Content-Encoding gzip;
        {places}
    }}
}}
"""


def pages() -> dict[str, tuple[str, bytes]]:
    """Content type and gzip bytes of each kind of page."""
    folder = Path(os.environ["BENCH_PAGES"])
    return {
        path.stem: (path.with_suffix(".type").read_text(), path.read_bytes())
        for path in folder.glob("*.gz")
    }


def ten_lines():
    bodies = {
        f"/{kind}": (
            [
                ("Content-Type", content_type),
                ("Content-Encoding", "gzip"),
                ("Content-Length", str(len(body))),
                ("ETag", '"1"'),
            ],
            [body],
        )
        for kind, (content_type, body) in pages().items()
    }

    def application(environ, start_response):
        headers, body = bodies[environ["PATH_INFO"]]
        if environ.get("HTTP_IF_NONE_MATCH") == '"1"':
            start_response("304 Not Modified", headers[3:])
            return []
        start_response("200 OK", headers)
        return body

    return application


def stock_django():
    """The pages as a project made by ``startproject`` caches them, in the memory of each process.

    The order is that of Django's documentation. The view costs nothing worth caching, but once it
    is cached no view is asked.
    """
    import gzip

    from django.http import HttpResponse

    texts = {kind: (name, gzip.decompress(body)) for kind, (name, body) in pages().items()}

    def page(request, kind):
        content_type, text = texts[kind]
        return HttpResponse(text, content_type=content_type)

    return _django(
        page,
        [
            "django.middleware.cache.UpdateCacheMiddleware",
            "django.middleware.gzip.GZipMiddleware",
            "django.middleware.http.ConditionalGetMiddleware",
            *MIDDLEWARE,
            "django.middleware.cache.FetchFromCacheMiddleware",
        ],
    )


def bare_django():
    """The least that Django can do: a view that says two letters, and no middleware."""
    from django.http import HttpResponse

    return _django(lambda request, kind: HttpResponse("ok"), [])


def _django(view, middleware):
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.urls import path

    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        CACHE_MIDDLEWARE_SECONDS=3600,
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
        ],
        MIDDLEWARE=middleware,
        ROOT_URLCONF=(path("<kind>", view),),
        SECRET_KEY="not a secret",  # noqa: S106
    )
    return get_wsgi_application()


def write_nginx(folder: Path, port: int) -> Path:
    """The configuration of an nginx that sends the files of ``folder``, as whoever runs this."""
    user = pwd.getpwuid(os.getuid()).pw_name
    places = " ".join(
        f"location = /{path.stem} {{ alias {path}; "
        f"default_type {json.dumps(path.with_suffix('.type').read_text())}; }}"
        for path in folder.glob("*.gz")
    )
    file = folder / "nginx.conf"
    file.write_text(
        NGINX.format(folder=folder, port=port, user=user, group=_group(), places=places)
    )
    return file


def _group():
    import grp

    return grp.getgrgid(os.getgid()).gr_name
