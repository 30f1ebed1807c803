"""A process that owns an embedded stack: `python -m tests.support.stack_owner FOLDER [freeze]`.

It prints the pids of Kafka and PostgreSQL on one line and waits to be ended.
"""

import os
import sys
import threading
from pathlib import Path

from stockledger.dev.stack import EmbeddedStack, running_stack


def main() -> None:
    with running_stack(Path(sys.argv[1]), environment=os.environ, report=_to_stderr) as stack:
        assert isinstance(stack, EmbeddedStack)
        if "freeze" in sys.argv[2:]:
            stack.kafka.freeze()
            stack.postgres.freeze()
        sys.stdout.write(f"{stack.kafka.pid} {stack.postgres.pid}\n")
        sys.stdout.flush()
        while True:  # a signal between two looks is not lost, as it would be before a pause
            threading.Event().wait(1.0)


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
