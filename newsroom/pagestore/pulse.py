import time

SILENCE_SECONDS = 3  # after which a database that was not heard of counts as down
HOPELESS_SECONDS = 5  # after which it will not answer what it was asked either


class Pulse:
    """Whether the database answers; told by whoever asks it all the time."""

    def __init__(self):
        self.seen_at = self.stopped_at = float("-inf")
        self.last_spoil = None  # that was known when it was last asked

    def beat(self, last_spoil: int | None = None) -> None:
        self.seen_at, self.last_spoil = time.monotonic(), last_spoil

    def stop(self, last_spoil: int | None = None) -> None:
        self.seen_at, self.last_spoil = float("-inf"), last_spoil
        self.stopped_at = time.monotonic()

    def is_gone(self) -> bool:
        return time.monotonic() - self.seen_at > SILENCE_SECONDS

    def is_hopeless(self, since: float) -> bool:
        """Whether what the database was asked ``since`` then is not answered by it any more.

        It was found gone meanwhile, perhaps by others; what it left behind stays silent when it is
        back.
        """
        is_long = time.monotonic() - since > HOPELESS_SECONDS
        return is_long and (self.is_gone() or since < self.stopped_at)
