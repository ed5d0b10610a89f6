"""A formula and nothing else: its graph, text in and out, expansion, normal forms."""
