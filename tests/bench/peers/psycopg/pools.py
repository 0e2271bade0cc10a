# SPDX-License-Identifier: GPL-3.0-or-later
"""A pool of psycopg_pool with its defaults and a fixed size, and the one operation that the rows repeat."""

import logging
import sys

from psycopg_pool import ConnectionPool

SIZE = 4

# What a pool tells of connections that it lost is what some rows are about; it would fill the log.
logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)


def open_filled(conninfo, size=SIZE):
    """A pool whose connections are all open and were used a moment ago. Autocommit: one statement, one round trip."""
    pool = ConnectionPool(conninfo, min_size=size, max_size=size, kwargs={"autocommit": True})
    pool.wait()
    leases = [pool.getconn() for _ in range(size)]
    for lease in leases:
        lease.execute("SELECT 1").fetchone()
    for lease in leases:
        pool.putconn(lease)
    return pool


def operate(pool, timeout=None):
    """Acquire, SELECT 1, release. Gives the process of the server that answered."""
    lease = pool.getconn(timeout)
    try:
        lease.execute("SELECT 1").fetchone()
        return lease.info.backend_pid
    finally:
        pool.putconn(lease)


def complain(error):
    print(f"{type(error).__name__}: {error}", file=sys.stderr)
