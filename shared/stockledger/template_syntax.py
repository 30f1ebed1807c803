"""Whether a text is a template that may be. It is read, never rendered; nothing in it is run."""

from itertools import islice
from typing import Final

from jinja2 import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from stockledger.template_rules import forbidden

PROBLEM_LENGTH_MAX: Final = 200
"""Characters of what is said of a template: it may repeat what stands there, all of it."""

TOKENS_MAX: Final = 5_000
"""Words and signs of a template's syntax: people write hundreds, and reading them takes time."""

_ENVIRONMENT: Final = ImmutableSandboxedEnvironment()


def template_problem(template: str) -> str | None:
    """Return what is wrong with a template, going on from its name; None when nothing is."""
    try:
        if any(islice(_ENVIRONMENT.lex(template), TOKENS_MAX, None)):
            return f"has more than {TOKENS_MAX} words and signs of syntax"
        problem = forbidden(_ENVIRONMENT.parse(template))
    except TemplateSyntaxError as error:
        return f"line {error.lineno}: {error.message}"[:PROBLEM_LENGTH_MAX].rstrip(".")
    except RecursionError:
        return "is nested too deeply"
    except ValueError:
        return "has a number of too many digits"
    return None if problem is None else problem[:PROBLEM_LENGTH_MAX]
