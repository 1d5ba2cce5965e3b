"""What runs where optional exercises are left out: every cell but their own.

An exercise that is not written raises NotImplementedError when it is called. So a cell that uses an optional one, or a
function or class that does, uses it in a `try` with `except NotImplementedError`; and what it binds there, it uses
there, or binds in the handler as well. What becomes of an object once it is made is not followed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from helpers.grading.cells import Cell, Refused
from helpers.grading.exercises import DEFINITIONS

_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def refuse_dependence(cells: tuple[Cell, ...]) -> None:
    """Refuse a cell that stops where an optional exercise is left out, unless it is that exercise's own.

    Raises:
        Refused: There is one.
    """
    own = {cell.name for cell in cells if cell.role == "exercise" and cell.keys.get("optional")}
    trees = [(cell, ast.parse(cell.script)) for cell in cells if cell.kind == "code"]
    needs = {
        node.name: cell.name
        for cell, tree in trees
        if cell.role == "exercise" and cell.name in own
        for node in tree.body
        if isinstance(node, DEFINITIONS)
    }
    others = [(cell, tree) for cell, tree in trees if cell.name not in own]
    scope = _Scope(_all_needs([tree for _, tree in others], needs))
    for cell, tree in others:
        for node, exercise in scope.read(tree.body):
            optional = f"the optional exercise {exercise!r}"
            what = f"{optional} is used" if node.id == exercise else f"{node.id!r} needs {optional}"
            raise Refused(
                cell.line + node.lineno - 1,
                f"{what}, and students who leave that out have to get past this {cell.role} cell; use it in a try with"
                " except NotImplementedError.",
            )


def _all_needs(trees: list[ast.Module], needs: Mapping[str, str]) -> Mapping[str, str]:
    """Add the functions and classes that need what is needed, whatever the order in which they are defined."""
    scope, known = _Scope(needs), 0
    while known < len(scope.needs):
        scope, known = _Scope(scope.needs), len(scope.needs)
        for tree in trees:
            scope.read(tree.body)
    return scope.needs


class _Scope(ast.NodeVisitor):
    """The statements of a notebook, or of one function, read in their order.

    Attributes:
        needs: Name -> the optional exercise without which its use raises.
        unset: Name -> the optional exercise without which it is not bound.
        found: The uses of such names outside of guards, each with its exercise.
    """

    def __init__(self, needs: Mapping[str, str]):
        """Begin outside of guards."""
        self.needs, self.unset = dict(needs), {}
        self.bound: set[str] = set()
        self.found: list[tuple[ast.Name, str]] = []
        self.guarded: list[tuple[ast.Name, str]] | None = None  # uses inside of the guard that is being read

    def read(self, nodes: Iterable[ast.AST]) -> list[tuple[ast.Name, str]]:
        """Read further statements; returns their uses outside of guards."""
        self.found = []
        for node in nodes:
            self.visit(node)
        return self.found

    def visit_Name(self, node: ast.Name) -> None:
        """Note a use, or that a name is bound."""
        if not isinstance(node.ctx, ast.Load):
            self.bound.add(node.id)
            self.unset.pop(node.id, None)
            return
        exercise = self.needs.get(node.id) or self.unset.get(node.id)
        if exercise:
            (self.found if self.guarded is None else self.guarded).append((node, exercise))

    def visit_Assign(self, node: ast.Assign) -> None:
        """What is assigned is used before its target is bound."""
        for part in (node.value, *node.targets):
            self.visit(part)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.ClassDef) -> None:
        """A function or class raises when it is used, and not where it is defined; not even a guard there helps."""
        self.bound.add(node.name)
        uses = self._uses(node)
        if uses:
            self.needs.setdefault(node.name, uses[0][1])

    visit_AsyncFunctionDef = visit_ClassDef = visit_FunctionDef

    def _uses(self, node: ast.FunctionDef | ast.ClassDef) -> list[tuple[ast.Name, str]]:
        """The uses outside of guards in a function, or in a class with its methods; its own names hide others."""
        hidden = _local_names(node)
        inner = _Scope({name: needed for name, needed in (self.needs | self.unset).items() if name not in hidden})
        methods = [part for part in node.body if isinstance(node, ast.ClassDef) and isinstance(part, DEFINITIONS)]
        uses = inner.read(part for part in ast.iter_child_nodes(node) if part not in methods)
        return uses + [use for method in methods for use in inner._uses(method)]

    def visit_Try(self, node: ast.Try) -> None:
        """Uses in a guard's body stop nothing; what is bound with them alone is not there without the exercise."""
        handlers = [handler for handler in node.handlers if _catches(handler)]
        if not handlers:
            self.generic_visit(node)
            return
        before, outer, self.guarded = set(self.bound), self.guarded, []
        for part in node.body:
            self.visit(part)
        uses, self.guarded = self.guarded, outer
        for part in node.orelse:
            self.visit(part)
        new = self.bound - before
        for part in (*node.handlers, *node.finalbody):
            self.visit(part)
        if uses and not isinstance(handlers[0].body[-1], _LEAVES):
            self.unset |= dict.fromkeys(new - _names(handlers[0].body) - _names(node.finalbody), uses[0][1])


def _catches(handler: ast.ExceptHandler) -> bool:
    """Whether a handler is for exercises that are not written."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(kind, ast.Name) and kind.id == "NotImplementedError" for kind in kinds)


def _names(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that statements bind in their own scope."""
    return {name for node in nodes for name in _bound_by(node)}


def _bound_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, DEFINITIONS):
        yield node.name
        return
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    for part in ast.iter_child_nodes(node):
        yield from _bound_by(part)


def _local_names(node: ast.FunctionDef | ast.ClassDef) -> set[str]:
    """The arguments of a function and what its statements bind; of a class nothing, since its methods do not see it."""
    if isinstance(node, ast.ClassDef):
        return set()
    arguments = [part.arg for part in ast.walk(node.args) if isinstance(part, ast.arg)]
    return {*arguments, *_names(node.body)}
