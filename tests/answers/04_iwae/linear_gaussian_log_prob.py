# %% right="torch's distribution"
def linear_gaussian_log_prob(x, W, b, s):
    C = W @ W.T + s**2 * torch.eye(len(b), dtype=W.dtype)
    return torch.distributions.MultivariateNormal(b, C).log_prob(x)


# %% right="low rank"
def linear_gaussian_log_prob(x, W, b, s):
    return torch.distributions.LowRankMultivariateNormal(b, W, torch.full_like(b, s**2)).log_prob(x)


# %% right="by a Cholesky factor"
def linear_gaussian_log_prob(x, W, b, s):
    C = W @ W.T + s**2 * torch.eye(len(b), dtype=W.dtype)
    L = torch.linalg.cholesky(C)
    u = torch.linalg.solve_triangular(L, (x - b).T, upper=False)
    return -0.5 * len(b) * math.log(2 * math.pi) - L.diagonal().log().sum() - 0.5 * (u**2).sum(0)


# %% right="row by row with the inverse"
def linear_gaussian_log_prob(x, W, b, s):
    C = W @ W.T + s**2 * torch.eye(len(b), dtype=W.dtype)
    inverse, log_det = torch.linalg.inv(C), torch.linalg.slogdet(C)[1]
    return torch.stack([-0.5 * (len(b) * math.log(2 * math.pi) + log_det + (r - b) @ inverse @ (r - b)) for r in x])


# %% right="along the eigenvectors"
def linear_gaussian_log_prob(x, W, b, s):
    values, vectors = torch.linalg.eigh(W @ W.T)
    variances = values.clamp(min=0) + s**2
    return torch.distributions.Normal(0.0, variances.sqrt()).log_prob((x - b) @ vectors).sum(-1)


# %% wrong="the determinant itself" fails="many pixels"
def linear_gaussian_log_prob(x, W, b, s):
    C = W @ W.T + s**2 * torch.eye(len(b), dtype=W.dtype)
    gap = x - b
    square = (gap @ torch.linalg.inv(C) * gap).sum(1)
    return -0.5 * (len(b) * math.log(2 * math.pi) + torch.det(C).log() + square)


# %% wrong="s as a variance" fails="without a code, plain noise"
def linear_gaussian_log_prob(x, W, b, s):
    C = W @ W.T + s * torch.eye(len(b), dtype=W.dtype)
    return torch.distributions.MultivariateNormal(b, C).log_prob(x)


# %% wrong="the noise forgotten" fails="the formula"
def linear_gaussian_log_prob(x, W, b, s):
    C = W @ W.T + torch.eye(len(b), dtype=W.dtype)
    return torch.distributions.MultivariateNormal(b, C).log_prob(x)


# %% wrong="the code forgotten" fails="the formula"
def linear_gaussian_log_prob(x, W, b, s):
    return torch.distributions.Normal(b, s).log_prob(x).sum(1)


# %% wrong="diagonal only" fails="the formula"
def linear_gaussian_log_prob(x, W, b, s):
    std = ((W**2).sum(1) + s**2).sqrt()
    return torch.distributions.Normal(b, std).log_prob(x).sum(1)


# %% wrong="the offset forgotten" fails="without a code, plain noise"
def linear_gaussian_log_prob(x, W, b, s):
    C = W @ W.T + s**2 * torch.eye(len(b), dtype=W.dtype)
    return torch.distributions.MultivariateNormal(0 * b, C).log_prob(x)


# %% wrong="a cost" fails="it falls with the distance from b"
def linear_gaussian_log_prob(x, W, b, s):
    C = W @ W.T + s**2 * torch.eye(len(b), dtype=W.dtype)
    return -torch.distributions.MultivariateNormal(b, C).log_prob(x)


