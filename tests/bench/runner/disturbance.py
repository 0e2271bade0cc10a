# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of the machine others used while a row was measured."""

import os
import pathlib
import resource

TICKS = os.sysconf("SC_CLK_TCK")
# Fields of a line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal.
BUSY = (0, 1, 2, 5, 6, 7)
IDLE = (3, 4)
OWN_AND_REAPED = slice(11, 15)  # of /proc/PID/stat behind the name: utime, stime, cutime, cstime


def _machine():
    counts = list(map(int, pathlib.Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]))
    busy = sum(counts[at] for at in BUSY)
    return busy / TICKS, (busy + sum(counts[at] for at in IDLE)) / TICKS


def _ours(server):
    total = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used = resource.getrusage(who)
        total += used.ru_utime + used.ru_stime
    for pid in server.processes():
        try:
            stat = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        except OSError:
            continue
        total += sum(map(int, stat.rpartition(")")[2].split()[OWN_AND_REAPED])) / TICKS
    return total


class Disturbance:
    """From its making on. The server has to be the same process all the time, and without sessions at both ends."""

    def __init__(self, server):
        self._server = server
        self._busy, self._all = _machine()
        self._own = _ours(server)

    def others(self):
        """The part of the machine's processor time that neither we nor our server used; what the hypervisor withheld
        counts as used by others."""
        busy, everything = _machine()
        other = busy - self._busy - (_ours(self._server) - self._own)
        return min(max(other / max(everything - self._all, 1 / TICKS), 0.0), 1.0)
