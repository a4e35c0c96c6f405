"""Many calls in one instant."""

import threading
from concurrent.futures import ThreadPoolExecutor


def all_at_once(posts: list) -> list:
    """What each of these functions returned, all of them called in one instant."""
    start = threading.Barrier(len(posts))

    def call(post):
        start.wait()
        return post()

    with ThreadPoolExecutor(len(posts)) as threads:
        return list(threads.map(call, posts))
