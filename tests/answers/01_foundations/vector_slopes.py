# %% right="formulas"
def vector_slopes(a, A, x):
    return a, x @ (A + A.T), 2 * (x @ a) * a


# %% right="columns times the sum"
def vector_slopes(a, A, x):
    return a, (A + A.T) @ x, 2 * a * torch.dot(a, x)


# %% right="both products apart"
def vector_slopes(a, A, x):
    return a.clone(), A @ x + A.T @ x, 2 * x @ torch.outer(a, a)


# %% right="sums in loops, in float32"
def vector_slopes(a, A, x):
    a, A, x = a.float(), A.float(), x.float()
    size = len(x)
    second = torch.stack([sum(A[k, j] * x[j] + A[j, k] * x[j] for j in range(size)) for k in range(size)])
    return [a, second, torch.stack([2 * sum(x * a) * a[k] for k in range(size)])]


# %% right="einsum"
def vector_slopes(a, A, x):
    return a, torch.einsum("i,ij->j", x, A) + torch.einsum("ij,j->i", A, x), 2 * torch.einsum("i,i,j->j", x, a, a)


# %% wrong="derivative for a" fails="a^T x"
def vector_slopes(a, A, x):
    return x, x @ (A + A.T), 2 * (x @ a) * a


# %% wrong="product, number by number" fails="a^T x"
def vector_slopes(a, A, x):
    return a * x, x @ (A + A.T), 2 * (x @ a) * a


# %% wrong="twice a" fails="a^T x"
def vector_slopes(a, A, x):
    return 2 * a, x @ (A + A.T), 2 * (x @ a) * a


# %% wrong="symmetric A only" fails="x^T A x"
def vector_slopes(a, A, x):
    return a, 2 * A @ x, 2 * (x @ a) * a


# %% wrong="symmetric A only, transposed" fails="x^T A x"
def vector_slopes(a, A, x):
    return a, 2 * x @ A, 2 * (x @ a) * a


# %% wrong="one place of x only" fails="x^T A x"
def vector_slopes(a, A, x):
    return a, A @ x, 2 * (x @ a) * a


# %% wrong="the other place only" fails="x^T A x"
def vector_slopes(a, A, x):
    return a, x @ A, 2 * (x @ a) * a


# %% wrong="a minus between" fails="x^T A x"
def vector_slopes(a, A, x):
    return a, x @ (A - A.T), 2 * (x @ a) * a


# %% wrong="half of it" fails="x^T A x"
def vector_slopes(a, A, x):
    return a, x @ (A + A.T) / 2, 2 * (x @ a) * a


# %% wrong="diagonal only" fails="x^T A x"
def vector_slopes(a, A, x):
    return a, 2 * A.diagonal() * x, 2 * (x @ a) * a


# %% wrong="factor 2 forgotten" fails="(x^T a)^2"
def vector_slopes(a, A, x):
    return a, x @ (A + A.T), (x @ a) * a


# %% wrong="inner derivative forgotten" fails="(x^T a)^2"
def vector_slopes(a, A, x):
    return a, x @ (A + A.T), (2 * (x @ a)).expand_as(x)


# %% wrong="inner derivative for a" fails="(x^T a)^2"
def vector_slopes(a, A, x):
    return a, x @ (A + A.T), 2 * (x @ a) * x


# %% wrong="square kept" fails="(x^T a)^2"
def vector_slopes(a, A, x):
    return a, x @ (A + A.T), 2 * (x @ a) ** 2 * a


# %% wrong="number by number" fails="(x^T a)^2"
def vector_slopes(a, A, x):
    return a, x @ (A + A.T), 2 * x * a * a


# %% wrong="only 2 a" fails="(x^T a)^2"
def vector_slopes(a, A, x):
    return a, x @ (A + A.T), 2 * a


# %% wrong="numbers for vectors" fails="a^T x"
def vector_slopes(a, A, x):
    return a @ x, x @ A @ x, (x @ a) ** 2


# %% wrong="columns" fails="a^T x"
def vector_slopes(a, A, x):
    return a[:, None], (x @ (A + A.T))[:, None], (2 * (x @ a) * a)[:, None]


# %% wrong="autograd" fails="formulas, for numbers of any kind"
def vector_slopes(a, A, x):
    x = x.clone().requires_grad_()
    numbers = a @ x, x @ A @ x, (x @ a) ** 2
    return tuple(torch.autograd.grad(number, x)[0] for number in numbers)


# %% wrong="torch.func" fails="formulas, for numbers of any kind"
def vector_slopes(a, A, x):
    functions = lambda x: a @ x, lambda x: x @ A @ x, lambda x: (x @ a) ** 2
    return tuple(torch.func.grad(function)(x) for function in functions)


# %% wrong="a Jacobian from the functional interface" fails="formulas, for numbers of any kind"
def vector_slopes(a, A, x):
    functions = lambda x: a @ x, lambda x: x @ A @ x, lambda x: (x @ a) ** 2
    return tuple(torch.autograd.functional.jacobian(function, x) for function in functions)


# %% wrong="the third as a number" fails="(x^T a)^2"
def vector_slopes(a, A, x):
    return a, x @ (A + A.T), 2 * (x @ a)


# %% wrong="autograd, after a cast" fails="autograd is not used"
def vector_slopes(a, A, x):
    a, A, x = a.double(), A.double(), x.double().requires_grad_()
    numbers = a @ x, x @ A @ x, (x @ a) ** 2
    return tuple(torch.autograd.grad(number, x)[0] for number in numbers)
