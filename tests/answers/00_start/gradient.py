# %% right="a copy, a sum, autograd.grad"
def gradient(f, x):
    x = x.clone().requires_grad_(True)
    return torch.autograd.grad(f(x).sum(), x)[0]


# %% right="backward"
def gradient(f, x):
    leaf = x.detach().clone()
    leaf.requires_grad = True
    f(leaf).sum().backward()
    return leaf.grad


# %% right="ones as weights of the outputs"
def gradient(f, x):
    x = torch.tensor(x.tolist(), dtype=x.dtype, requires_grad=True)
    y = f(x)
    (slope,) = torch.autograd.grad(y, x, grad_outputs=torch.ones_like(y))
    return slope


# %% right="asked of the tensor itself, by autograd.grad"
def gradient(f, x):
    x.requires_grad_()
    return torch.autograd.grad(f(x).sum(), x)[0]


# %% right="torch.func"
def gradient(f, x):
    return torch.func.grad(lambda t: f(t).sum())(x)


# %% right="element by element"
def gradient(f, x):
    slopes = []
    for value in x.flatten():
        leaf = value.clone().requires_grad_()
        slopes.append(torch.autograd.grad(f(leaf), leaf)[0])
    return torch.stack(slopes).reshape(x.shape)


# %% wrong="the values of f" fails="the slope of a square is twice the number"
def gradient(f, x):
    return f(x)


# %% wrong="a mean for the sum" fails="the slope of a square is twice the number"
def gradient(f, x):
    x = x.clone().requires_grad_()
    return torch.autograd.grad(f(x).mean(), x)[0]


# %% wrong="no sum" fails="as many slopes as numbers"
def gradient(f, x):
    x = x.clone().requires_grad_()
    return torch.autograd.grad(f(x), x)[0]


# %% wrong="the tuple as it comes" fails="as many slopes as numbers"
def gradient(f, x):
    x = x.clone().requires_grad_()
    return torch.autograd.grad(f(x).sum(), x)


# %% wrong="no derivative asked for" fails="as many slopes as numbers"
def gradient(f, x):
    return torch.autograd.grad(f(x).sum(), x)[0]


# %% wrong="what backward returns" fails="as many slopes as numbers"
def gradient(f, x):
    x = x.clone().requires_grad_()
    return f(x).sum().backward()


# %% wrong="detached before f" fails="as many slopes as numbers"
def gradient(f, x):
    x = x.clone().requires_grad_()
    return torch.autograd.grad(f(x.detach()).sum(), x)[0]


# %% wrong="gradients pile up on x" fails="a second call gives the same"
def gradient(f, x):
    x.requires_grad_()
    f(x).sum().backward()
    return x.grad.clone()


# %% wrong="one slope for all" fails="as many slopes as numbers"
def gradient(f, x):
    x = x.clone().requires_grad_()
    return torch.autograd.grad(f(x).sum(), x)[0].sum()


# %% wrong="the opposite direction" fails="the slope of a square is twice the number"
def gradient(f, x):
    x = x.clone().requires_grad_()
    return -torch.autograd.grad(f(x).sum(), x)[0]


# %% wrong="a difference instead of a derivative" fails="the slope of a square is twice the number"
def gradient(f, x):
    return (f(x + 0.01) - f(x)) / 0.01


# %% wrong="absolute slopes" fails="the slope of a square is twice the number"
def gradient(f, x):
    x = x.clone().requires_grad_()
    return torch.autograd.grad(f(x).sum(), x)[0].abs()


# %% wrong="the derivative of a square, whatever f is" fails="other functions have other slopes"
def gradient(f, x):
    return 2 * x


# %% wrong="the gradient of f squared" fails="the slope of a square is twice the number"
def gradient(f, x):
    x = x.clone().requires_grad_()
    return torch.autograd.grad((f(x) ** 2).sum(), x)[0]


# %% right="forward mode"
def gradient(f, x):
    return torch.func.jvp(f, (x,), (torch.ones_like(x),))[1]


# %% right="the Jacobian of a sum, from the functional interface"
def gradient(f, x, strict=False):
    return torch.autograd.functional.jacobian(lambda leaf: f(leaf).sum(), x, strict=strict)


# %% wrong="central differences" fails="a large constant blurs nothing"
def gradient(f, x):
    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5


# %% wrong="central differences with long steps" fails="other functions have other slopes"
def gradient(f, x):
    return (f(x + 0.1) - f(x - 0.1)) / 0.2
