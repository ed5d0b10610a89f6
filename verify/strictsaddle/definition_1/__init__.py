"""Is the objective strict-saddle?"""
