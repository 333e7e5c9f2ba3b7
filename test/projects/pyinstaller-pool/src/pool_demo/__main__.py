"""python -m pool_demo: a sum of squares below $POOL_UPTO, by processes of two start methods."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

from .work import chunks, sum_of_squares

WORKERS = 2


def main() -> None:
    upto = int(os.environ.get("POOL_UPTO", "1000"))
    for method in ("spawn", "forkserver"):
        if method not in multiprocessing.get_all_start_methods():
            continue
        context = multiprocessing.get_context(method)
        with ProcessPoolExecutor(WORKERS, mp_context=context) as pool:
            sums = list(pool.map(sum_of_squares, chunks(upto, WORKERS)))
        print(f"{method}: {sum(sums)}", flush=True)


if __name__ == "__main__":
    main()
