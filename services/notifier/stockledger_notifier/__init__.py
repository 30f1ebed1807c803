"""The notifier: who is told what, and that it reaches them."""
