"""What developers run: the embedded stack, the demo shop, the load (extra `dev`)."""
