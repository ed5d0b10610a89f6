"""The same question of one objective after another."""
