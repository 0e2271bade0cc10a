# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows in which the runner harms the server between the lines it sends (C, D, E), and F."""

import sys
import threading
import time

import pools
from frozen_calls import FrozenCalls
from psycopg_pool import ConnectionPool

OPERATIONS_AFTER_TERMINATION = 100
THREADS = 8
ACQUIRE_TIMEOUT_S = 5
TRAFFIC_BEFORE_S = 1
PAUSE_AFTER_ERROR_S = 0.001  # a caller that failed doesn't try again in the same instant
STOP_GRACE_S = 6  # over the acquire time-out; who is still busy then hangs
IDLE_CONNECTIONS = 50


def ready_until(line):
    print("READY", flush=True)
    wait_for(line)


def wait_for(line):
    for read in iter(sys.stdin.readline, ""):
        if read.strip() == line:
            return
    sys.exit(f"The input ended before {line}")


def terminated(conninfo):
    pool = pools.open_filled(conninfo)
    ready_until("GO")
    began = time.perf_counter()
    errors, first_ms = 0, None
    for _ in range(OPERATIONS_AFTER_TERMINATION):
        try:
            pools.operate(pool)
            if first_ms is None:
                first_ms = (time.perf_counter() - began) * 1e3
        except Exception as error:
            errors += 1
            pools.complain(error)
    return {"errors": errors, "first_ms": first_ms}


class Outage:
    """Row D: what eight threads see until STOP."""

    def __init__(self, pool):
        self.down = False
        self.stopped = False
        self._pool = pool
        self._lock = threading.Lock()  # guards what follows; nothing is called under it
        self._errors = 0
        self._longest_s = 0.0
        self._old_servers = set()
        self._first_success = {}
        self._begun = {}

    def traffic(self):
        me = threading.get_ident()
        while not self.stopped:
            began = time.perf_counter()
            with self._lock:
                self._begun[me] = began
            try:
                self._succeeded(began, pools.operate(self._pool, ACQUIRE_TIMEOUT_S))
            except Exception as error:
                self._failed(began)
                pools.complain(error)
                time.sleep(PAUSE_AFTER_ERROR_S)
        with self._lock:
            self._begun.pop(me, None)

    def _succeeded(self, began, server):
        now = time.perf_counter()
        with self._lock:
            if not self.down:
                self._old_servers.add(server)
                return
            self._longest_s = max(self._longest_s, now - began)
            if server not in self._old_servers:
                self._first_success.setdefault(server, time.time())

    def _failed(self, began):
        with self._lock:
            self._errors += 1
            self._longest_s = max(self._longest_s, time.perf_counter() - began)

    def metrics(self):
        with self._lock:
            unended = [time.perf_counter() - began for began in self._begun.values()]
            times = sorted(self._first_success.values())
            return {
                "errors": self._errors,
                "longest_op_ms": max([self._longest_s, *unended]) * 1e3,
                "first_success_wall": times[0] if times else None,
                "all4_back_wall": times[pools.SIZE - 1] if len(times) >= pools.SIZE else None,
                "hung": len(unended),
            }


def outage(conninfo):
    outage_seen = Outage(pools.open_filled(conninfo))
    workers = [threading.Thread(target=outage_seen.traffic, daemon=True) for _ in range(THREADS)]
    for worker in workers:
        worker.start()
    time.sleep(TRAFFIC_BEFORE_S)
    ready_until("DOWN")
    outage_seen.down = True
    wait_for("STOP")
    outage_seen.stopped = True
    deadline = time.monotonic() + STOP_GRACE_S
    for worker in workers:
        worker.join(max(deadline - time.monotonic(), 0))
    return outage_seen.metrics()


def frozen(conninfo):
    calls = FrozenCalls(pools.open_filled(conninfo))
    calls.start()
    ready_until("FROZEN")
    return calls.finish()


def own_kib():
    with open("/proc/self/smaps_rollup", encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss_Anon:"))


def many(conninfo):
    warm = pools.open_filled(conninfo, 2)  # loads what the driver and the pool load once
    before = own_kib()
    began = time.perf_counter()
    pool = ConnectionPool(conninfo, min_size=IDLE_CONNECTIONS, max_size=IDLE_CONNECTIONS, kwargs={"autocommit": True})
    pool.wait()
    open_ms = (time.perf_counter() - began) * 1e3
    kib = (own_kib() - before) / IDLE_CONNECTIONS
    warm.close()
    return {"open_ms": open_ms, "kib_per_connection": kib}
