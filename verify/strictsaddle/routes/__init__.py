"""Asked a question, each returns what it proves, with its evidence."""
