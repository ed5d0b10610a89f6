"""The safe expression parser: text in, graph node out. Data only: nothing of the text is ever evaluated as code.

Grammar (precedence upwards; ** binds to the right and above a leading minus, as in Python):

    sum     = product { ("+" | "-") product }
    product = signed { ("*" | "/") signed }
    signed  = { "+" | "-" } power
    power   = atom [ ("**" | "^") signed ]
    atom    = number | "pi" | name | function "(" sum { "," sum } ")" | "(" sum ")"
            | "sum" "(" sum "for" names "in" "data" ")"
    names   = name | "(" name { "," name } ")"

Numbers are read as the decimal that is written: 0.1 is the rational 1/10. max and min take two arguments or more, atan2 two;
leaky_relu(x, a), huber(x, d), scad(x, lambda, a) and mcp(x, lambda, gamma) have defaults for the last one; all others take one. A sum over
data has one summand a row, in which the names stand for the numbers of the row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple, NoReturn

from strictsaddle.errors import InputError, listed, near_miss
from strictsaddle.formula import kinked
from strictsaddle.formula.graph import Graph, Op

MAXIMAL_LENGTH = 200_000
MAXIMAL_DEPTH = 100  # the parser uses six Python frames a level
MAXIMAL_DECIMAL_EXPONENT = 1_000
MAXIMAL_DIGITS = 4_000

FUNCTIONS: dict[str, Op] = {
    op.name.lower(): op
    for op in (
        Op.EXP, Op.LOG, Op.SQRT, Op.SIN, Op.COS, Op.TAN, Op.ASIN, Op.ACOS, Op.ATAN, Op.SINH, Op.COSH, Op.TANH,
        Op.SIGMOID, Op.SOFTPLUS, Op.ERF, Op.RELU, Op.ABS,
    )
}  # fmt: skip
OF_MORE = {  # least and greatest number of arguments
    "max": (2, 64), "min": (2, 64), "atan2": (2, 2), "leaky_relu": (1, 2), "hinge": (1, 1), "huber": (1, 2), "scad": (2, 3), "mcp": (2, 3),
}  # fmt: skip
RESERVED = frozenset(FUNCTIONS) | frozenset(OF_MORE) | {"pi", "sum"}
MOST_ROW_TOKENS = 2_000_000
# What people type who come from elsewhere, and what it is here.
ELSEWHERE = {
    "ln": "log(x)", "log10": "log(x)/log(10)", "log2": "log(x)/log(2)", "log1p": "log(1 + x)", "expm1": "exp(x) - 1",
    "arctan": "atan(x)", "arcsin": "asin(x)", "arccos": "acos(x)", "arctan2": "atan2(y, x)", "logistic": "sigmoid(x)",
    "expit": "sigmoid(x)", "fabs": "abs(x)", "Abs": "abs(x)", "pow": "x**y", "power": "x**y", "square": "x**2", "cbrt": "x**(1/3)",
    "cot": "1/tan(x)", "sec": "1/cos(x)", "csc": "1/sin(x)", "logaddexp": "y + softplus(x - y)", "e": "exp(1)", "E": "exp(1)",
}  # fmt: skip
_ATTRIBUTE = re.compile(r"\.([^\W\d]\w*)")

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<operator>\*\*|[-+*/^(),])"
)
_NAME = re.compile(r"[^\W\d]\w*\Z")


Data = Sequence[Sequence[Fraction]]  # rows of numbers, all of one length


class Token(NamedTuple):
    kind: str  # number, name, operator, end
    text: str
    position: int


def place(text: str, position: int) -> str:
    """ "line L, column C" (both from 1) of a position in `text`."""
    before = text[:position]
    return f"line {before.count(chr(10)) + 1}, column {position - (before.rfind(chr(10)) + 1) + 1}"


def tokens(text: str) -> list[Token]:
    """The tokens of `text`, ended by one of kind "end". Raises InputError at the first foreign character."""
    found, position = [], 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            attribute = _ATTRIBUTE.match(text, position)
            name = attribute[1] if attribute else ""
            if name in FUNCTIONS or name in OF_MORE or name in ELSEWHERE:
                known = ELSEWHERE.get(name, f"{name}(x)" if name in FUNCTIONS else f"{name}(x, y)")
                raise InputError(
                    "a dot in a name: functions stand by themselves here, without a module",
                    where=place(text, position), fragment=_context(text, position),
                    remedy=f"Write {known}.",
                )  # fmt: skip
            equation = text[position] == "="
            raise InputError(
                "an equation where an expression is wanted" if equation else "a character that no expression contains",
                where=place(text, position),
                fragment=_context(text, position),
                remedy='Write left side minus right side, as "x**2 + y**2 - 1" for x**2 + y**2 = 1.'
                if equation
                else "Allowed are numbers, names, + - * / ** ^ and parentheses.",
            )
        if match.lastgroup != "space":
            found.append(Token(str(match.lastgroup), match.group(), position))
        position = match.end()
    return [*found, Token("end", "", len(text))]


def _context(text: str, position: int) -> str:
    """The word around `position`, with what leads up to it: what a reader recognises the spot by."""
    start = max(0, position - 20)
    return text[start : position + 10].strip() or text[position : position + 1]


def rational(text: str) -> Fraction:
    """The exact rational that a decimal or a fraction ("1/3", "-0.25", "1e-3") spells. Raises InputError."""
    match = re.fullmatch(
        r"\s*([+-]?)([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?(?:\s*/\s*([0-9]+))?\s*",
        text,
        re.ASCII,
    )
    if match is None:
        raise InputError("not a finite number", fragment=text, remedy='Write a decimal (0.25) or a fraction ("1/4").')
    sign, digits, exponent, denominator = match.groups()
    if len(text) > MAXIMAL_DIGITS:
        raise InputError(f"a number of more than {MAXIMAL_DIGITS} digits", fragment=text)
    if exponent and (len(exponent) > 6 or abs(int(exponent)) > MAXIMAL_DECIMAL_EXPONENT):
        raise InputError(f"a decimal exponent beyond {MAXIMAL_DECIMAL_EXPONENT}", fragment=text)
    if denominator is not None and int(denominator) == 0:
        raise InputError("division by zero in a number", fragment=text)
    value = Fraction(digits + ("0" if digits.endswith(".") else "")) * Fraction(10) ** int(exponent or 0)
    return (-value if sign == "-" else value) / int(denominator or 1)


def check_name(name: str, what: str) -> None:
    """Raise InputError unless `name` can stand for a variable or parameter in an expression."""
    if not _NAME.match(name):
        raise InputError(
            f"{what} is not a name",
            fragment=name,
            remedy="Use letters, digits and underscores, a letter first.",
        )
    if name in RESERVED:
        raise InputError(f"{what} has the name of a function or constant", fragment=name, remedy="Choose another name.")


class _Parser:
    def __init__(
        self, text: str, graph: Graph, variables: Sequence[str], parameters: Mapping[str, Fraction], data: Data | None
    ) -> None:
        self.text = text
        self.data = data
        self.row: dict[str, Fraction] = {}  # of a sum over data
        self.graph = graph
        self.variables = {name: number for number, name in enumerate(variables)}
        self.parameters = parameters
        self.stream = tokens(text)
        self.at = 0
        self.depth = 0

    def parse(self) -> int:
        if self.stream[0].kind == "end":
            raise InputError("the expression is empty")
        node = self.sum()
        token = self.stream[self.at]
        if token.kind != "end":
            self.unexpected(token)
        return node

    def fail(self, what: str, token: Token, fragment: str = "", remedy: str = "") -> InputError:
        return InputError(what, where=place(self.text, token.position), fragment=fragment or token.text, remedy=remedy)

    def unexpected(self, token: Token) -> NoReturn:
        if token.kind == "end":
            raise self.fail("the expression ends too early", token, fragment=self.text[-20:])
        if token.text == ",":
            raise self.fail("a comma: functions here take one argument", token, _context(self.text, token.position))
        if token.text == ")":
            raise self.fail("a closing parenthesis without an opening one", token, _context(self.text, token.position))
        remedy = "Write a * b for a product." if token.kind in ("name", "number") or token.text == "(" else ""
        raise self.fail("an operator is missing or misplaced before this", token, remedy=remedy)

    def take(self, *texts: str) -> Token | None:
        token = self.stream[self.at]
        if token.kind == "operator" and token.text in texts:
            self.at += 1
            return token
        return None

    def deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MAXIMAL_DEPTH:
            raise self.fail(
                f"the expression is nested more than {MAXIMAL_DEPTH} deep",
                token,
                remedy="Take it apart or shorten it.",
            )

    def apply(self, token: Token, operation: Callable[..., int], *arguments: Op | Fraction | int) -> int:
        """A graph operation, whose faults (division by zero, log of a negative constant) get this token's place."""
        try:
            return operation(*arguments)
        except InputError as error:
            raise InputError(
                error.what,
                where=place(self.text, token.position),
                fragment=_context(self.text, token.position),
                remedy=error.remedy,
            ) from None

    def sum(self) -> int:
        node = self.product()
        while token := self.take("+", "-"):
            node = self.apply(token, self.graph.add if token.text == "+" else self.graph.sub, node, self.product())
        return node

    def product(self) -> int:
        node = self.signed()
        while token := self.take("*", "/"):
            node = self.apply(token, self.graph.mul if token.text == "*" else self.graph.div, node, self.signed())
        return node

    def signed(self) -> int:
        negative = False
        while token := self.take("+", "-"):
            negative ^= token.text == "-"
        node = self.power()
        return self.graph.neg(node) if negative else node

    def power(self) -> int:
        node = self.atom()
        if token := self.take("**", "^"):
            self.deeper(token)
            exponent = self.signed()
            self.depth -= 1
            node = self.apply(token, self.graph.raised, node, exponent)
        return node

    def atom(self) -> int:
        token = self.stream[self.at]
        self.at += 1
        if token.kind == "number":
            try:
                value = rational(token.text)
            except InputError as error:
                raise self.fail(error.what, token, remedy=error.remedy) from None
            return self.apply(token, self.graph.constant, value)
        if token.kind == "name":
            return self.name(token)
        if token.text == "(":
            return self.parenthesised(token)
        self.at -= 1
        self.unexpected(token)

    def parenthesised(self, opening: Token) -> int:
        self.deeper(opening)
        node = self.sum()
        self.depth -= 1
        if not self.take(")"):
            token = self.stream[self.at]
            if token.kind == "end":
                raise self.fail("this parenthesis is never closed", opening, self.text[opening.position :][:40])
            self.unexpected(token)
        return node

    def of_more(self, token: Token) -> int:
        """Functions of several arguments, and those that are made of others."""
        opening = self.stream[self.at]
        self.at += 1
        self.deeper(opening)
        arguments = [self.sum()]
        while self.take(","):
            arguments.append(self.sum())
        self.depth -= 1
        if not self.take(")"):
            self.unexpected(self.stream[self.at])
        least, greatest = OF_MORE[token.text]
        if not least <= len(arguments) <= greatest:
            wanted = str(least) if least == greatest else f"{least} to {greatest}"
            raise self.fail(f"{token.text} takes {wanted} arguments, and there are {len(arguments)}", token)
        graph = self.graph
        if token.text == "atan2":  # (y, x): wherever it is continuous, which is where this is defined
            y, x = arguments
            length = self.apply(token, graph.unary, Op.SQRT, graph.add(graph.power(x, 2), graph.power(y, 2)))
            half = self.apply(token, graph.div, y, graph.add(length, x))
            return graph.mul(graph.constant(2), graph.unary(Op.ATAN, half))
        if token.text in PENALTIES:
            return PENALTIES[token.text](self, token, arguments)
        return kinked.greatest(graph, arguments) if token.text == "max" else kinked.least(graph, arguments)

    def positive(self, token: Token, node: int, name: str) -> Fraction:
        """An argument that has to be a positive number."""
        value = self.graph.value(node)
        if value is None or value <= 0:
            raise self.fail(f"{name} of {token.text} has to be a positive number", token)
        return value

    def leaky_relu(self, token: Token, arguments: list[int]) -> int:
        """leaky_relu(x), leaky_relu(x, slope)"""
        return kinked.leaky_relu(self.graph, *arguments)

    def hinge(self, token: Token, arguments: list[int]) -> int:
        """hinge(x)"""
        return kinked.hinge(self.graph, *arguments)

    def huber(self, token: Token, arguments: list[int]) -> int:
        """huber(x), huber(x, d)"""
        d = self.positive(token, arguments[1], "the second argument") if len(arguments) > 1 else Fraction(1)
        return kinked.huber(self.graph, arguments[0], d)

    def scad(self, token: Token, arguments: list[int]) -> int:
        """scad(x, lambda), scad(x, lambda, a), where a is 3.7 by default"""
        lam = self.positive(token, arguments[1], "lambda")
        a = self.positive(token, arguments[2], "a") if len(arguments) > 2 else Fraction(37, 10)
        if a <= 2:
            raise self.fail("a of scad has to be greater than 2", token)
        return kinked.scad(self.graph, arguments[0], lam, a)

    def mcp(self, token: Token, arguments: list[int]) -> int:
        """mcp(x, lambda), mcp(x, lambda, gamma), where gamma is 3 by default"""
        lam = self.positive(token, arguments[1], "lambda")
        gamma = self.positive(token, arguments[2], "gamma") if len(arguments) > 2 else Fraction(3)
        return kinked.mcp(self.graph, arguments[0], lam, gamma)

    def over_data(self, token: Token) -> int:
        """sum(EXPRESSION for (x, y) in data)"""
        opening = self.stream[self.at]
        start, depth, loop = self.at + 1, 0, -1
        for k in range(start, len(self.stream)):
            inner = self.stream[k]
            if depth == 0 and inner.kind == "name" and inner.text == "for":
                loop = k
                break
            depth += {"(": 1, ")": -1}.get(inner.text, 0) if inner.kind == "operator" else 0
            if depth < 0:
                break
        written = "Write sum(EXPRESSION for (x, y) in data)."
        if loop < 0:
            raise self.fail("a sum over data says what it is over", token, _context(self.text, token.position), written)
        self.at = loop + 1
        names = self.names_of_row(written)
        for word in ("in", "data"):
            following = self.stream[self.at]
            if following.kind != "name" or following.text != word:
                raise self.fail(f"{word!r} is wanted here", following, _context(self.text, following.position), written)
            self.at += 1
        if not self.take(")"):
            self.unexpected(self.stream[self.at])
        end = self.at
        if not self.data:
            raise self.fail(
                "there are no data to sum over", token, remedy="Add a table [data] with inputs, and perhaps targets."
            )
        if len(names) != len(self.data[0]):
            raise self.fail(
                f"{len(names)} names for {len(self.data[0])} numbers a row", token,
                remedy="Name every column of the inputs, then every column of the targets.",
            )  # fmt: skip
        if self.row:
            raise self.fail("a sum over data inside another one", token)
        if (loop - start) * len(self.data) > MOST_ROW_TOKENS:
            raise self.fail("this sum over the data is too long", token, remedy="Use fewer rows, or a shorter summand.")
        terms = []
        self.deeper(opening)
        for row in self.data:
            self.row = dict(zip(names, row, strict=True))
            self.at = start
            terms.append(self.sum())
            if self.at != loop:
                self.unexpected(self.stream[self.at])
        self.depth -= 1
        self.row, self.at = {}, end
        return self.graph.total(terms)

    def names_of_row(self, written: str) -> list[str]:
        opened = self.take("(")
        names: list[str] = []
        while True:
            token = self.stream[self.at]
            if token.kind != "name" or token.text in RESERVED or token.text in ("in", "for"):
                raise self.fail(
                    "a name for a column is wanted here", token, _context(self.text, token.position), written
                )
            if token.text in self.variables or token.text in self.parameters or token.text in names:
                raise self.fail("this name is taken already", token, remedy="Give the column another name.")
            names.append(token.text)
            self.at += 1
            if not self.take(","):
                break
        if opened and not self.take(")"):
            self.unexpected(self.stream[self.at])
        return names

    def name(self, token: Token) -> int:
        following = self.stream[self.at]
        called = following.kind == "operator" and following.text == "("
        if token.text in FUNCTIONS:
            if not called:
                raise self.fail("a function without its argument", token, remedy=f"Write {token.text}(...).")
            self.at += 1
            argument = self.parenthesised(following)
            return self.apply(token, self.graph.unary, FUNCTIONS[token.text], argument)
        if token.text in OF_MORE and called:
            return self.of_more(token)
        if token.text == "sum" and called:
            return self.over_data(token)
        if called and token.text in ELSEWHERE:
            raise self.fail("unknown function", token, remedy=f"Write {ELSEWHERE[token.text]}.")
        if called:
            names = listed([*FUNCTIONS, *OF_MORE, "sum"])
            known = "Write a * (b) for a product." if token.text in self.variables else f"Functions are {names}."
            raise self.fail("unknown function", token, remedy=near_miss(token.text, FUNCTIONS) + known)
        if token.text == "pi":
            return self.graph.pi()
        if token.text in self.row:
            return self.graph.constant(self.row[token.text])
        if token.text in self.variables:
            return self.graph.variable(self.variables[token.text])
        if token.text in self.parameters:
            return self.graph.constant(self.parameters[token.text])
        if token.text in ELSEWHERE:
            raise self.fail("unknown name", token, remedy=f"Write {ELSEWHERE[token.text]}.")
        names = "variables are " + (listed(self.variables) or "none")
        if self.parameters:
            names += "; parameters are " + listed(self.parameters)
        near = near_miss(token.text, [*self.variables, *self.parameters, *FUNCTIONS])
        raise self.fail("unknown name", token, remedy=near + names[0].upper() + names[1:] + ".")


PENALTIES: dict[str, Callable[[_Parser, Token, list[int]], int]] = {
    "leaky_relu": _Parser.leaky_relu, "hinge": _Parser.hinge, "huber": _Parser.huber, "scad": _Parser.scad, "mcp": _Parser.mcp,
}  # fmt: skip


def parse(
    text: str, graph: Graph, variables: Sequence[str], parameters: Mapping[str, Fraction] | None = None, data: Data | None = None
) -> int:  # fmt: skip
    """Add the formula `text` to `graph` and return its node.

    `variables` gives the names and their numbers (positions); `parameters` the rational values put in place of names; `data` the rows
    of sums.
    Raises InputError with line and column, the fragment, and what is allowed instead.
    """
    if len(text) > MAXIMAL_LENGTH:
        raise InputError(
            f"the expression has {len(text):,} characters, more than {MAXIMAL_LENGTH:,}",
            fragment=text,
            remedy="Give the objective as a network with data, or in Python.",
        )
    return _Parser(text, graph, variables, parameters or {}, data).parse()
