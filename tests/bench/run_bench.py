#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures Lifeguard beside a floor and its peers, in one run, on a PostgreSQL of its own. tests/bench/README.md tells how.

It builds nothing: ./dev bench does. The table goes to standard output, progress to standard error.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import signal
import sys

from runner import contestants
from runner.measure import ContestantError, Measurement
from runner.rows import ROWS
from runner.server import Server, ServerError
from runner.table import Table, disturbance, legend

SOURCE = pathlib.Path(__file__).resolve().parent
ROOT = SOURCE.parents[1]


def choice(known):
    def parse(text):
        words = [word.strip() for word in text.split(",") if word.strip()]
        by_lower = {name.lower(): name for name in known}
        unknown = [word for word in words if word.lower() not in by_lower]
        if unknown or not words:
            raise argparse.ArgumentTypeError(f"{text!r}: choose from {','.join(known)}")
        return [by_lower[word.lower()] for word in words]
    return parse


def positive(kind):
    def parse(text):
        value = kind(text)
        if not value > 0:
            raise argparse.ArgumentTypeError(f"{text} is not above 0")
        return value
    return parse


def order():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--rounds", type=positive(int), default=3, help="of which the medians are shown (3)")
    parser.add_argument("--rows", type=choice(list(ROWS)), default=list(ROWS), help=f"of {','.join(ROWS)} (all)")
    parser.add_argument("--only", type=choice(list(contestants.TITLES)), default=list(contestants.TITLES),
                        metavar="NAMES", help=f"of {','.join(contestants.TITLES)} (all that are installed)")
    parser.add_argument("--seconds", type=positive(float), default=3.0, help="that rows A, H and B last each (3)")
    parser.add_argument("--quick", action="store_true", help="one round of one second")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release", help="folder of the build")
    parser.add_argument("--json", type=pathlib.Path, default=ROOT / "build/bench/results.json", help="results go here")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.rounds, chosen.seconds = 1, 1.0
    return chosen


def say(text):
    print(text, file=sys.stderr, flush=True)


def present(chosen):
    there = []
    for contestant in contestants.find(SOURCE, chosen.build):
        if contestant.name not in chosen.only:
            continue
        if contestant.missing:
            say(f"Without {contestant.title}: {contestant.missing}.")
        else:
            there.append(contestant)
    return there


def hangs(rounds):
    """A call that hung for 45 s once is known to hang: the row isn't repeated."""
    return any(measured.get("hung") for measured in rounds)


def measure_all(chosen, server, there):
    """`results[row][contestant]`: the rounds' metrics; and what failed. Rounds go around the contestants, so that
    what changes on the machine meanwhile meets all of them."""
    logs = chosen.json.parent / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    measurement = Measurement(server, logs, chosen.seconds)
    results, failures = {}, []
    for row in ROWS:
        if row not in chosen.rows:
            continue
        by_name = results.setdefault(row, {})
        for turn in range(1, chosen.rounds + 1):
            say(f"{row} {turn}/{chosen.rounds}: {ROWS[row]}")
            for contestant in there:
                rounds = by_name.setdefault(contestant.name, [])
                if row == "E" and hangs(rounds):
                    continue
                try:
                    rounds.append(measurement.of(contestant, row))
                except ContestantError as error:
                    failures.append({"row": row, "contestant": contestant.name, "round": turn, "error": str(error)})
                    say(f"  {contestant.title}: {error}")
    return results, failures


def machine():
    lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return f"{models[0] if models else platform.machine()}, {len(os.sched_getaffinity(0))} cores, {system}"


def main():
    chosen = order()
    there = present(chosen)
    if not there:
        sys.exit("Nobody takes part. ./dev bench builds Lifeguard's benchmark.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    try:
        with Server() as server:
            about = {"date": datetime.date.today().isoformat(), "machine": machine(), "server": server.version(),
                     "rounds": chosen.rounds, "seconds": chosen.seconds}
            results, failures = measure_all(chosen, server, there)
    except ServerError as error:
        sys.exit(str(error))
    table = Table(results)
    everything = {**about, "table": table.lines, "failures": failures, "rounds_of": results}
    chosen.json.write_text(json.dumps(everything, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{about['date']}: {about['machine']}; {about['server']}; medians of {chosen.rounds} rounds\n")
    print(table.markdown())
    print(f"\n{disturbance(results)}\n\n{legend(results)}\n\nEverything measured: {chosen.json}")
    for failure in failures:
        print(f"Failed: {failure['row']}, {failure['contestant']}, round {failure['round']}: {failure['error']}")


if __name__ == "__main__":
    main()
