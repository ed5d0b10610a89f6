"""The route of objectives that are polynomials on each of finitely many cells: relu, leaky relu, abs, max, hinge, Huber, l1, SCAD, MCP."""
