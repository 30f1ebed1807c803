"""The queries over HTTP: read only, one tenant a request."""
