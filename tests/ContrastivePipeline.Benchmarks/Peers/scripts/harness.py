"""How a peer talks to the benchmark: a greeting, then one line in, one repetition, one line out, until the input ends."""

import json
import platform
import sys
import time


def missing(error):
    """Says that a module is not installed, and ends."""
    print(json.dumps({"missing": error.name}), flush=True)
    sys.exit(0)


def unfit(reason):
    """Says why a comparison would not be fair, and ends."""
    print(json.dumps({"unfit": reason}), flush=True)
    sys.exit(0)


def serve(cases, versions, parameters=0):
    """Runs the cases that are asked for by name; each is a function without arguments."""
    greeting = {"versions": f"Python {platform.python_version()}, {versions}", "parameters": parameters}
    print(json.dumps(greeting), flush=True)
    for line in sys.stdin:
        work = cases[line.strip()]
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        sample = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
        print(json.dumps(sample), flush=True)
