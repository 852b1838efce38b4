"""All that an anonymous reader can fetch. Reads editions, never articles.

In: a request. Out: a response that says in its headers what it shows and how long that holds.
"""
