# %% right="torch.cov of the transpose"
def mean_and_covariance(features):
    features = features.double()
    return features.mean(dim=0), torch.cov(features.T)


# %% right="a sum of outer products"
def mean_and_covariance(features):
    x = features.to(torch.float64)
    mean = x.sum(0) / len(x)
    covariance = torch.zeros(x.shape[1], x.shape[1], dtype=torch.float64)
    for row in x:
        covariance += torch.outer(row - mean, row - mean)
    return mean, covariance / (len(x) - 1)


# %% right="second moments in float64"
def mean_and_covariance(features):
    x, n = features.double(), len(features)
    mean = x.mean(0)
    return mean, (x.T @ x - n * torch.outer(mean, mean)) / (n - 1)


# %% right="numpy"
def mean_and_covariance(features):
    import numpy as np

    x = features.double().numpy()
    return torch.from_numpy(x.mean(0)), torch.from_numpy(np.atleast_2d(np.cov(x, rowvar=False)))


# %% right="one image after the other"
def mean_and_covariance(features):
    mean = torch.zeros(features.shape[1], dtype=torch.float64)
    products = torch.zeros(2 * features.shape[1:], dtype=torch.float64)
    for n, row in enumerate(features.double(), 1):
        step = row - mean
        mean = mean + step / n
        products += torch.outer(step, row - mean)
    return mean, products / (len(features) - 1)


# %% wrong="orientation of cov" fails="one mean per feature, one covariance per pair of features"
def mean_and_covariance(features):
    return features.double().mean(0), torch.cov(features.double())


# %% wrong="everything by rows" fails="the mean"
def mean_and_covariance(features):
    return features.double().mean(1), torch.cov(features.double())


# %% wrong="divisor N" fails="the covariance"
def mean_and_covariance(features):
    features = features.double()
    return features.mean(0), torch.cov(features.T, correction=0)


# %% wrong="not centred" fails="the covariance"
def mean_and_covariance(features):
    x = features.double()
    return x.mean(0), x.T @ x / (len(x) - 1)


# %% wrong="not divided" fails="the covariance"
def mean_and_covariance(features):
    x = features.double()
    c = x - x.mean(0)
    return x.mean(0), c.T @ c


# %% wrong="correlations" fails="the covariance"
def mean_and_covariance(features):
    return features.double().mean(0), torch.corrcoef(features.double().T)


# %% wrong="variances only" fails="the covariance"
def mean_and_covariance(features):
    x = features.double()
    return x.mean(0), x.var(0).diag()


# %% wrong="one common mean" fails="the covariance"
def mean_and_covariance(features):
    x = features.double()
    c = x - x.mean()
    return x.mean(0), c.T @ c / (len(x) - 1)


# %% wrong="single precision, raised at the end" fails="computed in float64"
def mean_and_covariance(features):
    x, n = features.float(), len(features)
    mean = x.mean(0)
    return mean.double(), ((x.T @ x - n * torch.outer(mean, mean)) / (n - 1)).double()


# %% wrong="single precision, centred" fails="computed in float64"
def mean_and_covariance(features):
    x = features.float()
    return x.mean(0).double(), torch.cov(x.T).double()


# %% wrong="left in the precision of the features" fails="computed in float64"
def mean_and_covariance(features):
    return features.mean(0), torch.cov(features.T)


# %% wrong="only the covariance" fails="one mean per feature, one covariance per pair of features"
def mean_and_covariance(features):
    return torch.cov(features.double().T)


# %% wrong="rows centred" fails="the covariance"
def mean_and_covariance(features):
    x = features.double()
    c = x - x.mean(1, keepdim=True)
    return x.mean(0), c.T @ c / (len(x) - 1)
