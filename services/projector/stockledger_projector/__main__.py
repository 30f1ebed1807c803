"""`python -m stockledger_projector`."""

import sys

from stockledger_projector.app import main

sys.exit(main())
