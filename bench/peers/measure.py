"""Runs one pipeline of processes and prints what it took, as JSON.

`python measure.py '[["tap", "--config", "c"], ["target"]]' OUT`: each process reads what the one before it writes, the
last one writes to the file OUT. Times are in ms, instants since 1970; cpuMs is user and system time of all processes
with the children they waited for, as the kernel counts it; status is the first exit code that is not 0.
"""

import json
import os
import subprocess
import sys
import time

stages, out = json.loads(sys.argv[1]), sys.argv[2]
begun = time.time()
running, source = [], None
with open(out, "wb") as file:
    for stage in stages:
        last = stage is stages[-1]
        process = subprocess.Popen(
            stage, stdin=source or subprocess.DEVNULL, stdout=file if last else subprocess.PIPE
        )
        if source:
            # Only the reader keeps it open: the writer is told when the reader ends.
            source.close()
        source = process.stdout
        running.append(process)
cpu, status = 0.0, 0
for process in running:
    _, code, use = os.wait4(process.pid, 0)
    cpu += use.ru_utime + use.ru_stime
    status = status or os.waitstatus_to_exitcode(code)
ended = time.time()
print(json.dumps({"begunAt": begun * 1000, "endedAt": ended * 1000, "cpuMs": cpu * 1000, "status": status}))
