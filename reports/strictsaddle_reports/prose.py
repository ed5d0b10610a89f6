"""What a verdict says, in the sentences a mathematician would write. Every report that is read by people uses these.

Sentences are plain text; each report escapes them for its own format.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strictsaddle.records.verdict import Continuum, Verdict, Witness
from strictsaddle_reports.numerals import shown

KINDS = {
    "local_minimum": ("local minimum", "local minima"),
    "strict_saddle": ("strict saddle", "strict saddles"),
    "local_maximum": ("local maximum", "local maxima"),
    "degenerate": ("degenerate point", "degenerate points"),
    "degenerate_minimum": ("degenerate minimum", "degenerate minima"),
    "degenerate_saddle": ("degenerate saddle", "degenerate saddles"),
    "undecided": ("point of undecided kind", "points of undecided kind"),
}
MOST_FIELDS = 6  # of the continuous symmetries, told one by one
ANSWERS = {
    "strict_saddle": "strict-saddle",
    "not_strict_saddle": "not strict-saddle",
    "undecided": "undecided",
}
EVERY_MINIMUM = "all local minima are among the listed points: every other region has no stationary point or negative curvature everywhere"
_PROOFS = {
    "exact": "It uses rational and algebraic numbers only, without rounding.",
    "interval": "It uses interval arithmetic with outward rounding, so that no rounding error can spoil it.",
    "modular": "Each listed point is proved; that the list is complete rests on a computation modulo primes, "
    "which is right with high probability.",
    "none": "Nothing is claimed.",
}


def kind(name: str, count: int = 1) -> str:
    """The kind of a stationary point in words, singular for one."""
    one, several = KINDS.get(name, (name, name))
    return one if count == 1 else several


def title(verdict: Verdict) -> str:
    """The objective's name, on one line."""
    return " ".join(str(verdict.objective["name"]).split()) or "(without a name)"


def facts(verdict: Verdict) -> list[tuple[str, str]]:
    """What is known besides the answer and the points: pairs of a heading and sentences, those that have nothing to say left out.
    Every report shows these, in this order."""
    definition = verdict.definition_1
    found = [
        ("Scope", scope(verdict)),
        ("Proof", f"{definition.proof}. {proof(verdict)}"),
        ("Reason", reason(verdict)),
        ("On a box", on_box(verdict)),
        ("Least value", least_value(verdict)),
        ("Left open", unresolved(verdict)),
        ("Modulo symmetry", modulo_symmetry(verdict)),
        ("Symmetries", symmetry(verdict)),
        *(("Rests on", line) for line in rests_on(verdict)),
        ("Took", resources(verdict)),
        ("Certificate", certificate(verdict)),
    ]
    return [(heading, text) for heading, text in found if text]


def certificate(verdict: Verdict) -> str:
    """Where the certificate is, with its digest; nothing where none was written."""
    place = "" if verdict.certificate is None else verdict.certificate.place
    return f"{place}, {verdict.certificate.digest}. To check it: strictsaddle verify {place}" if place else ""


def rests_on(verdict: Verdict) -> list[str]:
    """What the list of points rests on, a line each."""
    stationary = verdict.stationary
    minima_alone = stationary.minima_complete and not stationary.complete
    return [*stationary.trust, *([EVERY_MINIMUM] if minima_alone else [])]


def headline(verdict: Verdict) -> str:
    """The answer in one sentence; what is not known comes first, and that there is no minimiser is not left for later."""
    name, answer = title(verdict), verdict.definition_1.verdict
    where = f" on {box_words(verdict)}" if verdict.definition_1.scope == "box" else ""
    least = verdict.minimum
    also = ""
    if least is not None and least.bounded_below is False:
        also = ", and unbounded below"
    elif least is not None and least.attained is False:
        also = ", and has no minimiser: its infimum is not attained"
    if answer == "strict_saddle":
        return f"{name} is strict-saddle{where}{also}."
    if answer == "not_strict_saddle":
        return f"{name} is not strict-saddle{also}."
    return f"It is undecided whether {name} is strict-saddle{where}."


def on_box(verdict: Verdict) -> str:
    """What was found on a box that the program chose; nothing where it chose none."""
    found = verdict.definition_1.on_box
    if found is None:
        return ""
    box = _product([[f"{side.low:g}", f"{side.high:g}"] for side in found.box])
    answer = {
        "strict_saddle": "every stationary point is nondegenerate or strict",
        "not_strict_saddle": "there is a degenerate stationary point",
        "undecided": "nothing is proved either",
    }[found.verdict]
    proved = f" (proof: {found.proof})" if found.proof != "none" else ""
    return f"On {box}, a box that the program chose, {answer}{proved}. That says nothing about what lies outside."


