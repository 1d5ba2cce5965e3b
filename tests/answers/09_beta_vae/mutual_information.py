# %% right="cells that are not empty"
def mutual_information(counts):
    p = counts / counts.sum()
    r, c = p.sum(1, keepdim=True), p.sum(0, keepdim=True)
    full = p > 0
    return (p[full] * (p[full] / (r * c)[full]).log()).sum()


# %% right="entropies"
def mutual_information(counts):
    p = counts / counts.sum()
    h = lambda q: torch.special.entr(q).sum()
    return h(p.sum(0)) + h(p.sum(1)) - h(p)


# %% right="double loop"
def mutual_information(counts):
    n = counts.sum()
    total = torch.zeros((), dtype=counts.dtype)
    for i in range(counts.shape[0]):
        for j in range(counts.shape[1]):
            if counts[i, j] > 0:
                total += counts[i, j] / n * torch.log(n * counts[i, j] / (counts[i].sum() * counts[:, j].sum()))
    return total


# %% right="xlogy, single precision"
def mutual_information(counts):
    p = counts.float() / counts.float().sum()
    x = torch.special.xlogy
    return x(p, p).sum() - x(p.sum(0), p.sum(0)).sum() - x(p.sum(1), p.sum(1)).sum()


# %% right="scikit-learn"
def mutual_information(counts):
    from sklearn.metrics import mutual_info_score

    return torch.tensor(mutual_info_score(None, None, contingency=counts.numpy()))


# %% right="entropies of categorical distributions"
def mutual_information(counts):
    def entropy(table):
        return torch.distributions.Categorical(probs=table.flatten()).entropy()

    return entropy(counts.sum(0)) + entropy(counts.sum(1)) - entropy(counts)


# %% right="empty cells left out by nansum"
def mutual_information(counts):
    p = counts / counts.sum()
    return (p * (p / (p.sum(1, keepdim=True) @ p.sum(0, keepdim=True))).log()).nansum()


# %% wrong="NaN for empty cells" fails="empty cells count nothing"
def mutual_information(counts):
    p = counts / counts.sum()
    r, c = p.sum(1, keepdim=True), p.sum(0, keepdim=True)
    return (p * (p / (r * c)).log()).sum()


# %% wrong="one added to every count" fails="the sum over all cells"
def mutual_information(counts):
    counts = counts + 1
    p = counts / counts.sum()
    r, c = p.sum(1, keepdim=True), p.sum(0, keepdim=True)
    return (p * (p / (r * c)).log()).sum()


# %% wrong="a small number under the logarithm" fails="empty cells count nothing"
def mutual_information(counts):
    p = counts / counts.sum()
    r, c = p.sum(1, keepdim=True), p.sum(0, keepdim=True)
    return (p * ((p + 1e-3) / (r * c + 1e-3)).log()).sum()


# %% wrong="bits" fails="the sum over all cells"
def mutual_information(counts):
    p = counts / counts.sum()
    r, c = p.sum(1, keepdim=True), p.sum(0, keepdim=True)
    full = p > 0
    return (p[full] * (p[full] / (r * c)[full]).log2()).sum()


# %% wrong="sign" fails="the sum over all cells"
def mutual_information(counts):
    p = counts / counts.sum()
    r, c = p.sum(1, keepdim=True), p.sum(0, keepdim=True)
    full = p > 0
    return -(p[full] * (p[full] / (r * c)[full]).log()).sum()


# %% wrong="cells not weighted" fails="the sum over all cells"
def mutual_information(counts):
    p = counts / counts.sum()
    r, c = p.sum(1, keepdim=True), p.sum(0, keepdim=True)
    full = p > 0
    return (p[full] / (r * c)[full]).log().sum()


# %% wrong="averaged" fails="the sum over all cells"
def mutual_information(counts):
    p = counts / counts.sum()
    r, c = p.sum(1, keepdim=True), p.sum(0, keepdim=True)
    full = p > 0
    return (p[full] * (p[full] / (r * c)[full]).log()).mean()


# %% wrong="entropy of the pair" fails="the sum over all cells"
def mutual_information(counts):
    p = counts / counts.sum()
    return torch.special.entr(p).sum()


# %% wrong="sum of the entropies" fails="the sum over all cells"
def mutual_information(counts):
    p = counts / counts.sum()
    return torch.special.entr(p.sum(0)).sum() + torch.special.entr(p.sum(1)).sum()


# %% wrong="reverse divergence" fails="the sum over all cells"
def mutual_information(counts):
    p = counts / counts.sum()
    r, c = p.sum(1, keepdim=True), p.sum(0, keepdim=True)
    q = r * c
    full = p > 0
    return (q[full] * (q[full] / p[full]).log()).sum()


# %% wrong="rows only" fails="the sum over all cells"
def mutual_information(counts):
    p = counts / counts.sum()
    r, c = p.sum(1, keepdim=True), p.sum(0, keepdim=True)
    full = p > 0
    return (p[full] * (p / r)[full].log()).sum()


# %% wrong="columns only" fails="the sum over all cells"
def mutual_information(counts):
    p = counts / counts.sum()
    r, c = p.sum(1, keepdim=True), p.sum(0, keepdim=True)
    full = p > 0
    return (p[full] * (p / c)[full].log()).sum()


# %% wrong="not normalised" fails="the sum over all cells"
def mutual_information(counts):
    r, c = counts.sum(1, keepdim=True), counts.sum(0, keepdim=True)
    full = counts > 0
    return (counts[full] * (counts[full] / (r * c)[full]).log()).sum()


# %% wrong="divided by the entropy of the rows" fails="the sum over all cells"
def mutual_information(counts):
    p = counts / counts.sum()
    r, c = p.sum(1, keepdim=True), p.sum(0, keepdim=True)
    full = p > 0
    return (p[full] * (p[full] / (r * c)[full]).log()).sum() / torch.special.entr(r).sum()


# %% wrong="only the diagonal" fails="the sum over all cells"
def mutual_information(counts):
    p = counts / counts.sum()
    r, c = p.sum(1, keepdim=True), p.sum(0, keepdim=True)
    d = torch.diagonal(p / (r * c))
    q = torch.diagonal(p)
    return torch.xlogy(q, d).sum()


# %% wrong="empty rows divide by 0" fails="empty rows and columns are harmless"
def mutual_information(counts):
    p = counts / counts.sum()
    r = p.sum(1, keepdim=True)
    conditional = p / r
    h = torch.special.entr(p.sum(0)).sum()
    return h - (r[:, 0] * torch.special.entr(conditional).sum(1)).sum()


# %% wrong="sums exchanged" fails="the sum over all cells"
def mutual_information(counts):
    p = counts / counts.sum()
    r, c = p.sum(0), p.sum(1)
    return torch.special.entr(r).sum() * torch.special.entr(c).sum() - torch.special.entr(p).sum()
