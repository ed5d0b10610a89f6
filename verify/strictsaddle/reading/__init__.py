"""Text and tables of users, with places and remedies."""