def least_value(verdict: Verdict) -> str:
    """Whether f has a least value, which, and where; nothing where that was not asked."""
    least = verdict.minimum
    if least is None:
        return ""
    if least.attained:
        parts = ["attained" if least.value is None else f"{shown(least.value)}, attained"]
    elif least.bounded_below is False:
        parts = ["none: unbounded below"]
    elif least.attained is False:
        parts = ["none: the infimum is not attained" + ("" if least.bounded_below else ", if there is one")]
    else:
        parts = ["bounded below" if least.bounded_below else "not known"]
    if least.global_minima is not None and least.spurious_minima is not None and least.attained is not None:
        parts.append(f"{least.global_minima} global and {least.spurious_minima} spurious local minima")
    elif least.spurious_minima is not None:
        parts.append(f"{least.spurious_minima} spurious local minima")
    return f"{'; '.join(parts)}. {_sentence(least.reason)}".strip()


def meaning(verdict: Verdict) -> str:
    """What the answer says about the stationary points; nothing for an undecided one."""
    answer, stationary = verdict.definition_1.verdict, verdict.stationary
    kinks = verdict.definition_1.sense == "piecewise"
    if answer == "strict_saddle":
        if stationary.complete and not stationary.isolated and not stationary.continua:
            return "It has no stationary point there, so the definition holds for want of a case."
        if kinks:
            return (
                "Every stationary point is a minimum about which it grows quadratically, or has a direction that "
                "leads down to second order."
            )
        return (
            "Every local minimum has a positive definite Hessian, and every other stationary point has a direction "
            "of negative curvature."
        )
    if answer == "not_strict_saddle" and kinks:
        return (
            "It has a stationary point about which it does not grow quadratically, and from which no direction leads "
            "down to second order."
        )
    if answer == "not_strict_saddle":
        return "It has a stationary point whose Hessian is singular and has no negative eigenvalue."
    return ""


def scope(verdict: Verdict) -> str:
    """Where the answer holds. A claim about a box alone always says so."""
    definition = verdict.definition_1
    if definition.scope == "box":
        if definition.verdict == "not_strict_saddle":
            return f"box. The witness lies in {box_words(verdict)}."
        return f"box. This is about {box_words(verdict)} only; nothing is said about what lies outside it."
    return f"global, that is {domain_words(verdict.objective)}."


def domain_words(objective: Mapping[str, Any]) -> str:
    """The domain that the user gave, in words."""
    domain, names = objective["domain"], list(objective["variables"])
    if domain["kind"] == "box" and "bounds" in domain:
        return f"the box {_product(domain['bounds'])}"
    conditions = list(domain.get("where", ()))
    if "equalities" in domain:
        return "all points where " + " and ".join([f"{equation} = 0" for equation in domain["equalities"]] + conditions)
    if domain["kind"] == "manifold":
        spheres = [" ".join(names[k] for k in group) for group in domain.get("spheres", ())]
        free = len(names) - sum(len(group) for group in domain.get("spheres", ()))
        words = " and ".join(f"({sphere})" for sphere in spheres)
        rest = " and the other unknown free" if free == 1 else f" and the other {free} unknowns free" if free else ""
        return f"unit spheres for {words}{rest}"
    space = f"R^{len(names)}" if len(names) > 1 else "R"
    if conditions:
        return f"all points of {space} where " + " and ".join(conditions)
    return f"all points of {space} at which the formula is defined" if domain.get("natural") else f"all of {space}"


def box_words(verdict: Verdict) -> str:
    """The box that a claim of scope `box` is about: one that the user gave."""
    return domain_words(verdict.objective)


def _product(bounds: list[list[Any]]) -> str:
    sides = [f"[{low}, {high}]" for low, high in bounds]
    if len(sides) > 2 and len(set(sides)) == 1:
        return f"{sides[0]}^{len(sides)}"
    if len(sides) > 6:
        return " × ".join([*sides[:3], "...", sides[-1]])
    return " × ".join(sides)


def proof(verdict: Verdict) -> str:
    """What kind of proof the answer has."""
    return _PROOFS[verdict.definition_1.proof]


def points(verdict: Verdict) -> str:
    """How many stationary points of which kind, and whether these are all."""
    stationary = verdict.stationary
    tally: dict[str, int] = {}
    for point in stationary.isolated:
        tally[point.kind] = tally.get(point.kind, 0) + 1
    parts = [f"{tally[name]} {kind(name, tally[name])}" for name in KINDS if name in tally]
    total, continua = len(stationary.isolated), len(stationary.continua)
    what = f"{total} stationary point{'' if total == 1 else 's'}"
    if len(tally) > 1:
        what += f": {_listing(parts)}"
    elif parts:
        what += f", {parts[0] if total > 1 else 'a ' + kind(next(iter(tally)))}"
    if stationary.complete:
        if not total and not continua:
            return "There is no stationary point."
        if not total:
            what = "no isolated stationary point"
        also = f", and {_continua(continua)}" if continua else ""
        return f"There {'is' if total == 1 else 'are'} exactly {what}{also}." if total else f"There is {what}{also}."
    beside = _beside_the_list(verdict)
    if not total and not continua:
        if beside:
            return "One stationary point is certified: the witness. There may be more."
        return "No stationary point has been certified; there may be some."
    found = [what] if total else []
    if continua:
        found.append(_continua(continua))
    if beside:
        found.append("the witness")
    return f"Certified: {', and '.join(found)}. There may be more."


