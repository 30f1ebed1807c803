"""`python -m stockledger`, where the installed script is out of reach."""

from stockledger.cli import main

main()
