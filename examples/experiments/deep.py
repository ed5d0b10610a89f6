"""Convolution and recurrent networks: the Hessian's index along the path, with and without ridges, and what is at the path's end.

    python examples/experiments/deep.py        about ten minutes on two cores; goes on where it was stopped

Networks of some 250 weights with tanh on mnist1d (pip install --no-deps mnist1d), cross-entropy. At points along the path of Adam and of
gradient descent with momentum all eigenvalues of the Hessian of what is minimised are taken, in double precision; from the end saddle-free
Newton goes on, to see whether there is a stationary point at all. Nothing here is proved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from shared import COLOURS, FOLDER, Store, arguments, figure, page, table
from training import has_mnist1d, settings

from strictsaddle.dynamics.functions import LOSSES, Functions
from strictsaddle.dynamics.optimisers import optimiser
from strictsaddle.dynamics.optimisers.optimiser import Optimiser
from strictsaddle.dynamics.problem import Problem
from strictsaddle.dynamics.simulate import described

ROWS, CLASSES = 200, 10
STEPS = 1500
LOOKS = (0, 3, 10, 30, 100, 200, 500, 1000, STEPS)
POLISHING, LONGEST_STEP = 12, 0.5  # steps of saddle-free Newton, and their greatest length
ARMS = {"none": 0.0, "equal ridge 1/1000": 1e-3, "own ridge, about 1/1000": 1e-3}
OPTIMISERS = {"adam": 0.01, "momentum": 0.05}
RESTING = 1e-8  # |grad J|


@dataclass(frozen=True)
class Net:
    """Shapes of its weights, in their order, and its outputs (rows, classes) from weights by shape and inputs (rows, length)."""

    shapes: tuple[tuple[int, ...], ...]
    forward: Callable[[list[Any], Any], Any]

    @property
    def dimension(self) -> int:
        return sum(int(np.prod(shape)) for shape in self.shapes)

    def outputs(self, w: Any, x: Any) -> Any:
        parts, start = [], 0
        for shape in self.shapes:
            size = int(np.prod(shape))
            parts.append(w[start : start + size].reshape(shape))
            start += size
        return self.forward(parts, x)


def convolution(channels: int = 4, more: int = 6, kernel: int = 5) -> Net:
    """Two convolutions with tanh, the mean over the length, and a dense layer."""

    def layer(x: Any, weights: Any, bias: Any) -> Any:
        made = jax.lax.conv_general_dilated(x, weights, (1,), "VALID", dimension_numbers=("NCH", "OIH", "NCH"))
        return jnp.tanh(made + bias[None, :, None])

    def forward(parts: list[Any], x: Any) -> Any:
        one, b1, two, b2, last, b3 = parts
        hidden = layer(layer(x[:, None, :], one, b1), two, b2)
        return hidden.mean(axis=-1) @ last.T + b3

    return Net(
        ((channels, 1, kernel), (channels,), (more, channels, kernel), (more,), (CLASSES, more), (CLASSES,)), forward
    )


def recurrent(hidden: int = 12) -> Net:
    """Elman's network with tanh, unrolled over the sequence, the output at its end."""

    def forward(parts: list[Any], x: Any) -> Any:
        enters, stays, bias, last, b = parts

        def step(h: Any, at: Any) -> Any:
            return jnp.tanh(at[:, None] * enters[None, :] + h @ stays.T + bias), None

        h, _ = jax.lax.scan(step, jnp.zeros((x.shape[0], hidden), x.dtype), x.T)
        return h @ last.T + b

    return Net(((hidden,), (hidden, hidden), (hidden,), (CLASSES, hidden), (CLASSES,)), forward)


NETS = {"convolution": convolution(), "recurrent": recurrent()}


def data() -> tuple[np.ndarray, np.ndarray]:
    """The first rows of mnist1d, standardised."""
    from mnist1d.data import get_dataset_args, make_dataset

    made = make_dataset(get_dataset_args())
    x = made["x"][:ROWS]
    return (x - x.mean()) / x.std(), made["y"][:ROWS]


def measured(name: str, arm: str, method: str, seed: int, steps: int) -> dict[str, Any]:
    """One path: values at the looks, and what saddle-free Newton finds from its end."""
    net = NETS[name]
    x, y = data()
    random = np.random.default_rng(seed)
    start = np.concatenate(
        [random.standard_normal(s).ravel() / np.sqrt(max(1, np.prod(s[1:]))) for s in net.shapes]
    )  # of all arms
    ridge = ARMS[arm] * (random.uniform(0.5, 1.5, net.dimension) if "own" in arm else np.ones(net.dimension))
    with jax.enable_x64(True):
        inputs, labels = jnp.asarray(x), jnp.asarray(y, float)[:, None]

        def loss(w: Any) -> Any:
            return jnp.mean(LOSSES["cross_entropy"](net.outputs(w, inputs), labels))

        problem = Problem(Functions(net.dimension, lambda w: loss(w) + ridge @ w**2))
        rate = OPTIMISERS[method]
        rules = settings(rate)._replace(damping=1e-3)
        made, newton = optimiser(method), optimiser("saddle-free")
        assert isinstance(made, Optimiser) and isinstance(newton, Optimiser)

        def several(w: Any, state: Any, count: Any) -> Any:
            return jax.lax.fori_loop(0, count, lambda _, c: made.step(problem, rules, c[0], c[1], None), (w, state))

        advance = jax.jit(several)
        w = jnp.asarray(start)
        state, done, record = made.start(problem, rules, w), 0, []
        for look in [k for k in LOOKS if k <= steps]:
            w, state = advance(w, state, look - done)
            done = look
            record.append(looked(problem, loss, w, look))
        polish = jax.jit(lambda w: newton.step(problem, rules, w, (), None)[0])
        best = w
        for _ in range(POLISHING):
            step = polish(best) - best
            moved = best + step * jnp.minimum(1.0, LONGEST_STEP / jnp.linalg.norm(step))
            if not bool(jnp.all(jnp.isfinite(moved))) or float(jnp.linalg.norm(problem.gradient(moved))) < 1e-13:
                break
            best = moved
        return {"path": record, "end": looked(problem, loss, best, done), "moved": float(jnp.linalg.norm(best - w))}


