"""`python -m stockledger_command_handler`."""

import sys

from stockledger_command_handler.app import main

sys.exit(main())
