"""`python -m stockledger_scheduler`."""

import sys

from stockledger_scheduler.app import main

sys.exit(main())
