# SPDX-License-Identifier: GPL-3.0-or-later
"""A PostgreSQL server of the benchmark's own: a new cluster in a temporary folder, its own port, an unprivileged user."""

import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

SETTINGS = {
    "listen_addresses": "'127.0.0.1'",
    "max_connections": "120",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "'64MB'",
    "autovacuum": "off",
    "logging_collector": "off",
}
READY_S = 30
POLL_S = 0.0002


class ServerError(Exception):
    """The server could not be made or started; a sentence."""


def program_folder():
    newest_first = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    on_path = shutil.which("postgres")
    for folder in newest_first + ([pathlib.Path(on_path).resolve().parent] if on_path else []):
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise ServerError("PostgreSQL's server programs (initdb, postgres) are not installed; ./dev setup does it.")


def unprivileged_user():
    """Who runs the server when we are root, as which PostgreSQL doesn't run; else None."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServerError("There is neither a user postgres nor nobody to run the server as.")


def dying_with_us(signal_name, user=None):
    """A command's prefix: the command gets the signal when we die, and loses root's rights if there is a user."""
    identity = ["--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups"] if user else []
    return ["setpriv", *identity, "--pdeathsig", signal_name, "--"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """Use it in a with statement. One thread."""

    def __init__(self):
        self._programs = program_folder()
        self._user = unprivileged_user()
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="lifeguard-bench-"))
        self._data = self._folder / "data"
        self._port = free_port()
        self._process = None
        self._frozen = []

    def __enter__(self):
        try:
            self._initialise()
            self.start()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(self, *_):
        self._remove()

    @property
    def conninfo(self):
        return f"host=127.0.0.1 port={self._port} user=postgres dbname=postgres"

    def version(self):
        said = subprocess.run([self._programs / "postgres", "--version"], capture_output=True, text=True, check=True)
        return said.stdout.strip()

    def _initialise(self):
        if self._user:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        command = [self._programs / "initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        made = subprocess.run([*dying_with_us("KILL", self._user), *command, "--no-sync", "--no-locale"],
                              cwd="/", capture_output=True, text=True)
        if made.returncode != 0:
            raise ServerError(f"initdb failed: {made.stderr.strip()}")
        settings = {**SETTINGS, "port": self._port, "unix_socket_directories": f"'{self._folder}'"}
        with open(self._data / "postgresql.auto.conf", "a", encoding="utf-8") as file:
            file.writelines(f"{name} = {value}\n" for name, value in settings.items())

    def start(self):
        """Starts the server and returns the wall clock's time from which it accepts."""
        with open(self._folder / "server.log", "ab") as log:
            self._process = subprocess.Popen([*dying_with_us("INT", self._user), self._programs / "postgres", "-D",
                                              self._data], cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + READY_S
        while not self._says_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise ServerError("The server did not become ready: " + self.log_end())
            time.sleep(POLL_S)
        return time.time()

    def _says_ready(self):
        """The postmaster writes its state to the file the moment it accepts: no connection of ours disturbs it."""
        try:
            lines = (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        return len(lines) > 7 and int(lines[0]) == self._process.pid and lines[7].strip() == "ready"

    def log_end(self):
        lines = (self._folder / "server.log").read_text(encoding="utf-8", errors="replace").splitlines()
        return " / ".join(lines[-3:])

    def is_running(self):
        return self._process is not None and self._process.poll() is None

    def stop_immediately(self):
        self._process.send_signal(signal.SIGQUIT)  # what pg_ctl stop -m immediate sends
        self._process.wait(15)

    def terminate_clients(self):
        """Ends every session but its own by pg_terminate_backend."""
        ask = ("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
               " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")
        said = subprocess.run([self._programs / "psql", "-XqAt", "-h", self._folder, "-p", str(self._port), "-U",
                               "postgres", "-c", ask, "postgres"], capture_output=True, text=True, cwd="/")
        if said.returncode != 0:
            raise ServerError(f"The sessions could not be ended: {said.stderr.strip()}")
        return int(said.stdout)

    def processes(self):
        """The postmaster first, then its children."""
        postmaster = self._process.pid
        children = pathlib.Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text(encoding="ascii")
        return [postmaster, *map(int, children.split())]

    def freeze(self):
        self._frozen = []
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
                self._frozen.append(pid)

    def thaw(self):
        while self._frozen:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._frozen.pop(), signal.SIGCONT)

    def pin(self, cores):
        """Backends that start later inherit it."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.sched_setaffinity(pid, cores)

    def await_no_clients(self):
        """Waits until the sessions of the last contestant are gone, so that the next one doesn't pay for their end."""
        deadline = time.monotonic() + READY_S
        while any(self._is_client(pid) for pid in self.processes()[1:]):
            if time.monotonic() > deadline:
                raise ServerError("Sessions of a contestant that ended are still there.")
            time.sleep(0.01)

    @staticmethod
    def _is_client(pid):
        try:
            return b"127.0.0.1(" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False

    def _remove(self):
        self.thaw()
        if self.is_running():
            self.stop_immediately()
        shutil.rmtree(self._folder, ignore_errors=True)