# %% wrong="2 pi forgotten" fails="the formula"
def linear_gaussian_log_prob(x, W, b, s):
    C = W @ W.T + s**2 * torch.eye(len(b), dtype=W.dtype)
    gap = x - b
    square = (gap @ torch.linalg.inv(C) * gap).sum(1)
    return -0.5 * (torch.logdet(C) + square)


# %% wrong="2 pi once" fails="the formula"
def linear_gaussian_log_prob(x, W, b, s):
    C = W @ W.T + s**2 * torch.eye(len(b), dtype=W.dtype)
    gap = x - b
    square = (gap @ torch.linalg.inv(C) * gap).sum(1)
    return -0.5 * (math.log(2 * math.pi) + torch.logdet(C) + square)


# %% wrong="2 pi once per code" fails="the formula"
def linear_gaussian_log_prob(x, W, b, s):
    C = W @ W.T + s**2 * torch.eye(len(b), dtype=W.dtype)
    gap = x - b
    square = (gap @ torch.linalg.inv(C) * gap).sum(1)
    return -0.5 * (W.shape[1] * math.log(2 * math.pi) + torch.logdet(C) + square)


# %% wrong="the covariance not inverted" fails="the formula"
def linear_gaussian_log_prob(x, W, b, s):
    C = W @ W.T + s**2 * torch.eye(len(b), dtype=W.dtype)
    gap = x - b
    square = (gap @ C * gap).sum(1)
    return -0.5 * (len(b) * math.log(2 * math.pi) + torch.logdet(C) + square)


# %% wrong="log-determinant forgotten" fails="the formula"
def linear_gaussian_log_prob(x, W, b, s):
    C = W @ W.T + s**2 * torch.eye(len(b), dtype=W.dtype)
    gap = x - b
    square = (gap @ torch.linalg.inv(C) * gap).sum(1)
    return -0.5 * (len(b) * math.log(2 * math.pi) + square)


# %% wrong="no half before the log-determinant" fails="the formula"
def linear_gaussian_log_prob(x, W, b, s):
    C = W @ W.T + s**2 * torch.eye(len(b), dtype=W.dtype)
    gap = x - b
    square = (gap @ torch.linalg.inv(C) * gap).sum(1)
    return -0.5 * (len(b) * math.log(2 * math.pi) + square) - torch.logdet(C)


# %% wrong="no half before the square" fails="the formula"
def linear_gaussian_log_prob(x, W, b, s):
    C = W @ W.T + s**2 * torch.eye(len(b), dtype=W.dtype)
    gap = x - b
    square = (gap @ torch.linalg.inv(C) * gap).sum(1)
    return -0.5 * (len(b) * math.log(2 * math.pi) + torch.logdet(C)) - square


# %% wrong="rows mixed" fails="one number per row"
def linear_gaussian_log_prob(x, W, b, s):
    C = W @ W.T + s**2 * torch.eye(len(b), dtype=W.dtype)
    gap = x - b
    square = gap @ torch.linalg.inv(C) @ gap.T
    return -0.5 * (len(b) * math.log(2 * math.pi) + torch.logdet(C) + square)


# %% wrong="one number for all" fails="one number per row"
def linear_gaussian_log_prob(x, W, b, s):
    C = W @ W.T + s**2 * torch.eye(len(b), dtype=W.dtype)
    return torch.distributions.MultivariateNormal(b, C).log_prob(x).sum()


# %% wrong="loadings on the wrong side" fails="one number per row"
def linear_gaussian_log_prob(x, W, b, s):
    C = W.T @ W + s**2 * torch.eye(W.shape[1], dtype=W.dtype)
    return torch.distributions.MultivariateNormal(b[: W.shape[1]], C).log_prob(x)


# %% wrong="a batch of one lost" fails="one row"
def linear_gaussian_log_prob(x, W, b, s):
    covariance = W @ W.T + s**2 * torch.eye(len(b), dtype=W.dtype)
    return torch.distributions.MultivariateNormal(b, covariance).log_prob(x).squeeze()
