# %% right="columns"
def linear_gaussian_posterior(x, W, b, s):
    S = torch.linalg.inv(torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / s**2)
    mean = (S @ W.T @ (x - b).T / s**2).T
    return mean, S


# %% right="by solving"
def linear_gaussian_posterior(x, W, b, s):
    M = s**2 * torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W
    mean = torch.linalg.solve(M, W.T @ (x - b).T).T
    return mean, s**2 * torch.linalg.inv(M)


# %% right="by conditioning a joint Gaussian"
def linear_gaussian_posterior(x, W, b, s):
    C = W @ W.T + s**2 * torch.eye(len(b), dtype=W.dtype)
    gain = torch.linalg.solve(C, W).T
    return (x - b) @ gain.T, torch.eye(W.shape[1], dtype=W.dtype) - gain @ W


# %% right="row by row, a list"
def linear_gaussian_posterior(x, W, b, s):
    S = torch.linalg.inv(torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / s**2)
    return [torch.stack([S @ (W.T @ (row - b)) / s**2 for row in x]), S]


# %% wrong="the precision for the covariance" fails="covariance"
def linear_gaussian_posterior(x, W, b, s):
    S = torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / s**2
    return (x - b) @ W @ torch.linalg.inv(S) / s**2, S


# %% wrong="the prior forgotten" fails="the worked example"
def linear_gaussian_posterior(x, W, b, s):
    S = torch.linalg.pinv(W.T @ W / s**2)
    return (x - b) @ W @ S / s**2, S


# %% wrong="s as a variance" fails="covariance"
def linear_gaussian_posterior(x, W, b, s):
    S = torch.linalg.inv(torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / s)
    return (x - b) @ W @ S / s, S


# %% wrong="the noise forgotten" fails="covariance"
def linear_gaussian_posterior(x, W, b, s):
    S = torch.linalg.inv(torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W)
    return (x - b) @ W @ S, S


# %% wrong="the noise forgotten in the mean" fails="mean"
def linear_gaussian_posterior(x, W, b, s):
    S = torch.linalg.inv(torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / s**2)
    return (x - b) @ W @ S, S


# %% wrong="the offset forgotten" fails="mean"
def linear_gaussian_posterior(x, W, b, s):
    S = torch.linalg.inv(torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / s**2)
    return x @ W @ S / s**2, S


# %% wrong="the covariance forgotten in the mean" fails="mean"
def linear_gaussian_posterior(x, W, b, s):
    S = torch.linalg.inv(torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / s**2)
    return (x - b) @ W / s**2, S


# %% wrong="the sign" fails="mean"
def linear_gaussian_posterior(x, W, b, s):
    S = torch.linalg.inv(torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / s**2)
    return (b - x) @ W @ S / s**2, S


# %% wrong="the best fit without the prior" fails="the worked example"
def linear_gaussian_posterior(x, W, b, s):
    S = torch.linalg.inv(torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / s**2)
    return (x - b) @ torch.linalg.pinv(W).T, S


# %% wrong="diagonal only" fails="covariance"
def linear_gaussian_posterior(x, W, b, s):
    S = torch.linalg.inv(torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / s**2)
    return (x - b) @ W @ S / s**2, S * torch.eye(len(S), dtype=S.dtype)


# %% wrong="variances instead of a matrix" fails="means and a covariance"
def linear_gaussian_posterior(x, W, b, s):
    S = torch.linalg.inv(torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / s**2)
    return (x - b) @ W @ S / s**2, S.diagonal()


# %% wrong="the mean only" fails="means and a covariance"
def linear_gaussian_posterior(x, W, b, s):
    S = torch.linalg.inv(torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / s**2)
    return (x - b) @ W @ S / s**2


# %% wrong="columns returned" fails="means and a covariance"
def linear_gaussian_posterior(x, W, b, s):
    S = torch.linalg.inv(torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / s**2)
    return (S @ W.T @ (x - b).T / s**2), S


# %% wrong="entries inverted" fails="covariance"
def linear_gaussian_posterior(x, W, b, s):
    S = 1 / (torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / s**2)
    S = torch.where(torch.isfinite(S), S, torch.zeros_like(S))
    return (x - b) @ W @ S / s**2, S


# %% wrong="standard deviation of the noise in the mean" fails="mean"
def linear_gaussian_posterior(x, W, b, s):
    S = torch.linalg.inv(torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / s**2)
    return (x - b) @ W @ S / s, S


# %% wrong="covariance first" fails="means and a covariance"
def linear_gaussian_posterior(x, W, b, s):
    S = torch.linalg.inv(torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / s**2)
    return S, (x - b) @ W @ S / s**2
