"""Decides every stock command once, and answers it."""
