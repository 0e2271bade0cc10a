# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the table: what each measures, and what Lifeguard must reach."""

import dataclasses

ROWS = {
    "A1": "acquire + release, no query, 1 thread",
    "A2": "the same, 2 threads",
    "A8": "the same, 8 threads on 4 connections",
    "H": "8 threads, each lease held for 1 ms",
    "B": "8 threads, acquire + SELECT 1 + release",
    "BP": "the same, server and client pinned to a core each",
    "C": "every session ended by pg_terminate_backend, then 100 operations",
    "D": "server stopped at once, 3 s, started; 8 threads go on",
    "E": "server frozen (SIGSTOP); 4 operations, 2 connections fresh and 2 idle for 2 s",
    "F": "50 idle connections",
}


@dataclasses.dataclass(frozen=True)
class Goal:
    """At most or at least `limit`: a number, or `times` the value of a contestant (or of the floor, "floor")."""

    sign: str  # "<=" or ">="
    limit: float | str
    times: float = 1.0


@dataclasses.dataclass(frozen=True)
class Line:
    """One line of the table."""

    row: str
    key: str  # in the metrics of the contestants, or of what the runner makes of them
    label: str
    high: bool = False  # more is better
    goals: tuple = ()
    floor_key: str = ""  # of the floor's metrics, if it isn't `key`
    floor_is: float | None = None  # what the floor is by arithmetic
    no_floor: bool = False


def at_most(limit, times=1.0):
    return Goal("<=", limit, times)


def at_least(limit, times=1.0):
    return Goal(">=", limit, times)


LINES = (
    Line("A1", "ns_per_op", "ns", goals=(at_most("soci"),)),
    Line("A2", "ns_per_op", "ns", goals=(at_most("plain"),)),
    Line("A8", "mops_per_s", "M/s", high=True, goals=(at_least("hikari"),)),
    Line("A8", "wait_p999_us", "p99.9 µs", goals=(at_most("hikari"),)),
    Line("A8", "fairness", "most / least", goals=(at_most("hikari"),)),
    Line("H", "leases_per_s", "leases/s", high=True, floor_is=4000, goals=(at_least(3500),)),
    Line("H", "wait_p99_ms", "wait p99 ms", floor_is=1, goals=(at_most(1.5),)),
    Line("H", "wait_max_ms", "wait max ms", floor_is=1, goals=(at_most(10),)),
    Line("H", "fairness", "most / least", floor_is=1, goals=(at_most(1.05),)),
    Line("B", "ops_per_s", "operations/s", high=True, goals=(at_least("hikari"), at_least("pgx"))),
    Line("B", "wait_max_ms", "wait max ms", no_floor=True, goals=(at_most(10),)),
    Line("B", "fairness", "most / least", goals=(at_most(1.2),)),
    Line("BP", "ops_per_s", "operations/s", high=True, goals=(at_least("floor", 0.95),)),
    Line("BP", "wait_max_ms", "wait max ms", no_floor=True, goals=(at_most(10),)),
    Line("BP", "fairness", "most / least", goals=(at_most(1.2),)),
    Line("C", "errors_100ms", "errors after 100 ms", floor_is=0, goals=(at_most(0),)),
    Line("C", "errors_2s", "errors after 2 s", floor_is=0, goals=(at_most(0),)),
    Line("C", "first_ms_100ms", "first success ms", floor_key="bare_ms_100ms", goals=(at_most("floor", 1.2),)),
    Line("C", "first_ms_2s", "first success ms, 2 s", floor_key="bare_ms_2s", goals=(at_most("floor", 1.2),)),
    Line("D", "errors", "errors", floor_is=4, goals=(at_most(4),)),
    Line("D", "first_ms", "first success ms", no_floor=True, goals=(at_most(20),)),
    Line("D", "all4_ms", "all 4 back ms", no_floor=True, goals=(at_most(50),)),
    Line("D", "over_ms", "longest beyond the outage ms", no_floor=True, goals=(at_most(50),)),
    Line("E", "hung", "hang for 45 s, of 4", floor_is=0, goals=(at_most(0),)),
    Line("E", "max_ms", "longest ms (deadline 5000)", floor_is=5000, goals=(at_most(5050),)),
    Line("F", "kib_per_connection", "KiB a connection", goals=(at_most(22.5),)),
    Line("F", "open_ms", "open 50 ms", goals=(at_most(80),)),
)


def lines_of(row):
    return [line for line in LINES if line.row == row]
