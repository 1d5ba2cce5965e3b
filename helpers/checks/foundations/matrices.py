"""Checks of linear algebra: what eigenvalues say of inverse, determinant and trace, and derivatives by vectors."""

from __future__ import annotations

import contextlib

import torch
from torch import Tensor

from helpers.checks import doubles
from helpers.checks.compare import Verdict, close, gives_shape, gradients, same, tensor
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part


def _diagonalisable(draw: Draw, size: int) -> tuple[Tensor, Tensor, Tensor]:
    """A matrix that is not symmetric, with its real eigenvalues of both signs and its eigenvectors."""
    vectors = torch.eye(size).double() + 0.3 * draw.normal(size, size).tanh()
    values = (0.7 + draw.uniform(size)) * torch.tensor([1.0, -1.0] * size)[:size]
    return vectors @ torch.diag(values) @ torch.linalg.inv(vectors), values, vectors


@check
def eigen_gaps(student: Part, draw: Draw) -> Properties:
    """Four gaps: small for true eigenpairs, and of a known size for false ones."""
    A, values, vectors = _diagonalisable(draw, 5)
    others = draw.normal(5, 5)
    moved = values * (1.2 + draw.uniform(5))
    inverse = torch.linalg.inv(A)

    def judged(
        place: int, values: Tensor, vectors: Tensor, due: Tensor, slips: dict[str, Tensor] | None = None
    ) -> Verdict:
        return same(tensor(student(A, values, vectors), (4,))[place], due, slips)

    gaps = inverse @ others - others / values
    yield essential(
        "four numbers",
        lambda: gives_shape(student, (4,), A, values, vectors),
        "Stack the four gaps into one tensor, in the order of the facts.",
    )
    yield essential(
        "false eigenvectors are found",
        lambda: (
            judged(
                0,
                values,
                others,
                gaps.abs().max(),
                {
                    "The gap is that of A itself; fact 1 speaks of its inverse.": (A @ others - others * values)
                    .abs()
                    .max(),
                    "The eigenvalues are not inverted.": (inverse @ others - others * values).abs().max(),
                    "Rows are divided by the eigenvalues: eigenvectors are columns.": (
                        inverse @ others - others / values[:, None]
                    )
                    .abs()
                    .max(),
                    "The largest entry is not the largest absolute one.": gaps.max(),
                    "This is the mean of the gaps: a mean can hide one false eigenvector.": gaps.abs().mean(),
                    "This is the sum of the gaps.": gaps.abs().sum(),
                    "This is a norm of the gaps, where their largest entry is asked for.": gaps.norm(),
                    "Rows of the inverse are multiplied: A^-1 v is a matrix times a column.": (
                        others @ inverse - others / values
                    )
                    .abs()
                    .max(),
                    "The inverse is taken number by number.": ((1 / A) @ others - others / values).abs().max(),
                    "The eigenvectors are taken from the rows.": (inverse @ others.T - others.T / values).abs().max(),
                    "The smallest gap is returned; one false entry is enough.": gaps.abs().min(),
                },
            )
            and judged(0, values, -others, gaps.abs().max(), {"The gap lacks its absolute value.": (-gaps).max()})
        ),
        "With true eigenvalues and false eigenvectors the first gap should be the largest |entry| of A^-1 V - V / lambda, eigenvectors"
        " in the columns.",
    )
    yield (
        "false eigenvalues miss the determinant",
        lambda: judged(
            2,
            moved,
            vectors,
            (moved.prod() - values.prod()).abs(),
            {
                "The gap is signed; return its absolute value.": moved.prod() - values.prod(),
                "The sum of the eigenvalues is compared with the determinant: which operation does fact 3 name?": (
                    moved.sum() - values.prod()
                ).abs(),
                "The trace and the determinant are exchanged.": (moved.sum() - values.sum()).abs(),
                "The absolute values are compared, and a sign gets lost.": (
                    moved.prod().abs() - values.prod().abs()
                ).abs(),
                "The determinant of the inverse is compared.": (moved.prod() - 1 / values.prod()).abs(),
            },
        ),
        "The third gap should be |product of the eigenvalues - det A|, with the eigenvalues as they are claimed.",
    )
    yield (
        "false eigenvalues miss the trace",
        lambda: judged(
            3,
            moved,
            vectors,
            (moved.sum() - values.sum()).abs(),
            {
                "The gap is signed; return its absolute value.": moved.sum() - values.sum(),
                "The mean of the eigenvalues is compared; the trace is a sum.": (moved.mean() - values.sum()).abs(),
                "The sum of all entries is compared; the trace adds up the diagonal.": (moved.sum() - A.sum()).abs(),
                "The product is compared with the trace.": (moved.prod() - values.sum()).abs(),
            },
        ),
        "The fourth gap should be |sum of the eigenvalues - trace A|, with the eigenvalues as they are claimed.",
    )
    yield (
        "the signs of false claims do not matter",
        lambda: same(
            tensor(student(A, -moved, vectors), (4,))[2:],
            torch.stack([(-moved).prod() - values.prod(), -moved.sum() - values.sum()]).abs(),
        ),
        "Gaps are absolute values, whether the claim is too large or too small.",
    )
    triangular = draw.normal(5, 5).tril(-1) + torch.diag(values)
    order = torch.tensor([1, 2, 3, 4, 0])

    def on_triangular(claimed: Tensor, due: Tensor | float, slips: dict[str, Tensor] | None = None) -> Verdict:
        return same(tensor(student(triangular, claimed, torch.eye(5).double()), (4,))[1], due, slips)

    falsely = (moved.sort().values - values.sort().values).abs().max()
    yield (
        "the diagonal of a triangular matrix, in any order",
        lambda: on_triangular(values, 0.0) and on_triangular(values[order], 0.0),
        "The eigenvalues of a triangular matrix are its diagonal entries, in whatever order they are claimed.",
    )
    yield (
        "false eigenvalues miss the diagonal",
        lambda: (
            on_triangular(
                moved,
                falsely,
                {
                    "Neither side is sorted, or only one is.": (moved - values).abs().max(),
                    "The gap is signed; take the absolute value before the largest.": (
                        moved.sort().values - values.sort().values
                    ).max(),
                    "This is the sum of the gaps.": (moved.sort().values - values.sort().values).abs().sum(),
                    "This is the mean of the gaps: a mean can hide one false eigenvalue.": (
                        moved.sort().values - values.sort().values
                    )
                    .abs()
                    .mean(),
                    "This is a norm of the gaps, where the largest is asked for.": (
                        moved.sort().values - values.sort().values
                    ).norm(),
                },
            )
            and on_triangular(
                -3 + 0 * values,
                (-3 - values).abs().max(),
                {"The gap is signed; take the absolute value before the largest.": (-3 - values).max()},
            )
            and on_triangular(3 + 0 * values, (3 - values).abs().max())
        ),
        "The second gap should be the largest |difference| between the sorted values and the sorted diagonal.",
    )

    def all_true() -> Verdict:
        places = torch.tensor([0, 2, 3])  # this matrix is not triangular
        return same(tensor(student(A, values, vectors), (4,))[places], torch.zeros(3))

    yield (
        "true eigenpairs leave no gap",
        all_true,
        "For true eigenvalues and eigenvectors facts 1, 3 and 4 hold for every matrix, up to rounding.",
    )
    yield (
        "fact 2 fails where a matrix is not triangular",
        lambda: judged(
            1, values, vectors, torch.dist(values.sort().values, A.diagonal().sort().values, p=float("inf"))
        ),
        "The diagonal entries of a matrix that is not triangular are no eigenvalues, and the second gap should say so.",
    )


