# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one contestant through one row: starts it, makes the row's fault, reads its line of JSON."""

import json
import os
import subprocess
import threading
import time

from runner.disturbance import Disturbance
from runner.server import dying_with_us

GIVE_UP_S = 120  # over the longest a contestant may take: 45 s of hanging calls and what goes before
DELAYS_AFTER_TERMINATION_S = {"100ms": 0.1, "2s": 2.0}
OUTAGE_S = 3
RECOVERY_S = 5  # after which a pool that isn't back counts as not back


class ContestantError(Exception):
    """The contestant did not finish the row; its last words."""


class Run:
    """A contestant at work."""

    def __init__(self, contestant, row, conninfo, seconds, log, cores=None):
        self._log = log
        with open(log, "wb") as errors:
            self._process = subprocess.Popen(
                [*dying_with_us("KILL"), *contestant.command, row.lower(), "--conninfo", conninfo, "--seconds",
                 str(seconds)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
                preexec_fn=(lambda: os.sched_setaffinity(0, cores)) if cores else None)
        self._watchdog = threading.Timer(GIVE_UP_S, self._process.kill)
        self._watchdog.daemon = True
        self._watchdog.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._watchdog.cancel()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass

    def await_ready(self):
        if self._process.stdout.readline().strip() != "READY":
            raise ContestantError(self._last_words())

    def tell(self, word):
        try:
            self._process.stdin.write(word + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise ContestantError(self._last_words()) from error

    def metrics(self):
        said = self._process.stdout.read().strip()
        if self._process.wait() != 0 or not said:
            raise ContestantError(self._last_words())
        return json.loads(said.splitlines()[-1])["metrics"]

    def _last_words(self):
        with open(self._log, encoding="utf-8", errors="replace") as file:
            lines = [line.strip() for line in file if line.strip()]
        return lines[-1] if lines else f"it ended without a word (exit status {self._process.wait()})"


class Measurement:
    """Knows the server, where the contestants' standard error goes, and how long a steady row lasts in seconds."""

    def __init__(self, server, logs, seconds):
        self._server = server
        self._logs = logs
        self._seconds = seconds

    def of(self, contestant, row):
        """The row's metrics. Throws ContestantError."""
        faults = {"C": self._terminated, "D": self._outage, "E": self._frozen}
        self._server.await_no_clients()
        if row in faults:
            return faults[row](contestant)
        disturbance = Disturbance(self._server)
        metrics = self._pinned(contestant) if row == "BP" else self._steady(contestant, row)
        self._server.await_no_clients()
        metrics["others_cpu"] = disturbance.others()
        return metrics

    def _run(self, contestant, row, **more):
        log = self._logs / f"{contestant.name}-{row}.txt"
        return Run(contestant, row, self._server.conninfo, self._seconds, log, **more)

    def _steady(self, contestant, row):
        with self._run(contestant, row) as run:
            metrics = run.metrics()
        if "ops_per_s" in metrics:
            metrics["mops_per_s"] = metrics["ops_per_s"] / 1e6
        return metrics

    def _pinned(self, contestant):
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) < 2:
            raise ContestantError("there is one core only")
        try:
            self._server.pin({cores[0]})
            with self._run(contestant, "B", cores={cores[1]}) as run:
                return run.metrics()
        finally:
            self._server.pin(set(cores))

    def _terminated(self, contestant):
        metrics = {}
        for name, delay in DELAYS_AFTER_TERMINATION_S.items():
            self._server.await_no_clients()
            with self._run(contestant, "C") as run:
                run.await_ready()
                self._server.terminate_clients()
                time.sleep(delay)
                run.tell("GO")
                metrics.update((f"{key}_{name}", value) for key, value in run.metrics().items())
        return metrics

    def _outage(self, contestant):
        try:
            with self._run(contestant, "D") as run:
                run.await_ready()
                run.tell("DOWN")
                down = time.time()
                self._server.stop_immediately()
                time.sleep(OUTAGE_S)
                up = self._server.start()
                time.sleep(RECOVERY_S)
                run.tell("STOP")
                metrics = run.metrics()
        finally:
            if not self._server.is_running():
                self._server.start()
        for key, wall in (("first_ms", "first_success_wall"), ("all4_ms", "all4_back_wall")):
            metrics[key] = None if metrics[wall] is None else (metrics[wall] - up) * 1e3
        metrics["outage_ms"] = (up - down) * 1e3
        metrics["over_ms"] = max(metrics["longest_op_ms"] - metrics["outage_ms"], 0)  # who fails at once isn't late
        return metrics

    def _frozen(self, contestant):
        with self._run(contestant, "E") as run:
            run.await_ready()
            try:
                self._server.freeze()
                run.tell("FROZEN")
                return run.metrics()
            finally:
                self._server.thaw()
