"""The command `strictsaddle`: reads what a user types, calls a public Python function, shows what comes back."""
