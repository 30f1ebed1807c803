"""Folds the events into read models, and answers questions from them."""
