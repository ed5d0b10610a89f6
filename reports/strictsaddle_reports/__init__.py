"""A verdict as text, JSON, JUnit, Markdown, LaTeX, HTML and pictures: every report comes from the one record."""
