"""The subcommands of `stockledger`, one module each. Exit status 2: it could not be done at all."""
