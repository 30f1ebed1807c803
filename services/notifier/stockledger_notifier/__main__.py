"""`python -m stockledger_notifier`."""

import sys

from stockledger_notifier.app import main

sys.exit(main())
