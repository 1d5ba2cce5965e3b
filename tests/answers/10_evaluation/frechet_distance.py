# %% right="the other one in the middle"
def frechet_distance(mean_1, cov_1, mean_2, cov_2, sqrt=None):
    root = sqrt(cov_2)
    middle = sqrt(root @ cov_1 @ root)
    return (mean_1 - mean_2) @ (mean_1 - mean_2) + torch.trace(cov_1 + cov_2 - 2 * middle)


# %% right="eigenvalues of the product"
def frechet_distance(mean_1, cov_1, mean_2, cov_2, sqrt=None):
    values = torch.linalg.eigvals(cov_1 @ cov_2).real.clamp(min=0)
    return ((mean_1 - mean_2) ** 2).sum() + cov_1.trace() + cov_2.trace() - 2 * values.sqrt().sum()


# %% right="singular values of the product of the roots"
def frechet_distance(mean_1, cov_1, mean_2, cov_2, sqrt=None):
    both = torch.linalg.svdvals(sqrt(cov_1) @ sqrt(cov_2)).sum()
    return float((mean_1 - mean_2).pow(2).sum() + cov_1.trace() + cov_2.trace() - 2 * both)


# %% right="eigenvalues of the symmetric product"
def frechet_distance(mean_1, cov_1, mean_2, cov_2, sqrt=None):
    half = sqrt(cov_1)
    values = torch.linalg.eigvalsh(half @ cov_2 @ half).clamp(min=0)
    gap = torch.dist(mean_1, mean_2) ** 2
    return gap + (cov_1 + cov_2).diagonal().sum() - 2 * values.sqrt().sum()


# %% wrong="root of the product that is not symmetric" fails="covariances that do not commute"
def frechet_distance(mean_1, cov_1, mean_2, cov_2, sqrt=None):
    return (mean_1 - mean_2).square().sum() + (cov_1 + cov_2 - 2 * sqrt(cov_1 @ cov_2)).trace()


# %% wrong="product of the roots" fails="covariances that do not commute"
def frechet_distance(mean_1, cov_1, mean_2, cov_2, sqrt=None):
    return (mean_1 - mean_2).square().sum() + (cov_1 + cov_2 - 2 * sqrt(cov_1) @ sqrt(cov_2)).trace()


# %% wrong="roots of the entries" fails="covariances that do not commute"
def frechet_distance(mean_1, cov_1, mean_2, cov_2, sqrt=None):
    return (mean_1 - mean_2).square().sum() + (cov_1 + cov_2 - 2 * (cov_1 @ cov_2).abs().sqrt()).trace()


# %% wrong="entrywise product" fails="covariances that do not commute"
def frechet_distance(mean_1, cov_1, mean_2, cov_2, sqrt=None):
    return (mean_1 - mean_2).square().sum() + (cov_1 + cov_2 - 2 * (cov_1 * cov_2).abs().sqrt()).trace()


# %% wrong="factor 2 forgotten" fails="axes alone: standard deviations are compared"
def frechet_distance(mean_1, cov_1, mean_2, cov_2, sqrt=None):
    half = sqrt(cov_1)
    return (mean_1 - mean_2).square().sum() + (cov_1 + cov_2 - sqrt(half @ cov_2 @ half)).trace()


# %% wrong="means forgotten" fails="equal covariances: the means count"
def frechet_distance(mean_1, cov_1, mean_2, cov_2, sqrt=None):
    half = sqrt(cov_1)
    return (cov_1 + cov_2 - 2 * sqrt(half @ cov_2 @ half)).trace()


# %% wrong="distance of the means not squared" fails="equal covariances: the means count"
def frechet_distance(mean_1, cov_1, mean_2, cov_2, sqrt=None):
    half = sqrt(cov_1)
    return (mean_1 - mean_2).norm() + (cov_1 + cov_2 - 2 * sqrt(half @ cov_2 @ half)).trace()


# %% wrong="averaged over the features" fails="equal covariances: the means count"
def frechet_distance(mean_1, cov_1, mean_2, cov_2, sqrt=None):
    half = sqrt(cov_1)
    return (mean_1 - mean_2).square().mean() + (cov_1 + cov_2 - 2 * sqrt(half @ cov_2 @ half)).trace()


# %% wrong="no root at the end" fails="axes alone: standard deviations are compared"
def frechet_distance(mean_1, cov_1, mean_2, cov_2, sqrt=None):
    half = sqrt(cov_1)
    return (mean_1 - mean_2).square().sum() + (cov_1 + cov_2 - 2 * half @ cov_2 @ half).trace()


# %% wrong="plus the root" fails="nothing is further from itself than 0"
def frechet_distance(mean_1, cov_1, mean_2, cov_2, sqrt=None):
    half = sqrt(cov_1)
    return (mean_1 - mean_2).square().sum() + (cov_1 + cov_2 + 2 * sqrt(half @ cov_2 @ half)).trace()


# %% wrong="one trace only" fails="axes alone: standard deviations are compared"
def frechet_distance(mean_1, cov_1, mean_2, cov_2, sqrt=None):
    half = sqrt(cov_1)
    return (mean_1 - mean_2).square().sum() + 2 * (cov_1 - sqrt(half @ cov_2 @ half)).trace()


# %% wrong="Frobenius distance of the covariances" fails="axes alone: standard deviations are compared"
def frechet_distance(mean_1, cov_1, mean_2, cov_2, sqrt=None):
    return (mean_1 - mean_2).square().sum() + (cov_1 - cov_2).square().sum()


# %% wrong="a root of a trace" fails="axes alone: standard deviations are compared"
def frechet_distance(mean_1, cov_1, mean_2, cov_2, sqrt=None):
    return (mean_1 - mean_2).square().sum() + (cov_1 + cov_2).trace() - 2 * (cov_1 @ cov_2).trace().sqrt()


# %% wrong="the root of the whole" fails="covariances that do not commute"
def frechet_distance(mean_1, cov_1, mean_2, cov_2, sqrt=None):
    half = sqrt(cov_1)
    whole = (mean_1 - mean_2).square().sum() + (cov_1 + cov_2 - 2 * sqrt(half @ cov_2 @ half)).trace()
    return whole.clamp(min=0).sqrt()
