"""Proves whether an optimisation objective is strict-saddle, and says where it is not.

    import strictsaddle as ss
    objective = ss.Objective("double-well", variables="x y", expression="x**4/4 - x**2/2 + y**2/2")
    verdict = ss.check(objective)
"""

__version__ = "0.1.0"
