"""exp, tanh, sigmoid, softplus and log with proved error bounds, in operations that become vector instructions.

Each function below returns a lower and an upper bound at one float. It computes an approximation v of the value f,
proves |v - f| <= E*|f| by counting roundings, and returns v moved down and up by a relative MARGIN of at least E +
2u. Throughout u = 2**-53; every operation is IEEE double in rounding to nearest, |RN(t) - t| <= u*|t|, and "cu"
stands for a relative error of at most c*u, terms in u**2 (below 1e-14 of what is counted) being covered by rounding
c up.

**The reduction** (`reduced`), for -1080 <= y <= 1030. n is an integer within 0.5 + 2**-40 of y/ln 2, and z = y -
n*ln 2 is computed from ln 2 = LN2_HIGH + LN2_LOW + d, |d| < 2**-86. LN2_HIGH has 33 bits and |n| < 2**11, so
n*LN2_HIGH is a float; two fused operations of results below 0.347 make an error of at most 0.70u in z, and n*d <
2**-75 adds nothing to speak of. If n = 0, z = y. |z| <= 0.3466. Then p = z + z*z*h(z), h the Taylor polynomial of
(exp(z) - 1 - z)/z**2 of degree 11, evaluated by Horner's rule:
* truncation: |z|**14/14! * 1.03, which is below 0.14u*|exp(z) - 1|;
* Horner: the sum over i of (i + 2)*|z|**i/(i + 2)! * u, and u/2 for the first, is at most 0.70u; h >= 0.446, so
  1.6u in h;
* z*z*h has 1.6u + u, and is at most 0.184 of |exp(z) - 1|; the last operation adds u: together p has 1 + 0.48 +
  0.14 < 1.7u relative to exp(z) - 1. Where z*z underflows, z*z*h is below 2**-500 of z, and p = z is right to far
  less than u.
"""

from __future__ import annotations

from strictsaddle.arithmetic.compilation import inlined
from strictsaddle.arithmetic.directed_rounding import INFINITY, LARGEST, above, below, bits, fma, from_bits

LOG2_E = 1.4426950408889634
LN2_HIGH = 0.6931471803691238  # 0x1.62e42fee00000p-1
LN2_LOW = 1.9082149292705877e-10  # 0x1.a39ef35793c76p-33
ROUNDER = 6755399441055744.0  # 1.5*2**52: adding it rounds to an integer, which its low bits then show
EIGHT = 2.0**-50  # 8u
SIXTEEN = 2.0**-49  # 16u
LEAST_NORMAL = 2.0**-1022


@inlined
def reduced(y: float) -> tuple[int, float]:
    """(the bits from which `power_of_two` makes 2**n, p) with exp(y) = 2**n * (1 + p); see above."""
    shifted = y * LOG2_E + ROUNDER
    n = shifted - ROUNDER
    z = fma(-n, LN2_LOW, fma(-n, LN2_HIGH, y))
    h = 1.0 / 6227020800.0
    h = fma(h, z, 1.0 / 479001600.0)
    h = fma(h, z, 1.0 / 39916800.0)
    h = fma(h, z, 1.0 / 3628800.0)
    h = fma(h, z, 1.0 / 362880.0)
    h = fma(h, z, 1.0 / 40320.0)
    h = fma(h, z, 1.0 / 5040.0)
    h = fma(h, z, 1.0 / 720.0)
    h = fma(h, z, 1.0 / 120.0)
    h = fma(h, z, 1.0 / 24.0)
    h = fma(h, z, 1.0 / 6.0)
    h = fma(h, z, 0.5)
    return bits(shifted), fma(z * z, h, z)


@inlined
def power_of_two(shifted_bits: int) -> float:
    """2**n, -1022 <= n <= 1023, from the low bits of n + ROUNDER (the shift drops all others)."""
    return from_bits((shifted_bits + 1023) << 52)


@inlined
def exp_near_one(p: float) -> float:
    """1 + p, with 2.5u relative to exp(y)/2**n: 0.70u from z, 0.71u from p (1.7u of at most 0.2929, relative to
    0.7071, or of 0.4142 relative to 1.4142), and one rounding."""
    return 1.0 + p


@inlined
def scaled(v: float, shifted_bits: int) -> float:
    """v * 2**n for v in [0.7, 1.5], in two steps, since n may exceed the exponents of floats. Exact save for results of
    at most LEAST_NORMAL, which are rounded, or beyond LARGEST, which are inf."""
    half = ((shifted_bits << 13) >> 13) >> 1  # the low 51 bits as an integer, n, halved
    return v * power_of_two(half) * power_of_two(shifted_bits - half)


