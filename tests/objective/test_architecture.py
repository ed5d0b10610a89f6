from __future__ import annotations

from fractions import Fraction

from strictsaddle.objective.architecture import Network, number_of_parameters


def make(bias: bool) -> Network:
    widths = (2, 3, 1)
    count = number_of_parameters(widths, bias)
    return Network(widths, ("tanh",), "squared", bias, (Fraction(0),) * count, ((Fraction(1),) * 2,), ((Fraction(1),),))


def test_order_and_names_of_parameters() -> None:
    first = ("W1_1_1", "W1_1_2", "W1_2_1", "W1_2_2", "W1_3_1", "W1_3_2")
    last = ("W2_1_1", "W2_1_2", "W2_1_3")
    assert make(False).variables == first + last
    assert make(True).variables == (*first, "b1_1", "b1_2", "b1_3", *last, "b2_1")


def test_numbers_agree_with_names() -> None:
    for net in (make(False), make(True)):
        for layer in range(1, net.layers + 1):
            for unit in net.units(layer):
                for source in net.units(layer - 1):
                    assert net.variables[net.weight(layer, unit, source)] == f"W{layer}_{unit}_{source}"
                offset = net.offset(layer, unit)
                assert (offset is not None) == net.bias
                assert offset is None or net.variables[offset] == f"b{layer}_{unit}"


def test_what_enters_and_leaves_a_unit() -> None:
    net = make(True)
    names = [net.variables[k] for k in net.incoming(1, 2) + net.outgoing(1, 2)]
    assert names == ["W1_2_1", "W1_2_2", "b1_2", "W2_1_2"]
    assert net.outgoing(2, 1) == ()


def test_degree_of_the_outputs() -> None:
    base = make(False)
    data = (base.inputs, base.targets)
    cubed = Network((2, 1, 1, 1), ("cubic", "quadratic"), "squared", False, (Fraction(0),) * 4, *data)
    assert cubed.degree == 6
    assert base.degree is None


def test_rows_count_repetitions() -> None:
    one, two = (Fraction(1),), (Fraction(2),)
    net = Network((1, 1), (), "squared", False, (Fraction(0),), (one, two, one), (one, one, one))
    assert net.rows() == {(one, one): 2, (two, one): 1}
