"""Checks of the Fréchet distance: moments, a matrix root, the distance, the form for few images, its bias."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from helpers.checks import judges
from helpers.checks.compare import Verdict, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.derivation import formula
from helpers.checks.evaluation.judging import number
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part


def basis(draw: Draw, size: int) -> Tensor:
    """A random orthonormal basis, as columns."""
    return torch.linalg.qr(draw.normal(size, size)).Q


def spread_along(axes: Tensor, widths: list[float], centre: Tensor) -> Tensor:
    """Points in pairs around a centre: their covariance is diagonal along the axes, its entries follow from widths."""
    steps = torch.tensor(widths, dtype=torch.float64)[:, None] * axes[:, : len(widths)].T
    return centre + torch.cat([steps, -steps])


@check
def mean_and_covariance(student: Part, draw: Draw) -> Properties:
    """Means of the columns, and the covariance of pairs of columns with the divisor N - 1."""
    size = 5
    x = draw.normal(size, size) @ draw.normal(size, size) + 2 * draw.normal(size)
    tall = draw.normal(9, 3) + 1

    def both(features: Tensor) -> tuple[Tensor, Tensor]:
        value = student(features)
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            raise Broken("It should return two tensors: the mean and the covariance.")
        return tensor(value[0]).detach(), tensor(value[1]).detach()

    def products(rows: Tensor, centre: Tensor) -> Tensor:
        return torch.einsum("ni,nj->ij", rows - centre, rows - centre)

    mean = x.sum(0) / size
    squares = products(x, mean)
    yield essential(
        "one mean per feature, one covariance per pair of features",
        lambda: Verdict(
            both(tall)[0].shape == (3,) and both(tall)[1].shape == (3, 3),
            f"For 9 images of 3 features it returned shapes {tuple(both(tall)[0].shape)} and {tuple(both(tall)[1].shape)}.",
        ),
        "Rows are images and columns are features. Some functions expect it the other way round.",
    )
    yield (
        "the mean",
        lambda: same(both(x)[0], mean, {"These are means of rows: one per image.": x.sum(1) / size}),
        "Each feature's mean is taken over the images.",
    )
    rows = products(x.T, x.sum(1) / size) / (size - 1)
    yield essential(
        "the covariance",
        lambda: same(
            both(x)[1],
            squares / (size - 1),
            {
                "The divisor is N; the exercise asks for N - 1.": squares / size,
                "The covariance is that of rows: rows are images here, columns features.": rows,
                "The mean is not subtracted.": products(x, 0 * mean) / (size - 1),
                "It is not divided by anything.": squares,
                "These are correlations; each is still to be multiplied by two standard deviations.": squares
                / squares.diagonal().sqrt().outer(squares.diagonal().sqrt()),
                "Only the variances are there: pairs of features have covariances.": squares.diagonal().diag()
                / (size - 1),
                "Only the mean of all values is subtracted; each feature has its own.": products(x, x.mean())
                / (size - 1),
            },
        ),
        "It is the sum over images of products of centred features, divided by N - 1.",
    )
    far = (1000 + draw.normal(40, 3)).float()
    exact = far.double()
    due = products(exact, exact.sum(0) / 40) / 39

    def precise() -> Verdict:
        m, s = both(far)
        if m.dtype != torch.float64 or s.dtype != torch.float64:
            return Verdict(False, f"It returned {m.dtype} and {s.dtype}.")
        return same(m, exact.sum(0) / 40, relative=1e-11) and same(s, due, relative=1e-8, absolute=1e-8)

    yield (
        "computed in float64",
        precise,
        "Features in float32 around 1000 should not lose digits: turn them into float64 first, not the result at the end.",
    )


@check
def matrix_sqrt(student: Part, draw: Draw) -> Properties:
    """The symmetric root without negative eigenvalues, also where the matrix is singular or off by rounding."""
    size = 4
    axes = basis(draw, size)
    roots = 0.5 + 2 * draw.uniform(size).sort().values.cumsum(0)

    def turned(values: Tensor) -> Tensor:
        return torch.einsum("ia,a,ja->ij", axes, values, axes)

    whole, due = turned(roots**2), turned(roots)
    hand = torch.tensor([[5.0, 4.0], [4.0, 5.0]], dtype=torch.float64)
    yield essential(
        "the example by hand",
        lambda: same(
            student(hand),
            torch.tensor([[2.0, 1.0], [1.0, 2.0]]).double(),
            {
                "Each entry's own root is taken; the root of a matrix is another thing.": hand**0.5,
                "This is a Cholesky factor: L times its transpose, not R times R.": torch.linalg.cholesky(hand),
                "Here L is right or left of its transpose; R times R is asked for.": torch.linalg.cholesky(hand).T,
                "The matrix is only halved.": hand / 2,
            },
        ),
        "The matrix with 5 on the diagonal and 4 beside it should give 2 and 1.",
    )
    yield (
        "R times R in four dimensions",
        lambda: same(
            student(whole),
            due,
            {
                "Each entry's own root is taken; the root of a matrix is another thing.": whole.abs().sqrt(),
                "The eigenvalues are not rooted.": whole,
                "This is the root of the inverse.": turned(1 / roots),
                "The eigenvectors are columns: which of the two is transposed?": axes.T @ roots.diag() @ axes,
                "Back to the old coordinates: a factor of eigenvectors is missing.": axes * roots,
            },
        ),
        "The root has the eigenvectors of the matrix, and the roots of its eigenvalues.",
    )
    values = torch.tensor([9.0, 4.0, 0.0, -1e-14], dtype=torch.float64)
    yield (
        "eigenvalues that rounding made negative",
        lambda: same(student(turned(values)), turned(values.clamp(min=0) ** 0.5), absolute=3e-6),
        "A singular matrix has eigenvalues like -1e-14 by rounding, whose root is NaN. What should they count as?",
    )
    yield (
        "small matrices as well as large ones",
        lambda: same(student(whole * 1e-12) * 1e6, due) and same(student(whole * 1e10) / 1e5, due),
        "A matrix of small numbers has a root of small numbers. Is something added to the eigenvalues?",
    )


@check
def frechet_distance(student: Part, draw: Draw) -> Properties:
    """The squared distance of the means, and both traces minus twice that of the root of the product."""
    zero, eye = torch.zeros(2).double(), torch.eye(2).double()
    mean = draw.normal(2) + torch.tensor([2.0, 3.0])

    def value(mean_1: Tensor, cov_1: Tensor, mean_2: Tensor, cov_2: Tensor) -> Tensor:
        return number(student(mean_1, cov_1, mean_2, cov_2, judges.root_2x2))

    gap = (mean * mean).sum()
    yield (
        "equal covariances: the means count",
        lambda: same(
            value(mean, 2 * eye, zero, 2 * eye),
            gap,
            {
                "The distance of the means is to be squared.": gap.sqrt(),
                "The term of the means is missing.": 0.0,
                "The differences are averaged over the features; they are summed.": gap / 2,
                "The differences are added up without squaring.": mean.sum(),
                "Traces count, but nothing is subtracted from them.": gap + 8,
                "The root's trace is subtracted once only.": gap + 4,
            },
        ),
        "With equal covariances the distance is the squared distance of the means.",
    )
    wide = torch.tensor([[4.0, 0.0], [0.0, 0.25]]).double()
    narrow = torch.tensor([[1.0, 0.0], [0.0, 9.0]]).double()
    yield (
        "axes alone: standard deviations are compared",
        lambda: same(
            value(zero, wide, zero, narrow),
            torch.tensor((2.0 - 1) ** 2 + (0.5 - 3) ** 2).double(),
            {
                "The factor 2 of the root is missing.": 14.25 - 3.5,
                "The roots are added, not subtracted.": 14.25 + 7,
                "The trace of the product stands where that of its root should.": 14.25 - 2 * 6.25,
                "Only the traces count: the root is missing.": 14.25,
                "The last term is the root of a trace; it is the trace of a root.": 14.25 - 2 * 2.5,
            },
        ),
        "For diagonal covariances each axis adds the squared difference of the two standard deviations.",
    )
    a, b = basis(draw, 2), 0.4 + 0.8 * float(draw.uniform(1))
    turn = torch.tensor([[math.cos(b), -math.sin(b)], [math.sin(b), math.cos(b)]], dtype=torch.float64)
    first = a @ torch.diag(torch.tensor([4.0, 0.3]).double()) @ a.T
    second = (turn @ a) @ torch.diag(torch.tensor([2.5, 0.1]).double()) @ (turn @ a).T
    mixed = (first @ second).trace() + 2 * (1.2 * 0.25) ** 0.5  # the square of a sum of two roots
    due = 4.3 + 2.6 - 2 * mixed.sqrt()
    by_entries = first.abs().sqrt() @ second @ first.abs().sqrt()
    yield essential(
        "covariances that do not commute",
        lambda: same(
            value(zero, first, zero, second),
            due,
            {
                "Roots are taken entry by entry.": 6.9 - 2 * (first * second).abs().sqrt().trace(),
                "Roots of the product's entries are taken.": 6.9 - 2 * (first @ second).diagonal().abs().sqrt().sum(),
                "The inner root is taken entry by entry.": 6.9 - 2 * by_entries.diagonal().abs().sqrt().sum(),
                "The product of the two roots stands where the root of the product should: they do not commute.": 6.9
                - 2 * (judges.root_2x2(first) @ judges.root_2x2(second)).trace(),
                "The product of two covariances is not symmetric, and the given root wants a symmetric matrix.": 6.9
                - 2 * judges.root_2x2(first @ second).trace(),
                "The factor 2 of the root is missing.": 6.9 - mixed.sqrt(),
                "Roots of the singular values of the product are taken; eigenvalues are meant.": 6.9
                - 2 * torch.linalg.svdvals(first @ second).sqrt().sum(),
            },
        ),
        "For two ellipses with different axes the trace of the root is off. Whose root is it, and what stands on which side?",
    )
    yield (
        "nothing is further from itself than 0",
        lambda: same(value(mean, first, mean, first), torch.tensor(0.0).double(), absolute=1e-7),
        "The distance of a distribution from itself is 0.",
    )
    yield (
        "both sides play the same part",
        lambda: same(value(mean, first, zero, second), due + gap) and same(value(zero, second, mean, first), due + gap),
        "With all terms at once, and with the two exchanged, the distance should be the same.",
    )


@check
def turned_ellipse(student: Part, draw: Draw) -> Properties:
    """Both traces minus twice the root of trace plus twice the root of the determinant of the product."""

    def product(s: float, phi: float) -> float:
        return (1 + s**4) * math.cos(phi) ** 2 + 2 * s**2 * math.sin(phi) ** 2

    def entry(s: float, phi: float) -> float:
        x = math.cos(phi) ** 2 + s**2 * math.sin(phi) ** 2
        y = math.sin(phi) ** 2 + s**2 * math.cos(phi) ** 2
        return math.sqrt(x) + s * math.sqrt(y)

    def total(s: float) -> float:
        return 2 + 2 * s * s

    slips = {
        "The factor 2 of the root is missing.": lambda s, p: total(s) - math.sqrt(product(s, p) + 2 * s**2),
        "Roots are taken entry by entry; these matrices do not commute.": lambda s, p: total(s) - 2 * entry(s, p),
        "The determinant's part is missing: the square of a sum of roots has a mixed term.": lambda s, p: (
            total(s) - 2 * math.sqrt(product(s, p))
        ),
        "The mixed term counts twice.": lambda s, p: total(s) - 2 * math.sqrt(product(s, p) + s**2),
        "The trace of the product stands where that of its root should.": lambda s, p: total(s) - 2 * product(s, p),
        "One of the two traces is missing.": lambda s, p: total(s) / 2 - 2 * math.sqrt(product(s, p) + 2 * s**2),
        "s is the standard deviation: the covariance holds its square.": lambda s, p: (
            2 + 2 * s - 2 * math.sqrt((1 + s**2) * math.cos(p) ** 2 + 2 * s * math.sin(p) ** 2 + 2 * s)
        ),
        "The sine and the cosine have changed places.": lambda s, p: (
            total(s) - 2 * math.sqrt((1 + s**4) * math.sin(p) ** 2 + 2 * s**2 * math.cos(p) ** 2 + 2 * s**2)
        ),
        "The root is not symmetric in the two; the determinant of the product is s to the power 4.": lambda s, p: (
            total(s) - 2 * math.sqrt(product(s, p) + 2 * s**4)
        ),
        "This holds for a right angle only.": lambda s, p: 2 * (1 - s) ** 2,
        "An angle of 0 should give 0: this does not depend on the angle.": lambda s, p: 0.0,
    }
    yield essential(
        "the formula",
        lambda: formula(
            student,
            draw,
            lambda s, phi: total(s) - 2 * math.sqrt(product(s, phi) + 2 * s**2),
            {"s": (1.3, 3), "phi": (0.2, 1.3)},
            slips,
        ),
        "Turning leaves both traces as they are. For the root of the product, trace and determinant are enough.",
    )


@check
def fid(student: Part, draw: Draw) -> Properties:
    """Moments and distance where there are many images; singular values, and no rounding added up, where there are few."""
    parts = judges.odd_statistics, judges.odd_distance
    real, fake = draw.normal(6, 3), draw.normal(9, 3)
    yield (
        "many images: the given parts",
        lambda: same(
            number(student(real, fake, *parts)),
            judges.odd_distance(*judges.odd_statistics(real), *judges.odd_statistics(fake)),
        ),
        "With 6 and 9 images of 3 features the result is what `distance` makes of the two `statistics`.",
    )
    size = 12
    axes, centres = basis(draw, size), draw.normal(2, size)
    # pairs of points at +- w along an axis: the variance there is 2 w^2 / (N - 1)
    few = spread_along(axes, [1.0, 2.0], centres[0]), spread_along(axes, [1.5, 0.7, 2.5], centres[1])
    gap = (centres[0] - centres[1]).square().sum()
    one, other = torch.tensor([1.0, 2.0, 0.0]).double(), torch.tensor([1.5, 0.7, 2.5]).double()

    def along_axes(n: float, m: float, factor: float = 2.0) -> Tensor:
        a, b = one * (2 / n) ** 0.5, other * (2 / m) ** 0.5
        return gap + (a * a).sum() + (b * b).sum() - factor * (a * b).sum()

    yield essential(
        "few images along common axes",
        lambda: same(
            number(student(*few, *parts)),
            along_axes(3, 5),
            {
                "The divisor is N; the exercise asks for N - 1.": along_axes(4, 6),
                "Rows are not divided by the root of their number minus 1.": along_axes(1, 1),
                "Rows are divided by N - 1; the product of two of them should be.": along_axes(9, 25),
                "The factor 2 of the root is missing.": along_axes(3, 5, 1.0),
                "The root's term has the wrong sign.": along_axes(3, 5, -2.0),
                "The term of the means is missing.": along_axes(3, 5) - gap,
                "The distance of the means is to be squared.": along_axes(3, 5) - gap + gap.sqrt(),
                "The root's term is missing.": along_axes(3, 5, 0.0),
                "With few images the given parts are used: a D x D root is what this exercise avoids.": judges.odd_distance(
                    *judges.odd_statistics(few[0]), *judges.odd_statistics(few[1])
                ),
            },
        ),
        "With 4 and 6 images of 12 features the value is off. Is each set centred by its own mean and divided by its own number?",
    )
    u, w = draw.normal(2, size), draw.normal(2, size)
    a, b = (u[0] - u[1]) / 2**0.5, (w[0] - w[1]) / 2**0.5
    due = (u.mean(0) - w.mean(0)).square().sum() + a.dot(a) + b.dot(b) - 2 * a.dot(b).abs()
    yield (
        "two images each, in any direction",
        lambda: same(
            number(student(u, w, *parts)),
            due,
            {
                "Here singular values matter, and they have no sign; a trace does.": due
                + 2 * a.dot(b).abs()
                - 2 * a.dot(b),
                "The root's term has the wrong sign.": due + 4 * a.dot(b).abs(),
            },
        ),
        "Two images span one direction each: then the root's trace is the size of the product of the two directions.",
    )
    wide = [draw.normal(count, 60).float() + 1 for count in (6, 7, 8, 9)]
    yield (
        "few images: exact for a set and itself",
        lambda: all(same(number(student(x, x, *parts)), torch.tensor(0.0).double(), absolute=1e-10) for x in wide),
        "For 6 images of 60 features, FID(X, X) should be 0 to ten digits. Roots of a D x D matrix's rounding errors add up, and so "
        "does float32.",
    )


@check
def extrapolated_fid(student: Part, draw: Draw) -> Properties:
    """The least-squares line of FID against 1/N, at 1/N = 0."""
    hand = torch.tensor([100, 200]), torch.tensor([5.0, 3.0], dtype=torch.float64)
    yield (
        "the example by hand",
        lambda: same(
            number(student(*hand)),
            torch.tensor(1.0).double(),
            {
                "This is the slope.": 400.0,
                "The line is fitted against N, not against 1/N.": 7.0,
                "This is the value with the most images.": 3.0,
                "This is the mean of the values.": 4.0,
            },
        ),
        "FID 5 for 100 and 3 for 200 images lie on a line against 1/N that meets the axis at 1.",
    )
    sizes = torch.tensor([50, 100, 150, 300, 700, 2000])
    x = 1 / sizes.double()
    slope, end = 100 + 50 * float(draw.uniform(1)), 2 + float(draw.uniform(1))
    noise = draw.normal(6)
    design = torch.stack([torch.ones(6).double(), x / x.max()], dim=1)
    off_line = torch.linalg.qr(design).Q
    noise = 0.3 * (noise - off_line @ (off_line.T @ noise))  # what no line against 1/N can explain
    y = end + slope * x + noise
    first_last = y[-1] - (y[0] - y[-1]) / (x[0] - x[-1]) * x[-1]
    last_two = y[-1] - (y[-2] - y[-1]) / (x[-2] - x[-1]) * x[-1]
    by_n = sizes.double() - sizes.double().mean()
    against_n = y.mean() - (by_n * y).sum() / by_n.square().sum() * sizes.double().mean()
    yield essential(
        "a line of least squares through six",
        lambda: same(
            number(student(sizes, y)),
            torch.tensor(end).double(),
            {
                "The line is fitted against N, not against 1/N.": against_n,
                "The line goes through the first and the last point; all six count.": first_last,
                "The line goes through the last two points; all six count.": last_two,
                "This is the slope.": slope,
                "This is the value with the most images.": y[-1],
                "This is the mean of the values.": y.mean(),
                "The slope is that of a line through the origin.": y.mean() - (x * y).sum() / (x * x).sum() * x.mean(),
                "The sign of the slope is turned round.": y.mean() + slope * x.mean(),
            },
            relative=1e-6,
        ),
        "Six values that scatter around a line against 1/N should give where the line of least squares meets the axis.",
    )
    yield (
        "the order does not matter",
        lambda: same(number(student(sizes.flip(0), y.flip(0))), torch.tensor(end).double(), relative=1e-6),
        "The points may come in any order.",
    )
    yield (
        "a constant stays",
        lambda: same(number(student(sizes, torch.full((6,), 7.25))), torch.tensor(7.25).double()),
        "If FID does not depend on N, the result is that value.",
    )
