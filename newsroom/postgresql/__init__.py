"""PostgreSQL as Django speaks to it, but never waiting for ever (``newsroom.silence``)."""
