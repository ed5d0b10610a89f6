"""Laws that every objective and every verdict must obey, and Hypothesis strategies to try them on.

`laws.LAWS` lists the laws; each is a plain function of an engine, an objective and a case, which raises `Broken`.
`strategies` draws objectives, networks, symmetries, points (needs Hypothesis: the extra `[properties]`).
`trial.tried` tries every law that applies on one objective.
"""
