# %% right="the surrogate"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = -(((z - mu) / sigma) ** 2) / 2
    surrogate = f(z, mu).detach() * log_q + f(z, mu)
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% right="a distribution's log_prob"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = torch.distributions.Normal(mu, sigma).log_prob(z)
    surrogate = f(z, mu).detach() * log_q + f(z, mu)
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% right="score by hand, the direct term by autograd"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    value = f(z, mu)
    score = eps / sigma
    direct = torch.zeros_like(eps)
    if value.requires_grad:
        direct = torch.autograd.grad(value.sum(), mu)[0]
    return (value * score + direct).detach()


# %% right="no_grad for the draw and the height"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    with torch.no_grad():
        z = mu + sigma * eps
        height = f(z, mu)
    log_q = -0.5 * (z - mu).square() / sigma**2
    total = (height * log_q + f(z, mu)).sum()
    total.backward()
    return mu.grad


# %% right="draw by draw"
def score_gradient(f, mu, sigma, eps):
    found = []
    for noise in eps:
        leaf = torch.full((1,), mu, dtype=eps.dtype, requires_grad=True)
        z = mu + sigma * noise.reshape(1)
        log_q = -((z - leaf) ** 2) / (2 * sigma**2)
        value = f(z, leaf)
        found.append(torch.autograd.grad((value.detach() * log_q + value).sum(), leaf)[0])
    return torch.cat(found)


# %% right="the exponential trick"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = -(((z - mu) / sigma) ** 2) / 2
    surrogate = f(z, mu) * (log_q - log_q.detach()).exp()
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% wrong="draw not detached" fails="f times the score"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = mu + sigma * eps
    log_q = -(((z - mu) / sigma) ** 2) / 2
    surrogate = f(z, mu).detach() * log_q + f(z, mu)
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% wrong="reparameterised" fails="f times the score"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = mu + sigma * eps
    return torch.autograd.grad(f(z, mu).sum(), mu)[0]


# %% wrong="sign of log q" fails="f times the score"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = (((z - mu) / sigma) ** 2) / 2
    surrogate = f(z, mu).detach() * log_q + f(z, mu)
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% wrong="q for log q" fails="f times the score"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = (-(((z - mu) / sigma) ** 2) / 2).exp()
    surrogate = f(z, mu).detach() * log_q + f(z, mu)
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% wrong="q with its constant for log q" fails="f times the score"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = torch.distributions.Normal(mu, sigma).log_prob(z).exp()
    surrogate = f(z, mu).detach() * log_q + f(z, mu)
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% wrong="sigma forgotten in log q" fails="f times the score"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = -((z - mu) ** 2) / 2
    surrogate = f(z, mu).detach() * log_q + f(z, mu)
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% wrong="sigma not squared" fails="f times the score"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = -((z - mu) ** 2) / sigma / 2
    surrogate = f(z, mu).detach() * log_q + f(z, mu)
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% wrong="half forgotten" fails="f times the score"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = -(((z - mu) / sigma) ** 2)
    surrogate = f(z, mu).detach() * log_q + f(z, mu)
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% wrong="height forgotten" fails="f times the score"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = -(((z - mu) / sigma) ** 2) / 2
    surrogate = log_q + f(z, mu)
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% wrong="height at the noise" fails="f times the score"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = -(((z - mu) / sigma) ** 2) / 2
    surrogate = f(eps, mu).detach() * log_q + f(eps, mu)
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% wrong="averaged" fails="one estimate per draw"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = -(((z - mu) / sigma) ** 2) / 2
    surrogate = f(z, mu).detach() * log_q + f(z, mu)
    return torch.autograd.grad(surrogate.sum(), mu)[0].mean()


# %% wrong="mean for sum" fails="f times the score"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = -(((z - mu) / sigma) ** 2) / 2
    surrogate = f(z, mu).detach() * log_q + f(z, mu)
    return torch.autograd.grad(surrogate.mean(), mu)[0]


# %% wrong="both detached from mu" fails="f times the score"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = -(((z - mu.detach()) / sigma) ** 2) / 2
    surrogate = f(z, mu).detach() * log_q + f(z, mu) + 0 * mu
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% wrong="direct term dropped" fails="f may depend on mu"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = -(((z - mu) / sigma) ** 2) / 2
    surrogate = f(z, mu).detach() * log_q
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% wrong="height not detached, and added besides" fails="f may depend on mu"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = -(((z - mu) / sigma) ** 2) / 2
    surrogate = f(z, mu) * log_q + f(z, mu)
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% wrong="height not detached, not added" fails="f may depend on mu"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = -(((z - mu) / sigma) ** 2) / 2
    surrogate = f(z, mu) * log_q
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% wrong="direct term subtracted" fails="f may depend on mu"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = -(((z - mu) / sigma) ** 2) / 2
    surrogate = f(z, mu).detach() * log_q - f(z, mu)
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% wrong="direct term twice" fails="f may depend on mu"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = -(((z - mu) / sigma) ** 2) / 2
    surrogate = f(z, mu).detach() * log_q + 2 * f(z, mu)
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% wrong="direct term by a gradient that need not exist" fails="f need not be differentiable"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    value = f(z, mu)
    return value.detach() * eps / sigma + torch.autograd.grad(value.sum(), mu)[0]


# %% wrong="surrogate returned" fails="one estimate per draw"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    return (f(z, mu).detach() * -(((z - mu) / sigma) ** 2) / 2).sum()


# %% wrong="surrogate per draw returned" fails="f times the score"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = -(((z - mu) / sigma) ** 2) / 2
    return f(z, mu) * log_q + f(z, mu)


# %% wrong="mean baseline of all" fails="f times the score"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    value = f(z, mu)
    log_q = -(((z - mu) / sigma) ** 2) / 2
    return torch.autograd.grad(((value - value.mean()).detach() * log_q + value).sum(), mu)[0]


# %% wrong="height without its sign" fails="f may be negative"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    log_q = -(((z - mu) / sigma) ** 2) / 2
    surrogate = f(z, mu).detach().abs() * log_q + f(z, mu)
    return torch.autograd.grad(surrogate.sum(), mu)[0]


# %% wrong="a baseline nobody asked for" fails="f times the score"
def score_gradient(f, mu, sigma, eps):
    mu = torch.full_like(eps, mu).requires_grad_()
    z = (mu + sigma * eps).detach()
    height = f(z, mu)
    others = (height.sum() - height) / (len(height) - 1)
    log_q = -(((z - mu) / sigma) ** 2) / 2
    return torch.autograd.grad(((height - others).detach() * log_q + height).sum(), mu)[0]
