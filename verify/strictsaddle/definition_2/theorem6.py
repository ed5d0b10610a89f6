"""The step size that stochastic gradient descent needs, from the constants of Definition 2: orders of magnitude.

Theorem 6 of Ge, Huang, Jin and Yuan (arXiv 1503.02101): for eta <= eta_max / max(1, log(1/zeta)), with probability 1
- zeta SGD is after O~(eta^-2 log(1/zeta)) steps close to a local minimum. eta_max is polynomial in the constants and
is not written out there. Three of the conditions that its proof puts on eta, for noise of unit variance in each of n
unknowns and |H| <= beta:

* the gradient's region: a step lowers f by eta |g|^2 / 2 and noise raises it by eta^2 beta n / 2, so eta <=
  min(1/beta, epsilon^2 / (2 beta n));
* near a minimum: |w - w*|^2 shrinks by the factor 1 - eta alpha when eta <= alpha / beta^2, and its variance settles
  at eta n / alpha, which must stay within delta^2: eta <= alpha delta^2 / n;
* at a saddle the noise is amplified by 1 + eta gamma a step, while |g| < epsilon: it takes log(1/eta) / (eta gamma)
  steps, and what f falls in those must not be eaten up by noise: this makes eta smaller still, by a factor that needs
  the Hessian's Lipschitz constant, left out here.

So the step size below is an upper one, and eta^-2 is a lower one of the iterations that the theorem asks for.
"""

from __future__ import annotations

from strictsaddle.arithmetic.outward import nearest_double
from strictsaddle.definition_2.violation import Constants
from strictsaddle.records.definition_2 import Theorem6


def step_size(beta: float, n: int, constants: Constants) -> tuple[float, str]:
    """The largest eta that the conditions above allow, and the one that binds."""
    a, e, d = nearest_double(constants.alpha), nearest_double(constants.epsilon), nearest_double(constants.delta)
    conditions = {
        "1/beta, smoothness": 1.0 / beta,
        "epsilon^2 / (2 beta n), the gradient against its noise": e * e / (2 * beta * n),
        "alpha / beta^2, contraction to the minimum": a / (beta * beta),
        "alpha delta^2 / n, staying near the minimum": a * d * d / n,
    }
    binding = min(conditions, key=lambda name: conditions[name])
    return conditions[binding], binding


def theorem_6(beta: float, n: int, constants: Constants) -> Theorem6:
    """What follows from constants that hold, with |H| <= beta."""
    step, binding = step_size(beta, n, constants)
    return Theorem6(step, step**-2, binding, beta, "the box of the stationary points with 2 delta about it")
