from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchRow(models.Model):
    """An edition in the search index.

    ``place`` grows with the date of first publication, so that the newest matches are found first.
    On PostgreSQL the words are in ``vector``; on SQLite in FTS5's table ``articles_searchtext``,
    under the same number. A row says nothing about who may see the edition.
    """

    place = models.BigIntegerField(primary_key=True)
    # Without constraints in the database, whose check would wait for whoever deletes the article,
    # who in turn waits for the turn to say so (``in_turn``).
    edition = models.OneToOneField(
        "articles.Edition", on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    rules = models.PositiveSmallIntegerField()  # by which its words were made
    vector = SearchVectorField(null=True)

    def __str__(self):
        return f"{self.place}"


class SearchWord(models.Model):
    """A word of the index, or a facet (``articles.search.words``), and how many rows have it."""

    word = models.CharField(primary_key=True, max_length=64)
    stories = models.IntegerField()

    def __str__(self):
        return self.word


class SearchName(models.Model):
    """A word in the name of a tag or an author, by which their stories are found."""

    word = models.CharField(max_length=64)
    facet = models.CharField(max_length=32)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facet", "position"], name="name_has_place_once"),
        ]
        indexes = [models.Index(fields=["word", "facet", "position"], name="name_by_word")]

    def __str__(self):
        return self.word


class FormerFacet(models.Model):
    """What rows of the index still call a tag that was merged into another."""

    facet = models.CharField(primary_key=True, max_length=32)
    heir = models.CharField(max_length=32, db_index=True)

    def __str__(self):
        return self.facet
