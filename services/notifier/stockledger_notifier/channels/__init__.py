"""How deliveries leave the house: one module for each way."""
