# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows without a fault: A, H and B."""

import math
import threading
import time

import pools

HOLD_S = 0.001
SAMPLE_EVERY = 64  # in row A, where reading the clock costs something beside the operation


class Tally:
    """What one thread did."""

    def __init__(self):
        self.operations = 0
        self.waits_ns = []


class Traffic:
    """What all threads did together."""

    def __init__(self, tallies, seconds):
        self.operations = sum(tally.operations for tally in tallies)
        self.per_second = self.operations / seconds
        served = [tally.operations for tally in tallies]
        self.fairness = max(served) / max(min(served), 1)
        self._waits_ns = sorted(wait for tally in tallies for wait in tally.waits_ns)

    def wait_ns(self, share):
        if not self._waits_ns:
            return None
        return self._waits_ns[max(math.ceil(share * len(self._waits_ns)) - 1, 0)]


def run(pool, threads, seconds, loop):
    """Runs `loop(pool, tally, stopped)` on threads that start together and are stopped after so many seconds."""
    stopped = threading.Event()
    start = threading.Barrier(threads + 1)
    tallies = [Tally() for _ in range(threads)]
    failures = []

    def work(tally):
        start.wait()
        try:
            loop(pool, tally, stopped)
        except Exception as error:  # handed to the main thread
            failures.append(error)

    workers = [threading.Thread(target=work, args=(tally,)) for tally in tallies]
    for worker in workers:
        worker.start()
    start.wait()
    began = time.perf_counter()
    time.sleep(seconds)
    stopped.set()
    took = time.perf_counter() - began
    for worker in workers:
        worker.join()
    if failures:
        raise failures[0]
    return Traffic(tallies, took)


def acquire_only(conninfo, threads, seconds):
    def loop(pool, tally, stopped):
        while not stopped.is_set():
            asked = time.perf_counter_ns()
            lease = pool.getconn()
            tally.waits_ns.append(time.perf_counter_ns() - asked)
            pool.putconn(lease)
            for _ in range(SAMPLE_EVERY - 1):
                pool.putconn(pool.getconn())
            tally.operations += SAMPLE_EVERY

    traffic = run(pools.open_filled(conninfo), threads, seconds, loop)
    return {
        "ns_per_op": 1e9 / traffic.per_second,
        "ops_per_s": traffic.per_second,
        "wait_p50_us": traffic.wait_ns(0.5) / 1e3,
        "wait_p99_us": traffic.wait_ns(0.99) / 1e3,
        "wait_p999_us": traffic.wait_ns(0.999) / 1e3,
        "fairness": traffic.fairness,
    }


def leases(conninfo, seconds, use):
    def loop(pool, tally, stopped):
        while not stopped.is_set():
            asked = time.perf_counter_ns()
            lease = pool.getconn()
            tally.waits_ns.append(time.perf_counter_ns() - asked)
            use(lease)
            pool.putconn(lease)
            if not stopped.is_set():
                tally.operations += 1

    return run(pools.open_filled(conninfo), 8, seconds, loop)


def hold(conninfo, seconds):
    traffic = leases(conninfo, seconds, lambda lease: time.sleep(HOLD_S))
    return {
        "leases_per_s": traffic.per_second,
        "wait_p50_ms": traffic.wait_ns(0.5) / 1e6,
        "wait_p99_ms": traffic.wait_ns(0.99) / 1e6,
        "wait_max_ms": traffic.wait_ns(1) / 1e6,
        "fairness": traffic.fairness,
    }


def query(conninfo, seconds):
    traffic = leases(conninfo, seconds, lambda lease: lease.execute("SELECT 1").fetchone())
    return {
        "ops_per_s": traffic.per_second,
        "wait_max_ms": traffic.wait_ns(1) / 1e6,
        "fairness": traffic.fairness,
    }
