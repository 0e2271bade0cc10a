# SPDX-License-Identifier: GPL-3.0-or-later
"""Row E: four threads, each with one operation on a frozen server, two of the connections fresh and two idle for 2 s."""

import threading
import time

import pools

CALLERS = pools.SIZE
IDLE_S = 2  # over the time for which pools trust a connection unseen
GIVE_UP_S = 45


class FrozenCalls:
    def __init__(self, pool):
        self._pool = pool
        self._all_hold = threading.Barrier(CALLERS)
        self._half_hold = threading.Barrier(CALLERS // 2)
        self._ready = threading.Barrier(CALLERS + 1)
        self._go = threading.Event()
        self._lock = threading.Lock()  # guards what follows; nothing is called under it
        self._fresh = set()
        self._calls = [{"server": None, "ms": None, "error": None} for _ in range(CALLERS)]
        self._threads = [threading.Thread(target=self._live, args=(n,), daemon=True) for n in range(CALLERS)]

    def start(self):
        for thread in self._threads:
            thread.start()
        self._ready.wait()

    def finish(self):
        self._go.set()
        deadline = time.monotonic() + GIVE_UP_S
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))
        return self._metrics()

    def _live(self, caller):
        self._use_together(self._all_hold)
        self._all_hold.wait()
        time.sleep(IDLE_S)
        if caller < CALLERS // 2:
            server = self._use_together(self._half_hold)
            with self._lock:
                self._fresh.add(server)
        self._ready.wait()
        self._go.wait()
        self._call(self._calls[caller])

    def _use_together(self, others):
        """Holds the lease until the others have one too, so that each has another connection."""
        with self._pool.connection() as lease:
            lease.execute("SELECT 1").fetchone()
            others.wait()
            return lease.info.backend_pid

    def _call(self, call):
        began = time.perf_counter()
        error = None
        try:
            lease = self._pool.getconn()
            try:
                call["server"] = lease.info.backend_pid
                lease.execute("SELECT 1").fetchone()
            finally:
                self._pool.putconn(lease)
        except Exception as thrown:
            error = f"{type(thrown).__name__}: {thrown}"
        with self._lock:
            call["ms"], call["error"] = (time.perf_counter() - began) * 1e3, error

    def _metrics(self):
        with self._lock:
            operations = [
                {"connection": self._kind_of(call["server"]), "ms": call["ms"], "error": call["error"]}
                for call in self._calls
            ]
        hung = sum(operation["ms"] is None for operation in operations)
        longest = None if hung else max(operation["ms"] for operation in operations)
        return {"max_ms": longest, "hung": hung, "ops": operations}

    def _kind_of(self, server):
        if server is None:
            return "none"
        return "fresh" if server in self._fresh else "idle"
