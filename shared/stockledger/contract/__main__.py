"""`python -m stockledger.contract <folder>`: write the contract, leave nothing else in it."""

import sys
from pathlib import Path

from stockledger.contract.documents import write_contract

if __name__ == "__main__":
    [folder] = [Path(argument) for argument in sys.argv[1:]] or [Path("schemas")]
    sys.stdout.write(f"{write_contract(folder)} files in {folder}\n")
