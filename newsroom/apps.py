from django.apps import AppConfig


class NewsroomConfig(AppConfig):
    name = "newsroom"

    def ready(self):
        from articles import cache

        from . import serving

        cache.spoiled.connect(serving.deliver)
