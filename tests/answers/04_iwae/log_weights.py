# %% right="one line"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    return log_likelihood(x, logits) + log_normal(z, 0 * mu, 0 * mu) - log_normal(z, mu, log_var)


# %% right="densities by torch's distributions"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    N = torch.distributions.Normal
    prior = N(torch.zeros_like(z), torch.ones_like(z)).log_prob(z)
    q = N(mu, torch.exp(log_var / 2)).log_prob(z)
    return (prior - q).sum(-1) + log_likelihood(x, logits)


# %% right="the prior written out"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    log_prior = -0.5 * (z**2 + math.log(2 * math.pi)).sum(-1)
    return log_likelihood(x=x, logits=logits) + log_prior - log_normal(z, mu, log_var)


# %% right="one bracket for both densities"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    gap = z**2 - log_var - (z - mu) ** 2 * (-log_var).exp()
    return log_likelihood(x, logits) - 0.5 * gap.sum(-1)


# %% right="code by code"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    zero = torch.zeros_like(mu)
    return torch.stack(
        [log_likelihood(x, l) + log_normal(c, zero, zero) - log_normal(c, mu, log_var) for l, c in zip(logits, z)]
    )


# %% right="the prior of every code"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    zero = torch.zeros_like(z)
    joint = log_likelihood(x, logits) + log_normal(z, zero, zero)
    return joint - log_normal(z, mu.expand_as(z), log_var.expand_as(z))


# %% wrong="the closed form of the KL" fails="the three terms"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(-1)
    return log_likelihood(x, logits) - kl


# %% wrong="the prior forgotten" fails="the three terms"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    return log_likelihood(x, logits) - log_normal(z, mu, log_var)


# %% wrong="q forgotten" fails="the three terms"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    zero = torch.zeros_like(mu)
    return log_likelihood(x, logits) + log_normal(z, zero, zero)


# %% wrong="the likelihood forgotten" fails="the three terms"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    zero = torch.zeros_like(mu)
    return log_normal(z, zero, zero) - log_normal(z, mu, log_var) + 0 * logits.sum(-1)


# %% wrong="q added" fails="the three terms"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    zero = torch.zeros_like(mu)
    return log_likelihood(x, logits) + log_normal(z, zero, zero) + log_normal(z, mu, log_var)


# %% wrong="prior and q exchanged" fails="the three terms"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    zero = torch.zeros_like(mu)
    return log_likelihood(x, logits) - log_normal(z, zero, zero) + log_normal(z, mu, log_var)


# %% wrong="the likelihood as a cost" fails="the three terms"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    zero = torch.zeros_like(mu)
    return -log_likelihood(x, logits) + log_normal(z, zero, zero) - log_normal(z, mu, log_var)


# %% wrong="the prior with log-variance 1" fails="the three terms"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    zero = torch.zeros_like(mu)
    return log_likelihood(x, logits) + log_normal(z, zero, zero + 1) - log_normal(z, mu, log_var)


# %% wrong="q at its mean" fails="the three terms"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    zero = torch.zeros_like(mu)
    return log_likelihood(x, logits) + log_normal(z, zero, zero) - log_normal(mu, mu, log_var)


# %% wrong="the prior at the mean" fails="the three terms"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    zero = torch.zeros_like(mu)
    return log_likelihood(x, logits) + log_normal(mu, zero, zero) - log_normal(z, mu, log_var)


# %% wrong="variances for log-variances" fails="the three terms"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    zero = torch.zeros_like(mu)
    return log_likelihood(x, logits) + log_normal(z, zero, zero) - log_normal(z, mu, log_var.exp())


# %% wrong="mu and log_var exchanged" fails="the three terms"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    zero = torch.zeros_like(mu)
    return log_likelihood(x, logits) + log_normal(z, zero, zero) - log_normal(z, log_var, mu)


# %% wrong="averaged over the codes" fails="one weight per code and image"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    zero = torch.zeros_like(mu)
    return (log_likelihood(x, logits) + log_normal(z, zero, zero) - log_normal(z, mu, log_var)).mean(0)


# %% wrong="the first code's q for all" fails="the three terms"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    zero = torch.zeros_like(mu)
    return log_likelihood(x, logits) + log_normal(z, zero, zero) - log_normal(z[0], mu, log_var)


# %% wrong="q detached" fails="a gradient reaches all terms"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    zero = torch.zeros_like(mu)
    return log_likelihood(x, logits) + log_normal(z, zero, zero) - log_normal(z, mu, log_var).detach()


# %% wrong="not the logarithm" fails="the three terms"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    zero = torch.zeros_like(mu)
    return (log_likelihood(x, logits) + log_normal(z, zero, zero) - log_normal(z, mu, log_var)).exp()


# %% wrong="the likelihood of black-and-white pixels written out" fails="the three terms"
def log_weights(x, logits, z, mu, log_var, log_normal=log_normal, log_likelihood=log_bernoulli):
    rec = F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").sum(-1)
    zero = torch.zeros_like(mu)
    return log_normal(z, zero, zero) - log_normal(z, mu, log_var) - rec
