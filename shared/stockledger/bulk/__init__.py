"""Files of many rows: imports of quantities and settings, and exports of levels."""
