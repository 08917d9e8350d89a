"""tap-harvest's import of time entries, in the venv that has it: `python bench/tap.py ADDRESS`.

The tap takes no address, so its two are set here. What it writes to stdout, records for whatever program comes next, is
counted and thrown away. Prints one line of JSON.
"""

import contextlib
import io
import json
import sys
import time
from pathlib import Path
from typing import Any

import requests
import singer
from tap_harvest import client
from tap_harvest.discover import discover
from tap_harvest.sync import sync

_CONFIG = {
    "refresh_token": "fake",
    "client_id": "fake",
    "client_secret": "fake",
    "start_date": "2010-01-01T00:00:00Z",
    "user_agent": "bench (bench@gleaner.example)",
}


class Counted(io.TextIOBase):
    """Stands in for stdout."""

    records = 0

    def write(self, text: str) -> int:
        self.records += '"type": "RECORD"' in text[:40] or '"type":"RECORD"' in text[:40]
        return len(text)


def run(address: str) -> dict[str, Any]:
    client.REFRESH_URL = f"{address}/api/v2"
    catalog = discover()
    for stream in catalog.streams:
        marks = singer.metadata.to_map(stream.metadata)
        singer.metadata.write(marks, (), "selected", stream.tap_stream_id == "time_entries")
        stream.metadata = singer.metadata.to_list(marks)
    out, began, cpu = Counted(), time.perf_counter(), time.process_time()
    with contextlib.redirect_stdout(out), client.Client(_CONFIG) as here:
        here.base_url = f"{address}/v2"
        sync(client=here, config=_CONFIG, catalog=catalog, state={})
    took = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    seen = requests.get(f"{address}/bench/log", timeout=60).json()
    return {**took, "peak_mb": peak_mb(), "rows": out.records, "requests": seen}


def peak_mb() -> float:
    """Of this program alone: getrusage would also count what its parent had before it was started."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    print(json.dumps({"first": run(sys.argv[1])}))
