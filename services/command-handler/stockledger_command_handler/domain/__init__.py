"""The rules of stock: pure, one aggregate a file."""
