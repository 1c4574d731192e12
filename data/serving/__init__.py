"""How each serving table is built from the canonical tables, whole or for some days only."""