@inlined
def exp_value(x: float) -> float:
    """exp(x) to a few units in the last place, for points."""
    y = x if x > -750.0 else -750.0
    k, p = reduced(y if y < 710.0 else 710.0)
    return scaled(exp_near_one(p), k)


@inlined
def exp_down(x: float) -> float:
    """A float <= exp(x), for x < inf. E = 2.5u, MARGIN = 8u.

    The scaling by 2**n goes in two steps, since n may exceed the exponents of floats; it is exact save for results
    that underflow, which are moved, or overflow, which become LARGEST. Beyond [-750, 710] the end of that range
    stands for x: exp(-750) < SMALLEST/2 and exp(710) > LARGEST.
    """
    y = x if x > -750.0 else -750.0
    y = y if y < 710.0 else 710.0
    k, p = reduced(y)
    v = exp_near_one(p)
    v = scaled(fma(-EIGHT, v, v), k)
    v = below(v) if (v > LARGEST) | (v <= LEAST_NORMAL) else v
    return v if v > 0.0 else 0.0


@inlined
def exp_up(x: float) -> float:
    """A float >= exp(x) (inf from 710 on), for x > -inf. As `exp_down`."""
    y = x if x > -750.0 else -750.0
    y = y if y < 710.0 else 710.0
    k, p = reduced(y)
    v = exp_near_one(p)
    v = scaled(fma(EIGHT, v, v), k)
    return above(v) if v <= LEAST_NORMAL else v


@inlined
def tanh_of_magnitude(m: float) -> float:
    """tanh(m) for m >= 0, m beyond 22 as 22. E = 8u unless m < 2**-27.

    With E = exp(-2m) - 1 = 2**n*(1 + p) - 1 in (-1, 0], tanh m = -E/(E + 2). E is computed as 2**n*p + (2**n - 1),
    where 2**n - 1 is a float down to n = -53 and within u/2 below. Relative error of E: n = 0: that of p, 1.7u. n =
    -1: half of 1.7u*0.4142 + 0.70u*1.4143, so 0.86u, over |E| >= 0.2929 makes 2.9u, and its rounding 3.9u. n <= -2:
    a quarter of it over 0.646 and u, 1.7u; n < -53: 1.6u. -E/(E + 2) carries it on times 2/(E + 2), which is at
    most 1.18, 1.48 and 2: 5.8u at the most; adding 2 and dividing make two more roundings.
    """
    y = -2.0 * (m if m < 22.0 else 22.0)
    k, p = reduced(y)
    s = power_of_two(k)
    e = fma(s, p, s - 1.0)
    return -e / (e + 2.0)


SMALL = 2.0**-27


@inlined
def tanh_down(x: float) -> float:
    """A float <= tanh(x). MARGIN = 16u; below 2**-27, x - x**3/3 <= tanh x <= x says that it lies between x and its
    neighbour.

    tanh is increasing, so tanh(22) is a lower bound beyond 22, and 1 > tanh(22)*(1 - 16u) is one of no use to be
    missed.
    """
    m = abs(x)
    t = tanh_of_magnitude(m)
    inner = below(m) if m < SMALL else fma(-SIXTEEN, t, t)
    outer = m if m < SMALL else fma(SIXTEEN, t, t)
    outer = outer if outer < 1.0 else 1.0
    return (inner if m > 0.0 else 0.0) if x >= 0.0 else -outer


@inlined
def sigmoid_down(x: float) -> float:
    """A float <= 1/(1 + exp(-x)). MARGIN = 8u.

    With e = exp(-|x|), 2.5u, it is 1/(1 + e) for x >= 0 and e/(1 + e) for x < 0. 1 + e: at most half of 2.5u, and
    u; the quotients: 3.3u and 4.5u. Beyond 700 the value there is a lower bound on the right, and 0 is one on the
    left.
    """
    m = abs(x)
    k, p = reduced(-(m if m < 700.0 else 700.0))
    e = exp_near_one(p) * power_of_two(k)
    v = (1.0 if x >= 0.0 else e) / (1.0 + e)
    v = fma(-EIGHT, v, v)
    return 0.0 if x < -700.0 else v


@inlined
def sigmoid_up(x: float) -> float:
    """A float >= 1/(1 + exp(-x)), at most 1. As `sigmoid_down`; beyond -700 the value there is an upper bound."""
    m = abs(x)
    k, p = reduced(-(m if m < 700.0 else 700.0))
    e = exp_near_one(p) * power_of_two(k)
    v = (1.0 if x >= 0.0 else e) / (1.0 + e)
    v = fma(EIGHT, v, v)
    return v if v < 1.0 else 1.0


