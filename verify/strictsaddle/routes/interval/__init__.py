"""The covering, with what goes before and after it."""
