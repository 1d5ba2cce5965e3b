# %% right="xlogy"
def kl_divergence(p, q):
    return (torch.xlogy(p, p) - torch.xlogy(p, q)).sum(-1)


# %% right="rel_entr of torch"
def kl_divergence(p, q):
    terms = torch.where(p == 0, torch.zeros_like(p), p * (p.log() - q.log()))
    return terms.sum(dim=-1)


# %% right="one value after the other"
def kl_divergence(p, q):
    flat_p, flat_q = p.reshape(-1, p.shape[-1]), q.reshape(-1, q.shape[-1])
    totals = []
    for row_p, row_q in zip(flat_p.tolist(), flat_q.tolist()):
        total = 0.0
        for a, b in zip(row_p, row_q):
            if a > 0:
                total += a * math.log(a / b) if b > 0 else math.inf
        totals.append(total)
    return torch.tensor(totals, dtype=p.dtype).reshape(p.shape[:-1])


# %% right="cross-entropy minus entropy"
def kl_divergence(p, q):
    cross = -torch.where(p > 0, p * q.log(), torch.zeros_like(p)).sum(-1)
    return cross - torch.special.entr(p).sum(-1)


# %% right="torch.distributions"
def kl_divergence(p, q):
    first, second = (torch.distributions.Categorical(probs=t, validate_args=False) for t in (p, q))
    return torch.distributions.kl_divergence(first, second)


# %% wrong="PyTorch's kl_div, where both are 0" fails="what p never takes adds nothing"
def kl_divergence(p, q):
    return F.kl_div(q.log(), p, reduction="none").sum(-1)


# %% wrong="the other way round" fails="where no probability is zero"
def kl_divergence(p, q):
    return torch.where(q > 0, q * (q / p).log(), 0.0).sum(-1)


# %% wrong="minus sign" fails="where no probability is zero"
def kl_divergence(p, q):
    return torch.where(p > 0, p * (q / p).log(), 0.0).sum(-1)


# %% wrong="mean over the values" fails="where no probability is zero"
def kl_divergence(p, q):
    return torch.where(p > 0, p * (p / q).log(), 0.0).mean(-1)


# %% wrong="in bits" fails="where no probability is zero"
def kl_divergence(p, q):
    return torch.where(p > 0, p * (p / q).log2(), 0.0).sum(-1)


# %% wrong="weighted by q" fails="where no probability is zero"
def kl_divergence(p, q):
    return torch.where(p > 0, q * (p / q).log(), 0.0).sum(-1)


# %% wrong="the cross-entropy" fails="where no probability is zero"
def kl_divergence(p, q):
    return -torch.xlogy(p, q).sum(-1)


# %% wrong="zeros not treated" fails="what p never takes adds nothing"
def kl_divergence(p, q):
    return (p * (p / q).log()).sum(-1)


# %% wrong="NaN and infinity replaced" fails="what q holds for impossible is infinite"
def kl_divergence(p, q):
    return torch.nan_to_num(p * (p / q).log(), nan=0.0, posinf=0.0, neginf=0.0).sum(-1)


# %% wrong="only where both are positive" fails="what q holds for impossible is infinite"
def kl_divergence(p, q):
    both = (p > 0) & (q > 0)
    return torch.where(both, p * (p / q).log(), 0.0).sum(-1)


# %% wrong="a small number added to both" fails="what q holds for impossible is infinite"
def kl_divergence(p, q):
    p, q = p + 1e-10, q + 1e-10
    return (p * (p / q).log()).sum(-1)


# %% wrong="q clamped" fails="small probabilities count as they are"
def kl_divergence(p, q):
    q = torch.where(q > 0, q.clamp(min=1e-6), q)
    return torch.where(p > 0, p * (p / q).log(), 0.0).sum(-1)


# %% wrong="one number for the whole batch" fails="where no probability is zero"
def kl_divergence(p, q):
    return torch.where(p > 0, p * (p / q).log(), 0.0).sum()


# %% wrong="a softmax first" fails="where no probability is zero"
def kl_divergence(p, q):
    p, q = p.softmax(-1), q.softmax(-1)
    return (p * (p / q).log()).sum(-1)


# %% wrong="summed over the first dimension" fails="where no probability is zero"
def kl_divergence(p, q):
    return torch.where(p > 0, p * (p / q).log(), 0.0).sum(0)


# %% wrong="arguments of kl_div in the order of the formula" fails="where no probability is zero"
def kl_divergence(p, q):
    return F.kl_div(p.log(), q, reduction="none").sum(-1)
