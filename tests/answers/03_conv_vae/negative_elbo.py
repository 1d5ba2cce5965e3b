# %% right="in one go, as a list"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    code = encode(x)
    output = decode(sample(*code, eps))
    rec, divergence = log_prob(output, x).neg(), kl(*code)
    return [divergence.sum(dim=-1).add(rec), rec, divergence]


# %% right="the parts by name"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    divergence = kl(mu=mu, log_var=log_var)
    z = sample(mu=mu, log_var=log_var, eps=eps)
    log_likelihood = log_prob(decode(z), x)
    elbo = log_likelihood - torch.einsum("bd->b", divergence)
    return -elbo, -log_likelihood, divergence


# %% right="code variable by code variable"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = 0 - log_prob(decode(sample(mu, log_var, eps)), x)
    each = kl(mu, log_var)
    total = rec
    for j in range(each.shape[1]):
        total = total + each[:, j]
    return total, rec, each


# %% wrong="rec is the log-likelihood" fails="rec is minus the log-likelihood of the decoded draw"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = log_prob(decode(sample(mu, log_var, eps)), x)
    each = kl(mu, log_var)
    return each.sum(1) - rec, rec, each


# %% wrong="the log-likelihood added to the loss" fails="nelbo is rec plus all of kl"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = -log_prob(decode(sample(mu, log_var, eps)), x)
    each = kl(mu, log_var)
    return each.sum(1) - rec, rec, each


# %% wrong="the divergence subtracted" fails="nelbo is rec plus all of kl"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = -log_prob(decode(sample(mu, log_var, eps)), x)
    each = kl(mu, log_var)
    return rec - each.sum(1), rec, each


# %% wrong="the divergence averaged over the variables" fails="nelbo is rec plus all of kl"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = -log_prob(decode(sample(mu, log_var, eps)), x)
    each = kl(mu, log_var)
    return rec + each.mean(1), rec, each


# %% wrong="the divergence summed over the batch" fails="nelbo is rec plus all of kl"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = -log_prob(decode(sample(mu, log_var, eps)), x)
    each = kl(mu, log_var)
    return rec + each.sum(), rec, each


# %% wrong="the ELBO itself" fails="nelbo is rec plus all of kl"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = -log_prob(decode(sample(mu, log_var, eps)), x)
    each = kl(mu, log_var)
    return -rec - each.sum(1), rec, each


# %% wrong="the mean decoded" fails="rec is minus the log-likelihood of the decoded draw"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = -log_prob(decode(mu), x)
    each = kl(mu, log_var)
    return rec + each.sum(1), rec, each


# %% wrong="a draw of its own" fails="rec is minus the log-likelihood of the decoded draw"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = -log_prob(decode(mu + (log_var / 2).exp() * eps), x)
    each = kl(mu, log_var)
    return rec + each.sum(1), rec, each


# %% wrong="fresh noise for the given one" fails="rec is minus the log-likelihood of the decoded draw"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = -log_prob(decode(sample(mu, log_var, torch.randn_like(mu))), x)
    each = kl(mu, log_var)
    return rec + each.sum(1), rec, each


# %% wrong="image and output exchanged" fails="rec is minus the log-likelihood of the decoded draw"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = -log_prob(x, decode(sample(mu, log_var, eps)))
    each = kl(mu, log_var)
    return rec + each.sum(1), rec, each


# %% wrong="a sigmoid before the likelihood" fails="rec is minus the log-likelihood of the decoded draw"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = -log_prob(decode(sample(mu, log_var, eps)).sigmoid(), x)
    each = kl(mu, log_var)
    return rec + each.sum(1), rec, each


# %% wrong="cross-entropy, whatever the likelihood" fails="rec is minus the log-likelihood of the decoded draw"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    output = decode(sample(mu, log_var, eps))
    rec = F.binary_cross_entropy_with_logits(output, x, reduction="none").flatten(1).sum(1)
    each = kl(mu, log_var)
    return rec + each.sum(1), rec, each


# %% wrong="mu and log_var exchanged in the divergence" fails="kl is the divergence of each code variable"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = -log_prob(decode(sample(mu, log_var, eps)), x)
    each = kl(log_var, mu)
    return rec + each.sum(1), rec, each


# %% wrong="a divergence of its own" fails="kl is the divergence of each code variable"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = -log_prob(decode(sample(mu, log_var, eps)), x)
    each = 0.5 * (mu**2 + log_var.exp() - 1 - log_var)
    return rec + each.sum(1), rec, each


# %% wrong="kl summed" fails="returns nelbo, rec and kl in their shapes"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = -log_prob(decode(sample(mu, log_var, eps)), x)
    total = kl(mu, log_var).sum(1)
    return rec + total, rec, total


# %% wrong="averaged over the batch" fails="returns nelbo, rec and kl in their shapes"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = -log_prob(decode(sample(mu, log_var, eps)), x)
    each = kl(mu, log_var)
    return (rec + each.sum(1)).mean(), rec.mean(), each.mean(0)


# %% wrong="the loss alone" fails="returns nelbo, rec and kl in their shapes"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    return kl(mu, log_var).sum(1) - log_prob(decode(sample(mu, log_var, eps)), x)


# %% wrong="the code detached" fails="a gradient reaches the encoder through the draw"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = -log_prob(decode(sample(mu, log_var, eps).detach()), x)
    each = kl(mu, log_var)
    return rec + each.sum(1), rec, each


# %% wrong="drawn without gradients" fails="a gradient reaches the encoder through the draw"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    with torch.no_grad():
        z = sample(mu, log_var, eps)
    rec = -log_prob(decode(z), x)
    each = kl(mu, log_var)
    return rec + each.sum(1), rec, each


# %% wrong="the divergence detached" fails="a gradient reaches the encoder through kl"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = -log_prob(decode(sample(mu, log_var, eps)), x)
    each = kl(mu, log_var).detach()
    return rec + each.sum(1), rec, each


# %% wrong="the decoder detached" fails="a gradient reaches the decoder"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    z = sample(mu, log_var, eps)
    output = decode(z)
    rec = -log_prob(output.detach() + (z - z.detach()).sum(1)[:, None, None, None] * 0, x)
    each = kl(mu, log_var)
    return rec + each.sum(1), rec, each


# %% wrong="the reconstruction detached in the sum" fails="the loss itself teaches both networks"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = -log_prob(decode(sample(mu, log_var, eps)), x)
    each = kl(mu, log_var)
    return rec.detach() + each.sum(1), rec, each


# %% wrong="the sum made of plain numbers" fails="the loss itself teaches both networks"
def negative_elbo(x, eps, encode, decode, log_prob=None, sample=None, kl=None):
    mu, log_var = encode(x)
    rec = -log_prob(decode(sample(mu, log_var, eps)), x)
    each = kl(mu, log_var)
    return torch.tensor([r.item() + k.sum().item() for r, k in zip(rec, each)]), rec, each
