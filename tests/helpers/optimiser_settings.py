"""Settings of optimisers on quadratics with curvatures of about 1; tests change what they are about."""

from __future__ import annotations

from strictsaddle.dynamics.optimisers.optimiser import Settings

SETTINGS = Settings(
    step=0.05, spread=1e-3, noise=0.1, momentum=0.9, rate=0.01, damping=0.1, perturbation=1e-3, flat=1e-2, patience=40
)
