"""The read models: one module a question, its statements beside it."""
