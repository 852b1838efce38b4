import os.path

from whitenoise.middleware import WhiteNoiseMiddleware


class StaticFiles(WhiteNoiseMiddleware):
    """WhiteNoise, which knows the files of its start, and finds those collected since.

    While an upgrade replaces the processes one by one, a page of the new ones may be read from
    them, and its stylesheet asked for from the old ones.
    """

    def __call__(self, request):
        url = request.path_info
        if url.startswith(self.static_prefix) and not self.autorefresh and url not in self.files:
            self._look_for(url)
        return super().__call__(request)

    def _look_for(self, url):
        root = os.path.abspath(self.static_root) + os.path.sep  # noqa: PTH100  as WhiteNoise has it
        path = os.path.join(root, url.removeprefix(self.static_prefix))  # noqa: PTH118
        if (
            self.url_is_canonical(url)
            and self.path_is_child_of(path, root)
            and os.path.isfile(path)  # noqa: PTH113
            and not self.is_compressed_variant(path)
        ):
            self.add_file_to_dictionary(url, path)
