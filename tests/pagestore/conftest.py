import pytest

from ..pages import Site


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path / "pages")
    site.says()
    yield site
    site.close()
