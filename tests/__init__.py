"""Everything that convicts Stockledger of a broken promise."""
