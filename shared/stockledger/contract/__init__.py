"""The public contract, generated from the messages: JSON Schemas and an AsyncAPI document.

`python -m stockledger.contract <folder>` writes it; `make schemas` calls that.
"""

from stockledger.contract.documents import contract_files, write_contract

__all__ = ["contract_files", "write_contract"]