@check
def triangular_log_det(student: Part, draw: Draw) -> Properties:
    """The logarithm of |det| of triangular matrices, from their diagonals and stable for many rows."""
    L = draw.normal(3, 5, 5).tril(-1)
    diagonal = (0.5 + draw.uniform(3, 5)) * torch.tensor([1.0, -1.0, -1.0, 1.0, -1.0])
    L = L + torch.diag_embed(diagonal)
    due = diagonal.abs().log().sum(-1)
    yield essential(
        "one number per matrix",
        lambda: gives_shape(student, (3,), L),
        "Reduce over the diagonal of each matrix, and keep the batch.",
    )
    two = torch.tensor([[[2.0, 0.0], [7.0, 3.0]]]).double()
    yield essential(
        "two by two",
        lambda: same(
            student(two),
            torch.tensor([6.0]).log(),
            {
                "This is the determinant; its logarithm is asked for.": torch.tensor([6.0]),
                "The sum of the diagonal is the trace; take logarithms before you add up.": torch.tensor([5.0]),
                "This is the logarithm of the trace: first the logarithms, then the sum.": torch.tensor([5.0]).log(),
                "It is in base 2 or 10; all logarithms here are natural.": torch.tensor([6.0]).log2(),
                "This is a mean over the diagonal; the logarithm of a product is a sum.": torch.tensor([6.0]).log() / 2,
                "The sign is turned: this belongs to the inverse matrix.": -torch.tensor([6.0]).log(),
                "The other diagonal was taken.": torch.tensor([7.0]).log(),
            },
        ),
        "With 2 and 3 on the diagonal and 7 beside it, the determinant is 6.",
    )
    yield (
        "entries of any sign",
        lambda: same(student(L), due, {"An absolute value is missing somewhere.": diagonal.log().sum(-1)}),
        "The diagonal may be negative, and |det| is asked for. Where does the absolute value go, before or after the logarithm?",
    )
    yield (
        "upper triangular as well",
        lambda: same(student(L.mT), due),
        "The transpose has the same diagonal.",
    )
    yield (
        "nothing but the diagonal is looked at",
        lambda: same(student(L + draw.normal(3, 5, 5).triu(1)), due),
        "A number of operations proportional to D leaves no time to look at the D^2 other entries, so filling them in should change"
        " nothing. A general determinant looks at them all, and costs D^3.",
    )
    many = torch.diag_embed(torch.full((2, 400), 0.1).double()) + draw.normal(2, 400, 400).tril(-1)
    yield (
        "400 rows neither under- nor overflow",
        lambda: same(student(many), torch.full((2,), 400 * torch.tensor(0.1).double().log().item())),
        "A product of 400 factors of 0.1 is too small for any float. Take logarithms before you put the factors together.",
    )

    def slope() -> Verdict:  # above the diagonal a general determinant has a gradient of its own
        leaf = L.clone().requires_grad_()
        return same(gradients(tensor(student(leaf)), leaf)[0].tril(), torch.diag_embed(1 / diagonal))

    yield (
        "a gradient reaches the diagonal",
        slope,
        "Flows are trained through this number: its gradient is 1 / L_ii on the diagonal and zero below.",
    )


