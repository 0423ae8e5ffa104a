#!/usr/bin/env python3
"""The real program in a pseudo-terminal: time to its first frame, memory with four panes running, processor time when they rest.

usage: session.py WORKBENCH [FRAME-FILE]     prints JSON lines as the Swift benchmarks do
A terminal emulator (pyte) tells what stands on the screen after each read; reads are stamped as they come, looked at afterwards.
"""
import codecs
import fcntl
import json
import os
import pty
import select
import shutil
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time

import pyte

COLUMNS, ROWS = 160, 48
LONG = [("2", "updates", "1000000000"), ("3", "iterations", "1000"), ("4", "bootstrap", "100000")]
TICK = os.sysconf("SC_CLK_TCK")


class Terminal:
    """A program in a pseudo-terminal of its own, with nothing of ours in its environment but PATH."""

    def __init__(self, command):
        self.home = tempfile.mkdtemp(prefix="workbench-benchmark-")
        environment = {"PATH": os.environ["PATH"], "HOME": self.home, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self.reads, self.seen = [], 0
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.Stream(self.screen)
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        # The size is set before the program can ask for it.
        primary, secondary = pty.openpty()
        fcntl.ioctl(secondary, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.began = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(primary)
            os.login_tty(secondary)
            os.execve(command[0], command, environment)
        os.close(secondary)
        self.file = primary

    def listen(self, seconds, until=None):
        """Reads for that long, or until a read makes `until()` true."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.file], [], [], left)[0]:
                return
            try:
                data = os.read(self.file, 1 << 16)
            except OSError:
                return
            self.reads.append((time.monotonic() - self.began, data))
            # A terminal answers what it is asked: synchronised output is known.
            if b"\x1b[?2026$p" in data:
                os.write(self.file, b"\x1b[?2026;2$y")
            if until and until():
                return

    def press(self, keys, seconds):
        """Types each key and reads for that long after it."""
        for key in keys:
            os.write(self.file, key.encode())
            self.listen(seconds)

    def screens(self):
        """After each read not looked at yet: its time and the screen's rows."""
        while self.seen < len(self.reads):
            at, data = self.reads[self.seen]
            self.seen += 1
            self.stream.feed(self.decoder.decode(data))
            yield at, self.screen.display

    def rows(self):
        """The rows of the screen as it stands."""
        for _ in self.screens():
            pass
        return list(self.screen.display)

    def set(self, pane, parameter, value):
        """Goes down the pane's list of parameters to one and types its value."""
        self.press(pane, 0.3)
        for _ in range(60):
            if any(f"▸ {parameter} " in row for row in self.rows()):
                self.press(["=", "\x15", value, "\r"], 0.3)
                return
            self.press(["\x1bOB"], 0.1)
        sys.exit(f"session.py: parameter {parameter} was not found in pane {pane}")

    def status(self, field):
        with open(f"/proc/{self.pid}/status") as file:
            # The field is missing when the program has ended.
            return next(int(line.split()[1]) for line in file if line.startswith(field + ":"))

    def processor(self):
        """Seconds of processor time so far, of all threads."""
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def close(self):
        os.write(self.file, b"q")
        self.listen(5, until=lambda: os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None)
        if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.file)
        shutil.rmtree(self.home, ignore_errors=True)


def say(name, note="", seconds=None, value=None, aim=None, **more):
    print(json.dumps({"room": "session", "name": name, "seconds": seconds, "value": value, "note": note, "aim": aim, "peers": [], **more}), flush=True)


def first_frame(command):
    """Seconds to the first whole frame (its bottom row written), and until every pane's experiment stands in its frame."""
    terminal = Terminal(command)
    terminal.listen(1.5)
    whole = made = None
    for at, rows in terminal.screens():
        if whole is None and rows[-1].strip():
            whole = at
        if made is None and whole is not None and sum(row.count("running") for row in rows) >= 3:
            made = at
            break
    terminal.close()
    return whole, made


def main():
    command = [os.path.abspath(sys.argv[1])]
    times = [first_frame(command) for _ in range(9)]
    whole = [t for t, _ in times if t is not None]
    made = [t for _, t in times if t is not None]
    if not whole:
        sys.exit("session.py: no frame was seen")
    say(
        "from exec to the first whole frame", seconds=statistics.median(whole), aim=0.1,
        note=f"{COLUMNS} x {ROWS}, four panes; median of {len(whole)}, slowest {max(whole) * 1e3:.0f} ms")
    if made:
        say("from exec to all panes running on the screen", seconds=statistics.median(made), note=f"median of {len(made)}")

    # The default runs end within seconds; these go on for minutes. The entropy pane has nothing more to do after its solve.
    terminal = Terminal(command)
    terminal.listen(2)
    for pane, parameter, value in LONG:
        terminal.set(pane, parameter, value)
    terminal.listen(10)
    running = sum(row.count("▶ running") for row in terminal.rows())
    say(
        f"resident memory, four panes, {running} of them running, after 10 s", value=terminal.status("VmRSS") / 1024, unit="MB", aim=100,
        note=f"VmRSS; peak {terminal.status('VmHWM') / 1024:.0f} MB; {terminal.processor():.1f} s of processor time")
    terminal.listen(50)
    say("resident memory after 60 s", value=terminal.status("VmRSS") / 1024, unit="MB", note=f"peak {terminal.status('VmHWM') / 1024:.0f} MB")
    terminal.press("2 3 4 ", 0.3)
    terminal.listen(2)
    rest = terminal.rows()
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w") as file:
            file.write("\n".join(row.rstrip() for row in rest) + "\n")
    before, began, reads = terminal.processor(), time.monotonic(), len(terminal.reads)
    terminal.listen(20)
    share = (terminal.processor() - before) / (time.monotonic() - began) * 100
    still = not any("▶ running" in row for row in rest)
    say(
        "processor time, four panes at rest", value=share, unit="%", aim=1,
        note=f"of one core over 20 s; {len(terminal.reads) - reads} writes to the terminal" + ("" if still else "; a pane still ran"))
    terminal.close()


main()
