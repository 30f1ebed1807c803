"""What a tenant's template may do: show names, choose, go through one list, and use a few filters.

Nothing in it can call, assign, define or import, so that its time and output stay within the size
of its text, whatever it says. The words of a template are put into a frame that others render.
"""

from collections.abc import Iterator
from typing import Final

from jinja2 import nodes

FILTERS: Final = frozenset(
    {
        "capitalize",
        "d",
        "default",
        "e",
        "escape",
        "first",
        "last",
        "length",
        "lower",
        "number",
        "time",
        "title",
        "trim",
        "upper",
    }
)
"""Filters whose output is no longer than what goes in; `number` and `time` are our own."""

TESTS: Final = frozenset({"defined", "undefined", "none", "number", "string", "odd", "even"})

DEPTH_MAX: Final = 40
"""Levels of a template: people write five, and Python cannot compile a hundred."""

PARTS_MAX: Final = 1_000
"""Parts of a template, each name and each text being one: what people write has a hundred."""

_ALLOWED: Final = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.For,
    nodes.Name,
    nodes.Const,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Filter,
    nodes.Test,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.CondExpr,
    nodes.Keyword,
)


def forbidden(template: nodes.Template) -> str | None:
    """Return what of a parsed template may not be, going on from its name; None when all may."""
    for number, (node, depth, loops) in enumerate(_walk(template)):
        if number >= PARTS_MAX:
            return f"has more than {PARTS_MAX} parts"
        if depth > DEPTH_MAX:
            return "is nested too deeply"
        if problem := _problem(node, loops):
            return f"line {node.lineno}: {problem}"
    return None


def _walk(template: nodes.Template) -> Iterator[tuple[nodes.Node, int, int]]:
    """Go through all parts, each with how deep it lies, and inside how many loops."""
    ahead: list[tuple[nodes.Node, int, int]] = [(template, 0, 0)]
    while ahead:
        node, depth, loops = ahead.pop()
        yield node, depth, loops
        inside = loops + isinstance(node, nodes.For)
        ahead += [(child, depth + 1, inside) for child in node.iter_child_nodes()]


def _problem(node: nodes.Node, loops: int) -> str | None:
    match node:
        case nodes.For() if loops or node.recursive:
            return "a loop inside a loop is not allowed"
        case nodes.Filter() if node.name not in FILTERS:
            return f"the filter {node.name} is not allowed"
        case nodes.Test() if node.name not in TESTS:
            return f"the test {node.name} is not allowed"
        case nodes.Getattr() if node.attr.startswith("_"):
            return f"the name {node.attr} is not allowed"
        case nodes.Name() if node.name.startswith("_"):
            return f"the name {node.name} is not allowed"
        case _ if not isinstance(node, _ALLOWED):
            return f"{type(node).__name__} is not allowed"
        case _:
            return None
