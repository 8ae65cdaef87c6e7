#!/usr/bin/env python3
"""Runs a command; its last line of output is then the CPU seconds of it and of all processes it waited for, as JSON.

usage: cpu_time.py COMMAND ARGUMENT...
"""
import json
import resource
import subprocess
import sys

if len(sys.argv) < 2:
    sys.exit(__doc__)
code = subprocess.run(sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"cpuSeconds": used.ru_utime + used.ru_stime}), flush=True)
sys.exit(code)
