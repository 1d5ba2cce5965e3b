"""Mutants: wrong answers made from the right one by one small change each, as a slip of the pen would.

Every change is made in the syntax tree of the solution and nowhere else: a comparison or a sign flipped, a sum taken
for a mean, a call left out, an index one too far, two arguments exchanged, a statement forgotten. A check that accepts
one of them is too weak, unless the mutant is a right answer as well.
"""

from __future__ import annotations

import ast
import copy
import warnings
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from helpers.grading.regions import by_region

_COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_PAIRS = (
    ("sum", "mean"),
    ("min", "max"),
    ("amin", "amax"),
    ("argmin", "argmax"),
    ("minimum", "maximum"),
    ("any", "all"),
    ("cumsum", "cumprod"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("new_zeros", "new_ones"),
    ("tril", "triu"),
    ("tanh", "sigmoid"),
    ("softmax", "log_softmax"),
    ("sin", "cos"),
    ("floor", "ceil"),
    ("log", "log2"),
    ("exp", "exp2"),
    ("abs", "square"),
)
_TWINS = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_WORDS = {"A": "B", "B": "A", "sum": "mean", "mean": "sum", "none": "sum"}
_MEMORY_LAYOUT_ONLY = {"contiguous"}


@dataclass(frozen=True)
class Mutant:
    """One changed solution.

    Attributes:
        change: The changed statement before and after, "h + x -> h - x".
        code: The exercise's whole cell, changed.
    """

    change: str
    code: str


def mutants(code: str, imported: Collection[str] = ()) -> list[Mutant]:
    """All mutants of an exercise's solution, each different from the others and from the solution, in a fixed order.

    Args:
        code: The exercise's cell with its solution regions; nothing outside them is changed.
        imported: Names of modules, so that `F.relu(x)` is known for a function of x, and `h.relu(x)` for a method of h.
    """
    tree = ast.parse(code)
    rows = {row + 1 for row, _, inside in by_region(code) if inside}
    seen, found = {ast.unparse(tree)}, []
    for block, index, statement, scope in list(_statements(tree, rows)):
        for changed, after in _changes(block, index, statement, scope, frozenset(imported)):
            text = ast.unparse(ast.fix_missing_locations(tree))
            if text not in seen and _compiles(text):
                seen.add(text)
                found.append(Mutant(f"{changed} -> {after}", text))
    return found


def _compiles(text: str) -> bool:
    """Whether Python takes the mutant: a `break` may have lost its loop; what it only warns of is a mistake to try."""
    try:
        with warnings.catch_warnings(action="ignore", category=SyntaxWarning):
            compile(text, "<mutant>", "exec")
    except SyntaxError:
        return False
    return True


@dataclass(frozen=True)
class _Scope:
    """What is known around a statement: parameters by annotation, and names that have a value before it."""

    parameters: dict[str, str]
    bound: frozenset[str]


def _statements(
    node: ast.AST, rows: set[int], scope: _Scope | None = None
) -> Iterator[tuple[list[ast.stmt], int, ast.stmt, _Scope]]:
    """Each statement of a region with the block and the place where it stands."""
    scope = scope or _Scope({}, frozenset())
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        kinds = {a.arg: ast.unparse(a.annotation) for a in arguments if a.annotation}
        scope = _Scope(kinds, frozenset(a.arg for a in arguments))
    bound = set(scope.bound)
    if isinstance(node, (ast.For, ast.AsyncFor, ast.With)):
        bound |= _stored(node)
    for block in _blocks(node):
        for index, statement in enumerate(block):
            here = _Scope(scope.parameters, frozenset(bound))
            if statement.lineno in rows:
                yield block, index, statement, here
            yield from _statements(statement, rows, here)
            bound |= _stored(statement)


def _blocks(node: ast.AST) -> Iterator[list]:
    """The lists of statements inside a node, those of `except` and `case` included."""
    for value in (getattr(node, name, None) for name in node._fields):
        if isinstance(value, list) and value:
            if isinstance(value[0], ast.stmt):
                yield value
            elif isinstance(value[0], (ast.ExceptHandler, ast.match_case)):
                for part in value:
                    yield part.body


def _stored(node: ast.AST) -> set[str]:
    """The names that a statement gives a value."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def _changes(
    block: list[ast.stmt], index: int, statement: ast.stmt, scope: _Scope, imported: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Make each change of one statement in the tree, yield the statement before and after it, and take it back."""
    before = _headline([statement])
    for changed in _whole(statement, scope):
        block[index : index + 1] = changed
        yield before, _headline(changed) if not isinstance(changed[0], ast.Pass) else "(left out)"
        block[index : index + len(changed)] = [statement]
    for put, node in _places(statement):
        for variant in _variants(node, scope, imported):
            if isinstance(statement, ast.Expr) and _is_part(variant, node):
                continue  # a statement without its call does nothing: it is the statement left out
            put(variant)
            yield before, _headline([statement])
            put(node)


def _is_part(part: ast.AST, node: ast.AST) -> bool:
    """Whether an expression stands inside another one."""
    return any(part is inside for inside in ast.walk(node))


def _headline(statements: list[ast.stmt]) -> str:
    """A statement on one line; of a loop or a branch, the line that opens it."""
    return ast.unparse(statements[0]).split("\n")[0]


# Changes of a whole statement


def _whole(statement: ast.stmt, scope: _Scope) -> Iterator[list[ast.stmt]]:
    """Other statements in its place: nothing, its own body, the sign of what it returns."""
    match statement:
        case ast.Return(value=value):
            if value is not None and not isinstance(value, (ast.Tuple, ast.List, ast.Dict, ast.Constant, ast.UnaryOp)):
                yield [ast.Return(value=ast.UnaryOp(op=ast.USub(), operand=value))]
        case ast.With(body=body):
            yield body
        case ast.For():
            yield [ast.Pass()]
        case ast.Assign() if _stored(statement) <= scope.bound:
            yield [ast.Pass()]
        case ast.If(test=test, body=body, orelse=orelse):
            yield [ast.If(test=ast.UnaryOp(op=ast.Not(), operand=test), body=body, orelse=orelse)]
            yield body
            yield orelse or [ast.Pass()]
        case ast.While(test=test, body=body, orelse=orelse):
            yield [ast.While(test=ast.UnaryOp(op=ast.Not(), operand=test), body=body, orelse=orelse)]
        case ast.AugAssign(target=target, op=op, value=value):
            yield [ast.Pass()]
            if type(op) in _OPERATORS:
                yield [ast.AugAssign(target=target, op=_OPERATORS[type(op)](), value=value)]
        case ast.Expr(value=ast.Constant()):
            pass
        case ast.Expr() | ast.Break() | ast.Continue() | ast.Delete():
            yield [ast.Pass()]


# Changes of an expression


def _places(node: ast.AST) -> Iterator[tuple[Callable[[ast.AST], None], ast.AST]]:
    """Each expression of a statement and a function that replaces it.

    What stands in statements inside it is left to them; what is called is changed together with its call.
    """
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        for place, part in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(part, ast.AST) or isinstance(part, (ast.stmt, ast.expr_context)):
                continue
            if isinstance(part, ast.expr) and not (isinstance(node, ast.Call) and name == "func"):
                yield _setter(node, name, place), part
            yield from _places(part)


def _setter(node: ast.AST, name: str, place: int | None) -> Callable[[ast.AST], None]:
    """A function that puts an expression into a field of a node."""
    if place is None:
        return lambda part: setattr(node, name, part)
    return lambda part: getattr(node, name).__setitem__(place, part)


def _variants(node: ast.AST, scope: _Scope, imported: frozenset[str]) -> Iterator[ast.AST]:
    """What a slip of the pen may write in place of an expression."""
    match node:
        case ast.Compare(ops=ops):
            for place, op in enumerate(ops):
                for other in _COMPARISONS[type(op)]:
                    yield _with(node, ops=[*ops[:place], other(), *ops[place + 1 :]])
        case ast.BinOp():
            yield from _of_operation(node)
        case ast.BoolOp(op=op, values=values):
            yield _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
            for place in range(len(values)):
                rest = values[:place] + values[place + 1 :]
                yield rest[0] if len(rest) == 1 else _with(node, values=rest)
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Constant(value=value):
            yield from (_with(node, value=other) for other in _of_constant(value))
        case ast.IfExp(body=body, orelse=orelse):
            yield _with(node, body=orelse, orelse=body)
            yield from (body, orelse)
        case ast.Call():
            yield from _of_call(node, imported)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            yield from (_with(node, elts=swapped) for swapped in _swapped(parts))
        case ast.Slice(lower=lower, upper=upper, step=step):
            for name, bound in (("lower", lower), ("upper", upper), ("step", step)):
                if bound is not None:
                    yield _with(node, **{name: None})
        case ast.GeneratorExp(generators=generators) | ast.ListComp(generators=generators):
            for place, generator in enumerate(generators):
                if generator.ifs:
                    without = _with(generator, ifs=[])
                    yield _with(node, generators=[*generators[:place], without, *generators[place + 1 :]])
        case ast.Name(id=name, ctx=ast.Load()) if name in scope.parameters:
            for other, kind in scope.parameters.items():
                if other != name and kind == scope.parameters[name]:
                    yield _with(node, id=other)


def _with(node: ast.AST, **fields: object) -> ast.AST:
    """A copy of a node with some fields changed."""
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _of_operation(node: ast.BinOp) -> Iterator[ast.AST]:
    """Another operator, a term or a factor left out, the operands exchanged where that matters."""
    kind = type(node.op)
    if kind in _OPERATORS:
        yield _with(node, op=_OPERATORS[kind]())
    yield node.left
    if kind in (ast.Add, ast.Mult, ast.MatMult, ast.BitAnd, ast.BitOr):
        yield node.right
    if kind in (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult):
        yield _with(node, left=node.right, right=node.left)


def _of_constant(value: object) -> Iterator[object]:
    """Off by one, twice as much, the opposite, the other word."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1)
    elif isinstance(value, float):
        yield from (2 * value, 1 - value) if value else (1.0,)
    elif isinstance(value, str) and value in _WORDS:
        yield _WORDS[value]


def _of_call(node: ast.Call, imported: frozenset[str]) -> Iterator[ast.AST]:
    """The call left out, another function of the same kind, arguments exchanged or forgotten, a range one short."""
    arguments = node.args
    inner = _wrapped(node, imported)
    if inner is not None:
        yield inner
    match node.func:
        case ast.Attribute(attr=name) if name in _TWINS:
            yield _with(node, func=_with(node.func, attr=_TWINS[name]))
        case ast.Name(id=name) if name in _TWINS:
            yield _with(node, func=_with(node.func, id=_TWINS[name]))
        case ast.Name(id="range") if arguments and not any(isinstance(part, ast.Starred) for part in arguments):
            stop = min(1, len(arguments) - 1)
            short = ast.BinOp(left=arguments[stop], op=ast.Sub(), right=ast.Constant(value=1))
            yield _with(node, args=[*arguments[:stop], short, *arguments[stop + 1 :]])
            if len(arguments) == 1:
                yield _with(node, args=[ast.Constant(value=1), *arguments])
    yield from (_with(node, args=swapped) for swapped in _swapped(arguments))
    for place in range(len(node.keywords)):
        yield _with(node, keywords=node.keywords[:place] + node.keywords[place + 1 :])
    values = [keyword.value for keyword in node.keywords]
    for swapped in _swapped(values):
        pairs = zip(node.keywords, swapped, strict=True)
        yield _with(node, keywords=[_with(keyword, value=value) for keyword, value in pairs])


def _wrapped(node: ast.Call, imported: frozenset[str]) -> ast.expr | None:
    """What stays of a call when it is left out: the object of a method, else the first argument."""
    first = node.args[0] if node.args and not isinstance(node.args[0], ast.Starred) else None
    if not isinstance(node.func, ast.Attribute):
        return first
    if node.func.attr in _MEMORY_LAYOUT_ONLY:
        return None
    root = node.func.value
    while isinstance(root, ast.Attribute):
        root = root.value
    if isinstance(root, ast.Name) and (root.id == "self" or root.id in imported):
        return first
    return node.func.value


def _swapped(parts: list) -> Iterator[list]:
    """Each pair of neighbours exchanged."""
    for place in range(len(parts) - 1):
        if not any(isinstance(part, ast.Starred) for part in parts[place : place + 2]):
            yield [*parts[:place], parts[place + 1], parts[place], *parts[place + 2 :]]
