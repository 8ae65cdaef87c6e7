"""Runs on Spark's executors: hands rows to one Node process a task, unit by unit, and its results back to Spark.

A record that ends Node (it kills it, or takes all of its memory) costs that record alone: Node notes which record it looks at, so a new
process is given the unit again and passes that record over. What the unit gave before is not given twice, as the same rows come
in the same order.
"""

import collections
import json
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import threading

UNIT, ARROW, END, ERROR = 1, 2, 3, 4
HEAD = struct.Struct("<BI")
# Unit, whether a record is looked at, and which.
NOTE = struct.Struct("<ddd")
# Marks an error that is Tilth's own among what Spark says around it.
MARK = "TILTH-ERROR "
# Records of one unit that may end Node before the task gives up: each costs reading the unit again.
MOST_FAULTS = 20
# Lines of standard error that are kept for a message: a trace of Node's memory has about fifty.
KEPT_LINES = 80
# What Node says there when its heap is full, and how long its last words are waited for.
NO_MEMORY = "heap out of memory"
LISTEN_SECONDS = 10


class Lost(Exception):
    """Node is gone."""


def make(conf):
    """The function for mapInArrow.

    conf: JSON with `program` and `job`, names of files of the session; `node`, a path, or null for the one that was shipped or is found;
    `memoryMb`, what Node's heap may take.
    """
    settings = json.loads(conf)

    def run(batches):
        node = Node(settings)
        try:
            for unit, parts in units_of(batches):
                yield from results_of(node, unit, parts)
        finally:
            node.close()

    return run


def units_of(batches):
    """Neighbouring rows of one unit, as slices of batches. Rows come sorted by unit."""
    unit, parts = None, []
    for batch in batches:
        numbers = batch.column(0).to_pylist()
        start = 0
        while start < len(numbers):
            end = start
            while end < len(numbers) and numbers[end] == numbers[start]:
                end += 1
            if unit is not None and numbers[start] != unit:
                yield unit, parts
                parts = []
            unit = numbers[start]
            parts.append(batch.slice(start, end - start))
            start = end
    if unit is not None:
        yield unit, parts


def results_of(node, unit, parts):
    faults, given = [], 0
    while True:
        skip = given
        try:
            for batch in node.results(unit, faults, parts):
                if skip >= batch.num_rows:
                    skip -= batch.num_rows
                    continue
                batch, skip = batch.slice(skip), 0
                given += batch.num_rows
                yield batch
            return
        except Lost as lost:
            place = node.place(unit)
            if place is None:
                raise failed(f"Node ended outside of any record: {lost}", node.said()) from None
            if any(each["place"] == place for each in faults) or len(faults) == MOST_FAULTS:
                raise failed(f"Node ended again and again at records of unit {unit}: {lost}", node.said()) from None
            faults.append({"place": place, "fault": str(lost)})


def failed(message, said=""):
    detail = {"code": "data", "message": message, "said": said}
    return RuntimeError(MARK + json.dumps(detail))


class Node:
    """One Node process, started when it is needed."""

    def __init__(self, settings):
        self.settings = settings
        self.process = None
        self.listener = None
        self.lines = collections.deque(maxlen=KEPT_LINES)
        handle, self.note = tempfile.mkstemp(prefix="tilth-record-")
        os.close(handle)

    def results(self, unit, faults, parts):
        """Batches of a unit's results. Raises Lost where Node ends before the unit does."""
        import pyarrow as pa

        if self.process is None:
            self.start()
        feeder = threading.Thread(target=self.feed, args=(self.process, unit, faults, parts), daemon=True)
        feeder.start()
        while True:
            kind, body = self.read()
            if kind == END:
                feeder.join()
                return
            if kind == ERROR:
                raise RuntimeError(MARK + body.decode())
            yield from pa.ipc.open_stream(body)

    def feed(self, process, unit, faults, parts):
        import pyarrow as pa

        try:
            send(process.stdin, UNIT, json.dumps({"unit": unit, "faults": faults}).encode())
            for part in parts:
                sink = pa.BufferOutputStream()
                with pa.ipc.new_stream(sink, part.schema) as stream:
                    stream.write_batch(part)
                send(process.stdin, ARROW, sink.getvalue())
            send(process.stdin, END, b"")
            process.stdin.flush()
        except (BrokenPipeError, ValueError):
            # Node is gone, which whoever reads from it sees.
            pass

    def read(self):
        kind, length = HEAD.unpack(self.exactly(HEAD.size))
        return kind, self.exactly(length)

    def exactly(self, length):
        body = self.process.stdout.read(length)
        if len(body) < length:
            process, self.process = self.process, None
            code = process.wait()
            self.listener.join(LISTEN_SECONDS)
            raise Lost("out of memory" if NO_MEMORY in self.said() else ending(code))
        return body

    def start(self):
        from pyspark import SparkFiles

        folder = os.path.dirname(SparkFiles.get(self.settings["job"]))
        program = os.path.join(folder, self.settings["program"])
        command = [
            self.node(folder),
            f"--max-old-space-size={self.settings['memoryMb']}",
            program,
            SparkFiles.get(self.settings["job"]),
            self.note,
        ]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=1 << 20
        )
        self.lines.clear()
        self.listener = threading.Thread(target=self.listen, args=(self.process,), daemon=True)
        self.listener.start()

    def node(self, folder):
        shipped = os.path.join(folder, "tilth-node", "bin", "node")
        for path in (self.settings.get("node"), shipped, shutil.which("node")):
            if path and os.path.exists(path):
                return path
        raise failed("no Node on this executor: install it, or ship it with tilth spark pack")

    def listen(self, process):
        for line in process.stderr:
            self.lines.append(line.decode(errors="replace").rstrip())

    def said(self):
        return "\n".join(self.lines)

    def place(self, unit):
        """The record that was looked at when Node ended; None = none was."""
        with open(self.note, "rb") as file:
            note = file.read(NOTE.size)
        if len(note) < NOTE.size:
            return None
        of, looked, place = NOTE.unpack(note)
        return place if looked == 1 and of == unit else None

    def close(self):
        process, self.process = self.process, None
        if process is not None:
            # Nothing more is wanted of it, whether it has ended its last unit or not.
            process.kill()
            process.wait()
        if os.path.exists(self.note):
            os.unlink(self.note)


def send(file, kind, body):
    file.write(HEAD.pack(kind, len(body)))
    file.write(body)


def ending(code):
    if code < 0:
        return f"ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
