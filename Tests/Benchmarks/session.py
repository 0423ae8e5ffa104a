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
import re
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

    def __init__(self, command, columns=COLUMNS, rows=ROWS):
        self.home = tempfile.mkdtemp(prefix="workbench-benchmark-")
        environment = {"PATH": os.environ["PATH"], "HOME": self.home, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self.reads, self.seen = [], 0
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.Stream(self.screen)
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        # The size is set before the program can ask for it.
        primary, secondary = pty.openpty()
        fcntl.ioctl(secondary, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
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


def chosen(rows):
    """The parameter that the keys act on, as the screen shows it."""
    return next((row.split("▸ ", 1)[1].split()[0] for row in rows if "▸ " in row), None)


def key_latency(command, presses=300):
    """Seconds from a key's bytes to the screen that shows what it did, with four panes running."""
    terminal = Terminal(command + ["session", "entropy.wallis", "sampling.mixture", "classifier.metrics", "classifier.metrics"])
    terminal.listen(2)
    for pane, parameter, value in LONG[:1] + [("3", "bootstrap", "100000"), ("4", "bootstrap", "100000")]:
        terminal.set(pane, parameter, value)
    terminal.press("1", 1)
    terminal.rows()
    times = []
    for index in range(presses):
        times.append(time.monotonic() - terminal.began)
        # Keys come at moments of their own, not in step with the frames.
        terminal.press(["\x1bOB" if index % 2 == 0 else "\x1bOA"], 0.05 + 0.0007 * (index % 53))
    end = time.monotonic() - terminal.began
    latencies = []
    # The first pane's quarter of the screen.
    shown = [(at, chosen([row[: COLUMNS // 2] for row in rows[: ROWS // 2]])) for at, rows in terminal.screens()]
    for index, at in enumerate(times):
        before = next((name for moment, name in reversed(shown) if moment < at and name), None)
        until = times[index + 1] if index + 1 < len(times) else end
        changed = next((moment for moment, name in shown if at <= moment < until and name and name != before), None)
        latencies.append(changed - at if changed is not None else None)
    running = sum(row.count("▶ running") for row in terminal.rows())
    terminal.close()
    met = sorted(latency for latency in latencies if latency is not None)
    lost = latencies.count(None)
    for share, aim in ((0.5, None), (0.99, 0.016)):
        say(
            f"key press to changed screen, p{round(share * 100)}", seconds=met[min(len(met) - 1, int(share * len(met)))], aim=aim,
            note=f"{running} panes running, {len(met)} keys, slowest {met[-1] * 1e3:.1f} ms" + (f"; {lost} not seen" if lost else ""))


def frame_bytes(command, columns, rows):
    """Bytes a frame with the panes on the screen running."""
    terminal = Terminal(command, columns, rows)
    terminal.listen(2)
    for pane, parameter, value in LONG:
        terminal.set(pane, parameter, value)
    terminal.press("2", 2)
    before = len(terminal.reads)
    terminal.listen(10)
    data = b"".join(read for _, read in terminal.reads[before:])
    frames = data.count(b"\x1b[?2026h")
    terminal.close()
    say(
        f"bytes a frame at {columns}x{rows}", value=len(data) / max(1, frames), unit="bytes",
        note=f"{frames / 10:.0f} frames a second, {len(data) / 10240:.0f} kB/s")


def slow_reader(command, rate=9600):
    """A terminal that takes so many bytes a second: keys still act, and the experiment goes on as fast."""
    def steps(terminal):
        text = " ".join(terminal.rows())
        found = re.search(r"([0-9,]+) updates", text)
        return int(found.group(1).replace(",", "")) if found else 0

    def run(listen):
        terminal = Terminal(command + ["session", "sampling.mixture", "--set", "updates=1000000000"], 120, 36)
        terminal.listen(2)
        begin = steps(terminal)
        listen(terminal, 15)
        terminal.listen(1.5)
        done = steps(terminal) - begin
        name = chosen(terminal.rows())
        terminal.close()
        return done, name

    def slowly(terminal, seconds):
        for _ in range(7):
            os.write(terminal.file, b"\x1bOB")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(0.02)
            if select.select([terminal.file], [], [], 0)[0]:
                terminal.reads.append((0, os.read(terminal.file, rate // 50)))

    def quickly(terminal, seconds):
        terminal.press(["\x1bOB"] * 7, 0.05)
        terminal.listen(seconds - 0.35)

    fast, fast_name = run(quickly)
    slow, slow_name = run(slowly)
    keys = "every key was taken" if slow_name == fast_name else f"keys were lost: {slow_name} instead of {fast_name}"
    say("experiment's speed behind a reader of 9,600 bytes a second", value=slow / max(1, fast) * 100, unit="%", note=f"of its speed behind a quick one; {keys}")


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
    key_latency(command)
    frame_bytes(command, 200, 50)
    frame_bytes(command, 80, 24)
    slow_reader(command)


main()
