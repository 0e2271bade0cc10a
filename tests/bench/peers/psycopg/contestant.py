#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""psycopg_pool as a contestant: contestant.py ROW --conninfo "host=... port=... user=... dbname=..." --seconds N"""

import argparse
import json
import os
import sys

import fault_rows
import steady_rows

ROWS = {
    "a1": lambda order: steady_rows.acquire_only(order.conninfo, 1, order.seconds),
    "a2": lambda order: steady_rows.acquire_only(order.conninfo, 2, order.seconds),
    "a8": lambda order: steady_rows.acquire_only(order.conninfo, 8, order.seconds),
    "h": lambda order: steady_rows.hold(order.conninfo, order.seconds),
    "b": lambda order: steady_rows.query(order.conninfo, order.seconds),
    "c": lambda order: fault_rows.terminated(order.conninfo),
    "d": lambda order: fault_rows.outage(order.conninfo),
    "e": lambda order: fault_rows.frozen(order.conninfo),
    "f": lambda order: fault_rows.many(order.conninfo),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("row", choices=ROWS)
    parser.add_argument("--conninfo", required=True)
    parser.add_argument("--seconds", type=float, default=3.0)
    order = parser.parse_args()
    metrics = ROWS[order.row](order)
    print(json.dumps({"contestant": "psycopg", "row": order.row, "metrics": metrics}), flush=True)
    sys.stderr.flush()
    os._exit(0)  # threads may hang in a query for ever


main()
