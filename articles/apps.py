from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "The paper"  # at the desk: articles are one of the things it has

    def ready(self):
        from . import checks  # noqa: F401  registers the start-up checks
