"""A service that its settings forbid to work says so in its log and ends, with nothing else."""

import json
import os
import subprocess
import sys

SERVICES = (
    "stockledger_command_handler",
    "stockledger_projector",
    "stockledger_scheduler",
    "stockledger_notifier",
)
RUN_EACH = """
import runpy, sys
for module in sys.argv[1:]:
    try:
        runpy.run_module(module, run_name="__main__")
    except SystemExit as ended:
        print(ended.code, file=sys.stderr)
"""


def test_a_wrong_setting_ends_each_service_with_a_line_of_its_log() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", RUN_EACH, *SERVICES],
        env={**os.environ, "INVENTORY_REPLY_TOPICS": "shop.results.v1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr.split()) == (0, ["1"] * len(SERVICES))
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [(line["level"], line["event"]) for line in lines] == [
        ("critical", "stopped for good")
    ] * len(SERVICES)
    assert all(line["error"].startswith("INVENTORY_REPLY_TOPICS: ") for line in lines)
