"""Records from the plain values that JSON holds, by the types of their fields."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from strictsaddle.records.terms import Interval

Record = TypeVar("Record")


def from_record(content: Any, schema: str, kind: type[Record]) -> Record:
    """A record of this kind. Raises ValueError for another schema, and where a field is missing or of another type."""
    if not isinstance(content, Mapping) or content.get("schema") != schema:
        raise ValueError(f"this is no record of the schema {schema}")
    found: Record = _made(kind, content, "")
    return found


def _made(kind: Any, value: Any, place: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return value
    if kind is Interval:
        low, high = value
        return Interval(float("-inf") if low is None else low, float("inf") if high is None else high)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in arguments:
            return None
        (inner,) = [one for one in arguments if one is not type(None)]
        return _made(inner, value, place)
    if origin is Literal:
        if value not in arguments:
            raise ValueError(f"{place}: {value!r} is none of {', '.join(map(str, arguments))}")
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise ValueError(f"{place}: a list is wanted")
        return tuple(_made(arguments[0], item, f"{place}[{k}]") for k, item in enumerate(value))
    if is_dataclass(kind):
        return _record(kind, value, place)
    plain = float if kind is float and isinstance(value, int) and not isinstance(value, bool) else kind
    if isinstance(plain, type) and origin is None and not isinstance(value, plain) and plain is not float:
        raise ValueError(f"{place}: {value!r} is no {plain.__name__}")
    return value


def _record(kind: Any, value: Any, place: str) -> Any:
    if not isinstance(value, Mapping):
        raise ValueError(f"{place or 'the record'}: an object is wanted")
    hints = get_type_hints(kind)
    given = {}
    for one in fields(kind):
        if one.metadata.get("json", True) and one.name in value:
            given[one.name] = _made(hints[one.name], value[one.name], f"{place}.{one.name}".lstrip("."))
    try:
        return kind(**given)
    except TypeError as error:
        raise ValueError(f"{place or 'the record'}: {error}") from None
