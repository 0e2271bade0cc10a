# SPDX-License-Identifier: GPL-3.0-or-later
"""The table: medians over the rounds, ratios, and whether Lifeguard reached what it must."""

import statistics

from runner.contestants import FLOOR, LIFEGUARD, PEERS, TITLES
from runner.rows import LINES, ROWS

NONE = "–"
# A peer that pays for one number with another is no measure for it: who lets a thread starve serves the others fast, and
# who fails at once never comes late.
STARVES_FROM = 2  # most served over least served thread
FAILS_FROM = 100  # errors
QUIET_UP_TO = 0.05  # of the processor time, by others


def median_of(rounds, key):
    """Of what the rounds measured; None when most of them have no such number (a pool that never came back)."""
    values = [measured.get(key) for measured in rounds]
    known = [value for value in values if value is not None]
    return statistics.median(known) if known and 2 * len(known) >= len(values) else None


class Table:
    """`results[row][contestant]` is a list of the rounds' metrics."""

    def __init__(self, results):
        self._results = results
        self._names = [name for name in TITLES if any(name in by_name for by_name in results.values())]
        self.lines = [self._line(line) for line in LINES if results.get(line.row)]

    def _value(self, line, name):
        key = line.floor_key if name == FLOOR and line.floor_key else line.key
        if name == FLOOR and line.floor_is is not None:
            return line.floor_is
        if name == FLOOR and line.no_floor:
            return None
        return median_of(self._results[line.row].get(name, []), key)

    def _serves(self, row, name):
        rounds = self._results[row].get(name, [])
        return (median_of(rounds, "fairness") or 1) < STARVES_FROM and (median_of(rounds, "errors") or 0) < FAILS_FROM

    def _line(self, line):
        values = {name: self._value(line, name) for name in {*self._names, FLOOR}}
        mine = values.get(LIFEGUARD)
        peers = {name: values[name] for name in PEERS if values.get(name) is not None and self._serves(line.row, name)}
        best = (max if line.high else min)(peers, key=peers.get) if peers else None
        return {
            "row": line.row,
            "what": line.label,
            "values": values,
            "to_floor": ratio(mine, values[FLOOR]),
            "best_peer": best,
            "to_best_peer": ratio(mine, peers[best]) if best else None,
            "goals": [verdict(goal, mine, values) for goal in line.goals],
        }

    def markdown(self):
        heads = ["row", "measured", *(TITLES[name] for name in self._names), "÷ floor", "÷ best peer", "goal"]
        cells = [heads]
        for line in self.lines:
            best = line["best_peer"]
            cells.append([
                line["row"], line["what"], *(number(line["values"].get(name)) for name in self._names),
                number(line["to_floor"], 2),
                number(line["to_best_peer"], 2) + (f" {TITLES[best]}" if line["to_best_peer"] is not None else ""),
                ", ".join(f"{goal['text']}{goal['mark']}" for goal in line["goals"]),
            ])
        widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
        cells.insert(1, ["-" * width for width in widths])
        return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |"
                         for row in cells)


def ratio(value, base):
    return value / base if value is not None and base else None


def verdict(goal, mine, values):
    limit = goal.limit
    text = number(limit) if not isinstance(limit, str) else "floor" if limit == "floor" else TITLES[limit]
    if isinstance(limit, str):
        other = values.get(FLOOR if limit == "floor" else limit)
        limit = None if other is None else other * goal.times
        text = text if goal.times == 1 else f"{goal.times:g} × {text}"
    met = None if mine is None or limit is None else mine <= limit if goal.sign == "<=" else mine >= limit
    mark = {None: "", True: " ✓", False: " ✗"}[met]
    return {"text": ("≤ " if goal.sign == "<=" else "≥ ") + text, "met": met, "mark": mark}


def number(value, decimals=None):
    """Three digits that matter."""
    if value is None:
        return NONE
    if decimals is not None:
        return f"{value:.{decimals}f}"
    if value == int(value) and abs(value) < 1000 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def disturbance(results):
    """A sentence on what others did on the machine; rows with faults aren't looked at."""
    shares = [one["others_cpu"] for by_name in results.values() for rounds in by_name.values() for one in rounds
              if "others_cpu" in one]
    if not shares:
        return ""
    middle = statistics.median(shares)
    quiet = "a quiet machine" if middle <= QUIET_UP_TO else "NOT a quiet machine: trust no figure, and ratios little"
    return f"Others used {middle:.0%} of the processors meanwhile (median), {max(shares):.0%} at most: {quiet}."


def legend(results):
    return "\n".join(f"{row}: {what}" for row, what in ROWS.items() if row in results)
