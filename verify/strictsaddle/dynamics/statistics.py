"""Summaries of samples of exit times, with intervals by the bootstrap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.records.terms import Interval

RESAMPLES = 2_000
LEVEL = 0.95


def mean_interval(sample: Floats, seed: int) -> Interval:
    """The 95 % interval of the mean (percentile bootstrap); a point where all are equal, or there is only one."""
    from scipy.stats import bootstrap

    if len(sample) < 2 or np.ptp(sample) == 0:
        return Interval(float(sample.min()), float(sample.max()))
    random = np.random.default_rng(seed)
    found = bootstrap(
        (sample,),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=LEVEL,
        rng=random,
        method="percentile",
        vectorized=True,
    )
    return Interval(float(found.confidence_interval.low), float(found.confidence_interval.high))


def exponent(sizes: Sequence[float], samples: Sequence[Floats], seed: int) -> tuple[float, Interval]:
    """The slope of ln(mean of a sample) against ln(size) by least squares, and its 95 % interval (percentile bootstrap of the samples)."""
    x = np.log(np.asarray(sizes))
    x = x - x.mean()

    def slope(means: Floats) -> Floats:
        return (np.log(means) * x).sum(axis=-1) / (x**2).sum()  # type: ignore[no-any-return]

    random = np.random.default_rng(seed)
    drawn = np.stack([random.choice(s, (RESAMPLES, len(s))).mean(axis=1) for s in samples], axis=-1)
    low, high = np.quantile(slope(drawn), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(slope(np.array([s.mean() for s in samples]))), Interval(float(low), float(high))
