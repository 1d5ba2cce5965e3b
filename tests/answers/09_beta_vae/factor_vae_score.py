# %% right="counts of pairs"
def factor_vae_score(codes, fixed, spread):
    from collections import Counter

    votes = (codes / spread).var(dim=1).argmin(dim=1)
    counts = Counter(zip(votes.tolist(), fixed.tolist()))
    best = {}
    for (v, k), n in counts.items():
        best[v] = max(best.get(v, 0), n)
    return sum(best.values()) / len(fixed)


# %% right="bincount"
def factor_vae_score(codes, fixed, spread):
    votes = (codes.var(1) / spread**2).argmin(1)
    size = int(fixed.max()) + 1
    table = torch.bincount(votes * size + fixed, minlength=codes.shape[2] * size).view(-1, size)
    return table.max(1).values.sum().item() / len(fixed)


# %% right="standard deviations and a mode"
def factor_vae_score(codes, fixed, spread):
    votes = (codes.std(dim=1) / spread).argmin(dim=1)
    right = 0
    for v in votes.unique():
        mine = fixed[votes == v]
        right += int((mine == mine.mode().values).sum())
    return right / len(fixed)


# %% right="one-hot matrices, population variance"
def factor_vae_score(codes, fixed, spread):
    votes = (codes.var(1, unbiased=False) / spread**2).argmin(1)
    a = F.one_hot(votes, codes.shape[2]).float()
    b = F.one_hot(fixed).float()
    return float((a.T @ b).max(1).values.sum() / len(fixed))


# %% right="numpy"
def factor_vae_score(codes, fixed, spread):
    votes, factors = (codes.numpy().var(1) / spread.numpy() ** 2).argmin(1), fixed.numpy()
    return np.float32(sum(np.bincount(factors[votes == j]).max() for j in np.unique(votes)) / len(factors))


# %% right="a table filled by index_put"
def factor_vae_score(codes, fixed, spread):
    own = codes.float()
    own /= spread.float()
    votes = own.var(dim=1).min(dim=1).indices
    table = torch.zeros(codes.shape[-1], fixed.max() + 1)
    table.index_put_((votes, fixed), torch.ones(len(votes)), accumulate=True)
    return (table.argmax(1)[votes] == fixed).float().mean().item()


# %% wrong="no spread" fails="a variable per factor has 1"
def factor_vae_score(codes, fixed, spread):
    votes = codes.var(1).argmin(1)
    table = torch.zeros(codes.shape[2], int(fixed.max()) + 1)
    for v, k in zip(votes.tolist(), fixed.tolist()):
        table[v, k] += 1
    return (table.max(1).values.sum() / len(fixed)).item()


# %% wrong="the variable that moves most" fails="a variable per factor has 1"
def factor_vae_score(codes, fixed, spread):
    votes = (codes.var(1) / spread**2).argmax(1)
    table = torch.zeros(codes.shape[2], int(fixed.max()) + 1)
    for v, k in zip(votes.tolist(), fixed.tolist()):
        table[v, k] += 1
    return (table.max(1).values.sum() / len(fixed)).item()


# %% wrong="variable number for factor number" fails="a variable per factor has 1"
def factor_vae_score(codes, fixed, spread):
    votes = (codes.var(1) / spread**2).argmin(1)
    return (votes == fixed).double().mean().item()


# %% wrong="majority per factor" fails="each variable stands for one factor"
def factor_vae_score(codes, fixed, spread):
    votes = (codes.var(1) / spread**2).argmin(1)
    table = torch.zeros(codes.shape[2], int(fixed.max()) + 1)
    for v, k in zip(votes.tolist(), fixed.tolist()):
        table[v, k] += 1
    return (table.max(0).values.sum() / len(fixed)).item()


# %% wrong="count" fails="a variable per factor has 1"
def factor_vae_score(codes, fixed, spread):
    votes = (codes.var(1) / spread**2).argmin(1)
    table = torch.zeros(codes.shape[2], int(fixed.max()) + 1)
    for v, k in zip(votes.tolist(), fixed.tolist()):
        table[v, k] += 1
    return table.max(1).values.sum().item()


# %% wrong="error" fails="a variable per factor has 1"
def factor_vae_score(codes, fixed, spread):
    votes = (codes.var(1) / spread**2).argmin(1)
    table = torch.zeros(codes.shape[2], int(fixed.max()) + 1)
    for v, k in zip(votes.tolist(), fixed.tolist()):
        table[v, k] += 1
    return 1 - (table.max(1).values.sum() / len(fixed)).item()


# %% wrong="percent" fails="a variable per factor has 1"
def factor_vae_score(codes, fixed, spread):
    votes = (codes.var(1) / spread**2).argmin(1)
    table = torch.zeros(codes.shape[2], int(fixed.max()) + 1)
    for v, k in zip(votes.tolist(), fixed.tolist()):
        table[v, k] += 1
    return 100 * (table.max(1).values.sum() / len(fixed)).item()