def looked(problem: Problem, loss: Any, w: Any, step: int) -> dict[str, float]:
    """The unmodified loss, the gradient's norm and the spectrum's ends at a point."""
    _, slope, eigenvalues = described(problem, np.asarray(w)[None])
    scale = float(np.abs(eigenvalues[0]).max())
    return {
        "step": step, "loss": float(loss(w)), "gradient": float(slope[0]), "index": int((eigenvalues[0] < -1e-10 * scale).sum()),
        "nullity": int((np.abs(eigenvalues[0]) <= 1e-10 * scale).sum()), "least": float(eigenvalues[0][0]), "largest": scale,
    }  # fmt: skip


def main() -> None:
    given = arguments(__doc__, seeds={"type": int, "default": 1, "help": "paths of each kind"})
    if not has_mnist1d():
        raise SystemExit("mnist1d is not installed: pip install --no-deps mnist1d")
    store = Store(given.output, "deep", [Path(__file__), FOLDER / "training.py"], given.again)
    seeds, steps = (1, 10) if given.quick else (given.seeds, STEPS)
    nets = ["recurrent"] if given.quick else list(NETS)
    keys = [(n, a, m, s) for n in nets for a in ARMS for m in OPTIMISERS for s in range(given.seed, given.seed + seeds)]
    found = {key: store.get([*key, steps], lambda k=key: measured(*k, steps), len(keys)) for key in keys}
    numbers = [{"net": n, "arm": a, "optimiser": m, "seed": s, **record} for (n, a, m, s), record in found.items()]
    page(given.output, "deep", text(found, seeds, steps, given.seed), numbers, picture(found))


def text(found: dict[Any, Any], seeds: int, steps: int, seed: int) -> str:
    """The page."""
    rows = []
    for (net, arm, method, number), record in found.items():
        last, end = record["path"][-1], record["end"]
        rest = "yes" if end["gradient"] < RESTING else "no"
        rows.append(
            [net, arm, method, number, record["path"][0]["index"], last["index"], f"{last['loss']:.4f}", f"{last['gradient']:.1e}",
             f"{last['least']:.1e}", f"{end['gradient']:.1e}", rest, end["index"], end["nullity"], f"{record['moved']:.2f}"]
        )  # fmt: skip
    head = ["network", "modification", "optimiser", "seed", "index at the start", "at the end", "loss", "gradient", "least eigenvalue",
            "gradient then", "at rest", "index then", "nullity then", "moved"]  # fmt: skip
    sizes = ", ".join(f"{name} {net.dimension}" for name, net in NETS.items())
    return f"""# Convolution and recurrent networks

`python examples/experiments/deep.py --seeds {seeds} --seed {seed}`

{ROWS} rows of mnist1d, cross-entropy, tanh; weights: {sizes}. Full-batch Adam and gradient descent with momentum, {steps} steps. The index
counts negative eigenvalues of the Hessian of what is minimised (the loss with its ridge), all of which are computed, in double precision.
From the end of each path saddle-free Newton goes on for {POLISHING} steps; "at rest" is a gradient below {RESTING:g} after them.

{table(rows, head)}

![index along the paths](deep.png)

Whether the points at rest are stationary points is not proved here: a proof for one point at this size is not part of the program yet.
"""


def picture(found: dict[Any, Any]) -> Any:
    """Index against loss along the paths."""
    nets = list(dict.fromkeys(net for net, *_ in found))
    made, axes = figure(1, len(nets), 9.5, 4.4)
    for ax, net in zip(axes[0], nets, strict=True):
        for (name, arm, method, number), record in found.items():
            if name != net:
                continue
            label = f"{arm}, {method}" if number == min(s for n, *_, s in found if n == net) else None
            k = list(ARMS).index(arm)
            x, y = [p["loss"] for p in record["path"]], [p["index"] for p in record["path"]]
            ax.plot(
                x, y, "-o" if method == "adam" else "--s", color=COLOURS[k], markersize=3, linewidth=0.9, label=label
            )
        ax.set_title(net)
        ax.set_xlabel("loss, unmodified")
    axes[0][0].set_ylabel("index of the Hessian")
    made.legend(*axes[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False, fontsize=8)
    return made


if __name__ == "__main__":
    main()
