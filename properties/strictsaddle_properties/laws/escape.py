"""The law that strict saddles are for: noisy gradient descent leaves them."""

from __future__ import annotations

import numpy as np

from strictsaddle.objective.domain import Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle_properties.engine import Engine
from strictsaddle_properties.law import Broken, DoesNotApply, law

MOST_STEPS = 4000
FLATTEST = 0.05  # |least eigenvalue| / largest: in n steps noise grows by exp(0.1 * this * n), here e^20


@law("noisy gradient descent from a listed strict saddle ends lower", "seed")
def descent_leaves_saddles(engine: Engine, objective: Objective, seed: int) -> None:
    if isinstance(objective.domain, Spheres):
        raise DoesNotApply("the domain is curved")
    random = np.random.default_rng(seed)
    tried = 0
    for saddle in engine.check(objective).stationary.isolated:
        if saddle.kind != "strict_saddle" or not saddle.eigenvalues:
            continue
        steepest = max(abs(end) for value in saddle.eigenvalues for end in value)
        least = saddle.eigenvalues[0].high
        if least > -FLATTEST * steepest:
            continue
        tried += 1
        point = start = np.array(saddle.point).mean(axis=1)
        rate = 0.1 / max(steepest, 1e-300)
        noise = 1e-6 * (1 + float(np.max(np.abs(start))))
        for _ in range(MOST_STEPS):
            point = engine.step(objective, point + noise * random.standard_normal(len(point)), rate)
            # 1e-3 beyond which the quadratic part has decided, and rounding is small
            if not np.all(np.isfinite(point)) or np.max(np.abs(point - start)) > 1e3 * noise:
                break
        else:
            raise Broken(
                f"{MOST_STEPS} noisy steps stay at {start.tolist()}, whose least eigenvalue is {saddle.eigenvalues[0]}"
            )
        value = engine.enclose(objective, point, point).value
        if np.isfinite(value[0]) and float(value[0]) > saddle.value.high:
            raise Broken(f"descent from the saddle {start.tolist()} climbs from {saddle.value} to {value}")
    if not tried:
        raise DoesNotApply("no certified strict saddle with a clearly negative eigenvalue")
