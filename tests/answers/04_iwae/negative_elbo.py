# %% right="in one line"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    return kl_to_prior(mu, log_var) - log_likelihood(x, logits), kl_to_prior(mu, log_var), -log_likelihood(x, logits)


# %% right="by the ELBO"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl, log_prob = kl_to_prior(mu, log_var), log_likelihood(x, logits)
    elbo = log_prob - kl
    return -elbo, kl, -log_prob


# %% right="written out"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(-1)
    rec = F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(-1)
    return kl + rec, kl, rec


# %% right="a stacked tensor"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = kl_to_prior(mu, log_var)
    rec = log_likelihood(x, logits).neg()
    return torch.stack([kl + rec, kl, rec])


# %% right="the divergence called, the likelihood written out"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = kl_to_prior(mu, log_var)
    rec = F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(-1)
    return kl + rec, kl, rec


# %% right="the likelihood called, the divergence written out"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(-1)
    rec = -log_likelihood(x, logits=logits)
    return [kl + rec, kl, rec]


# %% wrong="rec as a log-likelihood" fails="rec is a cost"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = kl_to_prior(mu, log_var)
    rec = log_likelihood(x, logits)
    return kl - rec, kl, rec


# %% wrong="rec as a log-likelihood, added" fails="rec is a cost"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = kl_to_prior(mu, log_var)
    rec = log_likelihood(x, logits)
    return kl + rec, kl, rec


# %% wrong="kl and rec exchanged" fails="kl is the divergence"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = kl_to_prior(mu, log_var)
    rec = -log_likelihood(x, logits)
    return kl + rec, rec, kl


# %% wrong="the sum last" fails="nelbo is kl + rec"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = kl_to_prior(mu, log_var)
    rec = -log_likelihood(x, logits)
    return kl, rec, kl + rec


# %% wrong="kl taken away" fails="nelbo is kl + rec"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = kl_to_prior(mu, log_var)
    rec = -log_likelihood(x, logits)
    return rec - kl, kl, rec


# %% wrong="the ELBO itself" fails="nelbo is kl + rec"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = kl_to_prior(mu, log_var)
    rec = -log_likelihood(x, logits)
    return -(kl + rec), kl, rec


# %% wrong="means over the batch" fails="three numbers per image"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = kl_to_prior(mu, log_var).mean()
    rec = -log_likelihood(x, logits).mean()
    return kl + rec, kl, rec


# %% wrong="rec as a mean over the pixels" fails="rec is a cost"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = kl_to_prior(mu, log_var)
    rec = -log_likelihood(x, logits) / x.shape[1]
    return kl + rec, kl, rec


# %% wrong="rec written out as a mean over the pixels" fails="rec is a cost"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = kl_to_prior(mu, log_var)
    rec = F.binary_cross_entropy_with_logits(logits, x, reduction="none").mean(-1)
    return kl + rec, kl, rec


# %% wrong="kl as a mean over the code" fails="kl is the divergence"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = kl_to_prior(mu, log_var) / mu.shape[1]
    rec = -log_likelihood(x, logits)
    return kl + rec, kl, rec


# %% wrong="kl left out of the sum" fails="nelbo is kl + rec"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = kl_to_prior(mu, log_var)
    rec = -log_likelihood(x, logits)
    return rec, kl, rec


# %% wrong="half of kl in the sum" fails="nelbo is kl + rec"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = kl_to_prior(mu, log_var)
    rec = -log_likelihood(x, logits)
    return 0.5 * kl + rec, kl, rec


# %% wrong="kl detached" fails="a gradient reaches logits, mu and log_var"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = kl_to_prior(mu, log_var).detach()
    rec = -log_likelihood(x, logits)
    return kl + rec, kl, rec


# %% wrong="mu and log_var exchanged" fails="kl is the divergence"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = kl_to_prior(log_var, mu)
    rec = -log_likelihood(x, logits)
    return kl + rec, kl, rec


# %% wrong="only the sum" fails="three numbers per image"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    return kl_to_prior(mu, log_var) - log_likelihood(x, logits)


# %% wrong="sigmoid before the likelihood" fails="rec is a cost"
def negative_elbo(x, logits, mu, log_var, kl_to_prior=kl_to_prior, log_likelihood=log_bernoulli):
    kl = kl_to_prior(mu, log_var)
    rec = -log_likelihood(x, logits.sigmoid())
    return kl + rec, kl, rec
