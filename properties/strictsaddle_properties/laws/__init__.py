"""All laws, by name, in the order in which they are tried. Each module enrols its own."""

import strictsaddle_properties.laws.functions
import strictsaddle_properties.laws.points
import strictsaddle_properties.laws.verdicts  # isort: split

import strictsaddle_properties.laws.counts
import strictsaddle_properties.laws.definition_2
import strictsaddle_properties.laws.escape  # noqa: F401
from strictsaddle_properties.law import LAWS, Broken, DoesNotApply, Law

__all__ = ["LAWS", "Broken", "DoesNotApply", "Law"]