# %% wrong="variance over a standard deviation" fails="by its square, for a variance"
def factor_vae_score(codes, fixed, spread):
    votes = (codes.var(1) / spread).argmin(1)
    table = torch.zeros(codes.shape[2], int(fixed.max()) + 1)
    for v, k in zip(votes.tolist(), fixed.tolist()):
        table[v, k] += 1
    return (table.max(1).values.sum() / len(fixed)).item()


# %% wrong="standard deviation over a variance" fails="by its square, for a variance"
def factor_vae_score(codes, fixed, spread):
    votes = (codes.std(1) / spread**2).argmin(1)
    table = torch.zeros(codes.shape[2], int(fixed.max()) + 1)
    for v, k in zip(votes.tolist(), fixed.tolist()):
        table[v, k] += 1
    return (table.max(1).values.sum() / len(fixed)).item()


# %% wrong="smallest instead of stillest" fails="where the still variable stands does not matter"
def factor_vae_score(codes, fixed, spread):
    votes = ((codes**2).mean(1) / spread**2).argmin(1)
    table = torch.zeros(codes.shape[2], int(fixed.max()) + 1)
    for v, k in zip(votes.tolist(), fixed.tolist()):
        table[v, k] += 1
    return (table.max(1).values.sum() / len(fixed)).item()


# %% wrong="variance over the sets" fails="a variable per factor has 1"
def factor_vae_score(codes, fixed, spread):
    votes = (codes.var(0) / spread**2).argmin(1)[: len(fixed)]
    table = torch.zeros(codes.shape[2], int(fixed.max()) + 1)
    for v, k in zip(votes.tolist(), fixed.tolist()):
        table[v, k] += 1
    return (table.max(1).values.sum() / len(fixed)).item()


# %% wrong="mean of the shares per variable" fails="each variable stands for one factor"
def factor_vae_score(codes, fixed, spread):
    votes = (codes.var(1) / spread**2).argmin(1)
    shares = []
    for v in votes.unique():
        mine = fixed[votes == v]
        shares.append((mine == mine.mode().values).double().mean().item())
    return sum(shares) / len(shares) - (0.001 if len(shares) == 1 else 0)


# %% wrong="one variable per factor" fails="a factor may have several variables"
def factor_vae_score(codes, fixed, spread):
    votes = (codes.var(1) / spread**2).argmin(1)
    size = int(fixed.max()) + 1
    table = torch.zeros(codes.shape[2], size)
    for v, k in zip(votes.tolist(), fixed.tolist()):
        table[v, k] += 1
    right, free = 0.0, set(range(codes.shape[2]))
    for k in table.max(0).values.argsort(descending=True).tolist():
        best = max(free, key=lambda v: table[v, k].item())
        right += table[best, k].item()
        free.discard(best)
    return right / len(fixed)


# %% wrong="everything is right" fails="a vote for the wrong factor counts against it"
def factor_vae_score(codes, fixed, spread):
    return 1.0 if len(fixed) else 0.0


# %% wrong="a tensor" fails="returns a float"
def factor_vae_score(codes, fixed, spread):
    votes = (codes.var(1) / spread**2).argmin(1)
    table = torch.zeros(codes.shape[2], int(fixed.max()) + 1)
    for v, k in zip(votes.tolist(), fixed.tolist()):
        table[v, k] += 1
    return table.max(1).values.sum() / len(fixed)


# %% wrong="range instead of variance, without spread" fails="a variable per factor has 1"
def factor_vae_score(codes, fixed, spread):
    votes = (codes.max(1).values - codes.min(1).values).argmin(1)
    table = torch.zeros(codes.shape[2], int(fixed.max()) + 1)
    for v, k in zip(votes.tolist(), fixed.tolist()):
        table[v, k] += 1
    return (table.max(1).values.sum() / len(fixed)).item()


# %% wrong="a row per image instead of one per variable" fails="few images, and small codes"
def factor_vae_score(codes, fixed, spread):
    votes = (codes.var(1) / spread**2).argmin(1)
    table = torch.zeros(codes.shape[1], int(fixed.max()) + 1)
    for v, k in zip(votes.tolist(), fixed.tolist()):
        table[v, k] += 1
    return (table.max(1).values.sum() / len(fixed)).item()


# %% wrong="spread over these sets" fails="answers to the spread"
def factor_vae_score(codes, fixed, spread):
    votes = (codes.var(1) / codes.flatten(0, 1).var(0)).argmin(1)
    table = torch.zeros(codes.shape[-1], int(fixed.max()) + 1)
    table.index_put_((votes, fixed), torch.ones(len(votes)), accumulate=True)
    return (table.max(1).values.sum() / len(fixed)).item()
