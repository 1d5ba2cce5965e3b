# %% right="through the draw"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = mu + sigma * eps
    return torch.autograd.grad(f(z, mu).sum(), mu)[0]


# %% right="rsample's way"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = torch.distributions.Normal(mu, sigma).mean + sigma * eps
    return torch.autograd.grad(f(z, mu).sum(), mu)[0]


# %% right="backward"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    f(mu + sigma * eps, mu).sum().backward()
    return mu.grad


# %% right="slope in z and in mu apart"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach().requires_grad_()
    along, direct = torch.autograd.grad(f(z, mu).sum(), (z, mu), allow_unused=True)
    return along if direct is None else along + direct


# %% right="draw by draw, in float32"
def reparameterised_gradient(f, mu, sigma, eps):
    found = []
    for noise in eps.float():
        leaf = torch.tensor(float(mu), requires_grad=True)
        found.append(torch.autograd.grad(f(leaf + sigma * noise, leaf), leaf)[0])
    return torch.stack(found)


# %% wrong="the score function's" fails="the slope of f at the draw"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = -(((z - mu) / sigma) ** 2) / 2
    surrogate = f(z, mu).detach() * log_q + f(z, mu)
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% wrong="at the noise" fails="the slope of f at the draw"
def reparameterised_gradient(f, mu, sigma, eps):
    noise = eps.clone().requires_grad_()
    return torch.autograd.grad(f(noise, torch.full_like(eps, mu)).sum(), noise)[0]


# %% wrong="noise not stretched" fails="the slope of f at the draw"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = mu + eps
    return torch.autograd.grad(f(z, mu).sum(), mu)[0]


# %% wrong="sigma taken for a variance" fails="the slope of f at the draw"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = mu + sigma**0.5 * eps
    return torch.autograd.grad(f(z, mu).sum(), mu)[0]


# %% wrong="sigma squared" fails="the slope of f at the draw"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = mu + sigma**2 * eps
    return torch.autograd.grad(f(z, mu).sum(), mu)[0]


# %% wrong="noise forgotten" fails="the slope of f at the draw"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = mu
    return torch.autograd.grad(f(z, mu).sum(), mu)[0]


# %% wrong="noise subtracted" fails="the slope of f at the draw"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = mu - sigma * eps
    return torch.autograd.grad(f(z, mu).sum(), mu)[0]


# %% wrong="derivative for sigma" fails="the slope of f at the draw"
def reparameterised_gradient(f, mu, sigma, eps):
    sigma = torch.full_like(eps, sigma).requires_grad_()
    return torch.autograd.grad(f(mu + sigma * eps, torch.full_like(eps, mu)).sum(), sigma)[0]


# %% wrong="mean for sum" fails="the slope of f at the draw"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = mu + sigma * eps
    return torch.autograd.grad(f(z, mu).mean(), mu)[0]


# %% wrong="averaged" fails="one estimate per draw"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = mu + sigma * eps
    return torch.autograd.grad(f(z, mu).sum(), mu)[0].mean()


# %% wrong="mean repeated" fails="the slope of f at the draw"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = mu + sigma * eps
    return torch.autograd.grad(f(z, mu).sum(), mu)[0].mean().expand_as(eps)


# %% wrong="draw detached" fails="the slope of f at the draw"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    return torch.autograd.grad((f(z, mu) + 0 * mu).sum(), mu)[0]


# %% wrong="the derivative of a square, whatever f is" fails="any smooth f"
def reparameterised_gradient(f, mu, sigma, eps):
    return 2 * (mu + sigma * eps)


# %% wrong="direct way forgotten" fails="f may depend on mu"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = mu + sigma * eps
    return torch.autograd.grad(f(z, mu.detach()).sum(), mu)[0]


# %% wrong="direct way twice" fails="f may depend on mu"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = mu + sigma * eps
    value = f(z, mu)
    along = torch.autograd.grad(value.sum(), mu)[0]
    fixed = f(z.detach(), mu)
    return along + (torch.autograd.grad(fixed.sum(), mu)[0] if fixed.requires_grad else 0)


# %% wrong="f returned" fails="the slope of f at the draw"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = mu + sigma * eps
    return f(z, mu)


# %% right="both ways apart, added up"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach().requires_grad_()
    along, direct = torch.autograd.grad(f(z, mu).sum(), (z, mu), allow_unused=True)
    return along if direct is None else along + direct


# %% wrong="differences of two means" fails="a large constant blurs nothing"
def reparameterised_gradient(f, mu, sigma, eps):
    above, below = torch.full_like(eps, mu + 1e-5), torch.full_like(eps, mu - 1e-5)
    return (f(above + sigma * eps, above) - f(below + sigma * eps, below)) / 2e-5


# %% wrong="each draw with its mirror image" fails="the slope of f at the draw"
def reparameterised_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    both = f(mu + sigma * eps, mu) + f(mu - sigma * eps, mu)
    return torch.autograd.grad(both.sum() / 2, mu)[0]
