# SPDX-License-Identifier: GPL-3.0-or-later
"""Who takes part: how each is started, and whether it is there."""

import dataclasses
import pathlib
import subprocess

FLOOR = "raw"
LIFEGUARD = "lifeguard"
# In the order of the table's columns.
TITLES = {
    "raw": "floor",
    "lifeguard": "Lifeguard",
    "plain": "mutex pool",
    "soci": "SOCI",
    "poco": "POCO",
    "hikari": "HikariCP",
    "psycopg": "psycopg_pool",
    "pgx": "pgxpool",
}
PEERS = ("soci", "poco", "hikari", "psycopg", "pgx")  # not the pool that everybody writes first
JARS = ("HikariCP.jar", "postgresql.jar", "slf4j-api.jar", "slf4j-nop.jar")
PSYCOPG_NEEDS = "import psycopg, psycopg_pool"


@dataclasses.dataclass
class Contestant:
    name: str
    command: list
    missing: str = ""  # why it can't take part

    @property
    def title(self):
        return TITLES[self.name]


def _program(name, path):
    return Contestant(name, [str(path)], "" if path.exists() else f"{path.name} is not built")


def _hikari(build):
    classes = build.parent / "bench" / "hikari"
    jars = [pathlib.Path("/usr/share/java") / jar for jar in JARS]
    absent = [jar.name for jar in jars if not jar.exists()]
    missing = f"no {', '.join(absent)}" if absent else "" if classes.is_dir() else "it is not compiled"
    return Contestant("hikari", ["java", "-cp", ":".join(map(str, [classes, *jars])), "Contestant"], missing)


def _psycopg(source):
    python = "/usr/bin/python3"  # whose packages Debian's are
    try:
        there = subprocess.run([python, "-c", PSYCOPG_NEEDS], capture_output=True).returncode == 0
    except OSError:
        there = False
    return Contestant("psycopg", [python, str(source / "peers/psycopg/contestant.py")],
                      "" if there else "python3-psycopg-pool is not installed")


def find(source, build):
    """All of them. `source` is tests/bench, `build` the folder of the preset."""
    programs = {name: _program(name, build / "tests/bench" / f"bench_{name}")
                for name in ("raw", "lifeguard", "plain", "soci", "poco")}
    programs["hikari"] = _hikari(build)
    programs["psycopg"] = _psycopg(source)
    programs["pgx"] = _program("pgx", build.parent / "bench" / "pgx")
    return [programs[name] for name in TITLES]