@inlined
def softplus_value(x: float) -> float:
    """log(1 + exp(x)) = max(x, 0) + log1p(e), e = exp(-min(|x|, 700)). E = 8u for |x| <= 700.

    log1p(e) = 2*z*(1 + w/3 + w**2/5 + ...), z = e/(2 + e) <= 1/3, w = z*z <= 1/9, cut after w**16/33: 0.02u. e has
    2.5u, z 4.5u, w 10u; the series from w/3 on is at most 0.04, with 10u + 3u so 0.52u, and 1.6u after the addition
    of 1. The product: 4.5u + 1.6u + u = 7.1u, and the last sum, of two positive numbers, one rounding more.
    """
    m = abs(x)
    k, p = reduced(-(m if m < 700.0 else 700.0))
    e = exp_near_one(p) * power_of_two(k)
    z = e / (2.0 + e)
    w = z * z
    g = 1.0 / 33.0
    g = fma(g, w, 1.0 / 31.0)
    g = fma(g, w, 1.0 / 29.0)
    g = fma(g, w, 1.0 / 27.0)
    g = fma(g, w, 1.0 / 25.0)
    g = fma(g, w, 1.0 / 23.0)
    g = fma(g, w, 1.0 / 21.0)
    g = fma(g, w, 1.0 / 19.0)
    g = fma(g, w, 1.0 / 17.0)
    g = fma(g, w, 1.0 / 15.0)
    g = fma(g, w, 1.0 / 13.0)
    g = fma(g, w, 1.0 / 11.0)
    g = fma(g, w, 1.0 / 9.0)
    g = fma(g, w, 1.0 / 7.0)
    g = fma(g, w, 1.0 / 5.0)
    g = fma(g, w, 1.0 / 3.0)
    return (x if x > 0.0 else 0.0) + 2.0 * z * fma(g, w, 1.0)


@inlined
def softplus_down(x: float) -> float:
    """A float <= log(1 + exp(x)). MARGIN = 16u. Beyond 700 it is x to far less than u; beyond -700 0 is a lower
    bound."""
    v = softplus_value(x)
    return 0.0 if x < -700.0 else fma(-SIXTEEN, v, v)


@inlined
def softplus_up(x: float) -> float:
    """A float >= log(1 + exp(x)). MARGIN = 16u; beyond -700 the value there is an upper bound."""
    v = softplus_value(x)
    return fma(SIXTEEN, v, v)


@inlined
def log_value(x: float) -> float:
    """log(x) for 0 < x < inf, exact at 1. E = 6.2u.

    x = 2**n * m with 1/sqrt(2) <= m <= sqrt(2) but for roundings of that bound, f = m - 1 a float (Sterbenz). log m
    = 2*z*(1 + w/3 + w**2/5 + ...), z = f/(2 + f), |z| <= 0.1716, w = z*z <= 0.0295, cut after w**10/21: 0.01u. z
    has 2u, w 5u, the series from w/3 on is at most 0.0101 with 8u, so 1.1u with the addition of 1, and log m has 2u
    + 1.1u + u = 4.1u. That is all if n = 0. Else n*LN2_HIGH is a float, and n*LN2_LOW + log m has an error of
    4.1u*0.3467 + 0.35u < 1.78u absolutely; |log x| >= 0.3465, so 5.2u, and a rounding.
    """
    denormal = x < LEAST_NORMAL
    y = x * 18014398509481984.0 if denormal else x  # 2**54
    k = bits(y) + (bits(1.0) - bits(0.7071067811865476))  # the exponent now changes at sqrt(1/2)
    n = (k >> 52) - 1023
    m = from_bits(bits(y) - (n << 52))
    n = n - 54 if denormal else n
    count = from_bits(bits(ROUNDER) + n) - ROUNDER
    f = m - 1.0
    z = f / (2.0 + f)
    w = z * z
    g = 1.0 / 21.0
    g = fma(g, w, 1.0 / 19.0)
    g = fma(g, w, 1.0 / 17.0)
    g = fma(g, w, 1.0 / 15.0)
    g = fma(g, w, 1.0 / 13.0)
    g = fma(g, w, 1.0 / 11.0)
    g = fma(g, w, 1.0 / 9.0)
    g = fma(g, w, 1.0 / 7.0)
    g = fma(g, w, 1.0 / 5.0)
    g = fma(g, w, 1.0 / 3.0)
    return count * LN2_HIGH + fma(count, LN2_LOW, 2.0 * z * fma(g, w, 1.0))


@inlined
def log_down(x: float) -> float:
    """A float <= log(x) for 0 < x < inf. MARGIN = 16u."""
    v = log_value(x)
    return v - SIXTEEN * abs(v)


@inlined
def log_up(x: float) -> float:
    """A float >= log(x) for 0 < x <= inf. MARGIN = 16u."""
    v = log_value(x)
    return INFINITY if x == INFINITY else v + SIXTEEN * abs(v)
