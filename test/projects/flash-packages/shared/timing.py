import functools
import time


def timed(function):
    """Adds the seconds that a call took to its result."""

    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        began = time.perf_counter()
        result = await function(*args, **kwargs)
        return {**result, "seconds": round(time.perf_counter() - began, 3)}

    return wrapper