def _beside_the_list(verdict: Verdict) -> bool:
    """Whether there is a witness that is neither a listed point nor on a listed continuum."""
    stationary = verdict.stationary
    singular = any(point.kind.startswith("degenerate") or point.kind == "undecided" for point in stationary.isolated)
    return verdict.definition_1.witness is not None and not singular and not stationary.continua


def _continua(count: int) -> str:
    return f"{count} continu{'um' if count == 1 else 'a'} of stationary points"


def _listing(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def continuum(item: Continuum, variables: list[str], digits: int = 10) -> str:
    """A continuum of stationary points in a sentence."""
    size = "unknown dimension" if item.dimension is None else f"dimension {item.dimension}"
    index = "" if item.index is None else f", index {item.index}"
    place = ", ".join(f"{name} = {shown(at, digits)}" for name, at in zip(variables, item.point, strict=False))
    text = f"A continuum of stationary points of {size} ({kind(item.kind)}{index})"
    if place:
        text += f", through {place}"
    if item.eigenvalues:
        text += (
            f", with the normal eigenvalues {_listing([shown(value, min(digits, 6)) for value in item.eigenvalues])}"
        )
    return text + (f": {_sentence(item.description)}" if item.description else ".")


def witness(found: Witness, variables: list[str], digits: int = 10) -> str:
    """The witness of a refutation: exact coordinates where there are some, and how it was proved."""
    if found.coordinates is not None:
        place = ", ".join(f"{name} = {at}" for name, at in zip(variables, found.coordinates, strict=False))
        where = f"The witness is the point {place} exactly"
    else:
        place = ", ".join(f"{name} = {shown(at, digits)}" for name, at in zip(variables, found.point, strict=False))
        where = f"The witness is the point near {place}"
    nullity = "" if found.nullity is None else f", where the Hessian has nullity {found.nullity}"
    return f"{where}{nullity}. {_sentence(found.proof)}"


def modulo_symmetry(verdict: Verdict) -> str:
    """The answer modulo the continuous symmetry in a sentence; nothing where it was not asked."""
    modulo = verdict.modulo_symmetry
    if modulo is None:
        return ""
    named = f", {modulo.group}" if modulo.group else ""
    group = f"its symmetry{named} of dimension {modulo.dimension}: " if modulo.dimension else ""
    return f"{group}{ANSWERS[modulo.verdict]}. {_sentence(modulo.reason)}".strip()


def unresolved(verdict: Verdict) -> str:
    """What an unfinished covering left open, in a sentence; empty where nothing is."""
    left, names = verdict.stationary.unresolved, verdict.objective["variables"]
    if left is None:
        return ""
    share = f"{left.share:.2%} of the volume searched" if left.share >= 1e-4 else "hardly any of the volume searched"
    text = f"{left.regions:,} {'boxes' if left.regions > 1 else 'box'}, {share}."
    if left.first:
        ends = ", ".join(
            f"{name} in [{side.low:.6g}, {side.high:.6g}]" for name, side in zip(names, left.first[0].box, strict=True)
        )
        text += f" One is {ends} ({left.first[0].reason})." if len(names) <= 4 else ""
        text += " The JSON has more." if left.regions > 1 else ""
    return text


def symmetry(verdict: Verdict) -> str:
    """The symmetries in a sentence; nothing where they were not looked for."""
    if verdict.symmetry is None:
        return ""
    discrete, continuous = verdict.symmetry.signed_permutations, verdict.symmetry.continuous
    text = f"{discrete.order} signed permutation{'' if discrete.order == 1 else 's'}"
    if discrete.generators:
        text += f", generated by {'; '.join(discrete.generators)}"
    if continuous.generators:
        text += f"; continuous symmetries of dimension {continuous.dimension}"
    elif continuous.all_found:
        text += "; no continuous symmetry, which is proved"
    else:
        text += "; no continuous symmetry found"
    if continuous.generators:
        shown = continuous.generators[:MOST_FIELDS]
        left = len(continuous.generators) - len(shown)
        text += f", generated by {'; '.join(shown)}" + (f"; and {left} more" if left else "")
        text += "" if continuous.all_found else "; there may be others"
    return text + "."


def resources(verdict: Verdict) -> str:
    """What the check took."""
    took = verdict.resources
    engine = {"exact": "exact engine", "interval": "interval engine", "none": "no engine"}[took.engine]
    boxes = f", {took.boxes:,} boxes" if took.boxes else ""
    return f"{engine}{boxes}, {seconds(took.seconds)}"


def seconds(duration: float) -> str:
    """A duration with as many digits as anyone wants to read."""
    return f"{duration:.2f} s" if duration < 10 else f"{duration:.0f} s"


def parameters(verdict: Verdict) -> str:
    """The parameters' values, or nothing."""
    return ", ".join(f"{name} = {value}" for name, value in verdict.objective["parameters"].items())


def reason(verdict: Verdict) -> str:
    """The record's own reason, as a sentence."""
    return _sentence(verdict.definition_1.reason)


def _sentence(text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    # "g = 0" begins with a symbol, which has no capital
    start = text[0].upper() if text[:2].isalpha() else text[0]
    return start + text[1:] + ("" if text[-1] in ".!?" else ".")