@check
def vector_slopes(student: Part, draw: Draw) -> Properties:
    """Derivatives of a^T x, x^T A x and (x^T a)^2 for x, judged against autograd."""
    a, A = draw.normal(4), draw.normal(4, 4)
    x = draw.normal(4).requires_grad_()
    due = [gradients(number, x)[0] for number in (a @ x, x @ A @ x, (x @ a) ** 2)]
    x = x.detach()

    def result(place: int) -> Tensor:
        value = student(a, A, x)
        if not isinstance(value, (tuple, list)) or len(value) != 3:
            raise Broken("It should return three tensors.")
        return tensor(value[place], (4,))

    def is_vector(place: int) -> bool:
        with contextlib.suppress(Broken):
            return not close(result(place), result(place)[:1].expand(4))
        return False

    def is_formula() -> Verdict:
        if not any(is_vector(place) for place in range(3)):
            return Verdict(False, "None of the three is a vector of different numbers.")
        # Formulas hold for integers and for complex numbers; autograd takes no integers and starts from no complex number.
        whole = [draw.integers(-5, 6, *shape) for shape in ((4,), (4, 4), (4,))]
        return Verdict(any(_same_for(kind, student, whole) for kind in (torch.int64, torch.complex128)))

    yield (
        "a^T x",
        lambda: same(
            result(0),
            due[0],
            {
                "This is the derivative for a; which vector is held fixed?": x,
                "The derivative of a linear function does not depend on x.": a * x,
                "The factor 2 belongs to squares.": 2 * a,
            },
        ),
        "a^T x = a_1 x_1 + ... + a_D x_D. Differentiate for x_k.",
    )
    yield (
        "x^T A x",
        lambda: same(
            result(1),
            due[1],
            {
                "This holds for symmetric A only.": 2 * A @ x,
                "This holds for symmetric A only: both places of x contribute, each in its own way.": 2 * x @ A,
                "x stands in two places, and one of them is forgotten.": A @ x,
                "x stands in two places, and the one on the right is forgotten.": x @ A,
                "This is half of it.": (A + A.T) @ x / 2,
                "The two contributions are subtracted.": x @ (A - A.T),
                "The two contributions are subtracted, the other way round.": x @ (A.T - A),
                "Only the diagonal of A contributes here.": 2 * A.diagonal() * x,
            },
        ),
        "Write x^T A x as a double sum and collect the terms with x_k: A need not be symmetric.",
    )
    yield (
        "(x^T a)^2",
        lambda: same(
            result(2),
            due[2],
            {
                "The inner derivative is missing.": (2 * (x @ a)).expand(4),
                "The factor 2 is missing.": (x @ a) * a,
                "The inner derivative is that for a.": 2 * (x @ a) * x,
                "The number x^T a is squared still.": 2 * (x @ a) ** 2 * a,
                "The number x^T a is missing.": 2 * a,
                "Entries are multiplied one by one: x^T a is a single number.": 2 * x * a * a,
            },
        ),
        "By the chain rule: the derivative of a square at x^T a, times the derivative of x^T a.",
    )
    advice = "Derive each slope on paper and write down its formula; autograd is the judge in the next cell."
    yield essential("formulas, for numbers of any kind", is_formula, advice)
    yield remark(
        "autograd is not used",
        lambda: student.beside(doubles.without_autograd, student, a, A, x) is True,
        advice,
    )


def _same_for(kind: torch.dtype, student: Part, numbers: list[Tensor]) -> bool:
    """Whether a function of tensors returns the same tensors where the numbers are of another kind than float64."""
    with contextlib.suppress(Broken):
        usual, others = (student(*(n.to(dtype) for n in numbers)) for dtype in (torch.float64, kind))
        return all(bool(same(_real(other), tensor(part))) for part, other in zip(usual, others, strict=True))
    return False


def _real(value: object) -> Tensor:
    """The real part of a tensor."""
    value = tensor(value)
    return value.real if value.is_complex() else value
