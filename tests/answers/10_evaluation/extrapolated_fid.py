# %% right="least squares of torch"
def extrapolated_fid(sizes, values):
    x = 1 / sizes.double()
    design = torch.stack([torch.ones_like(x), x], dim=1)
    return torch.linalg.lstsq(design, values.double()[:, None]).solution[0, 0]


# %% right="numpy"
def extrapolated_fid(sizes, values):
    import numpy as np

    return float(np.polyfit(1 / sizes.double().numpy(), values.double().numpy(), 1)[1])


# %% right="normal equations"
def extrapolated_fid(sizes, values):
    x, y, n = 1.0 / sizes.double(), values.double(), len(sizes)
    bottom = n * (x * x).sum() - x.sum() ** 2
    return ((x * x).sum() * y.sum() - x.sum() * (x * y).sum()) / bottom


# %% right="scikit-learn"
def extrapolated_fid(sizes, values):
    from sklearn.linear_model import LinearRegression

    line = LinearRegression().fit(1 / sizes.numpy()[:, None], values.numpy())
    return torch.tensor(line.intercept_)


# %% wrong="against N" fails="a line of least squares through six"
def extrapolated_fid(sizes, values):
    x, y = sizes.double(), values.double()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / (x - x.mean()).square().sum()
    return y.mean() - slope * x.mean()


# %% wrong="the slope" fails="a line of least squares through six"
def extrapolated_fid(sizes, values):
    x, y = 1 / sizes.double(), values.double()
    return ((x - x.mean()) * (y - y.mean())).sum() / (x - x.mean()).square().sum()


# %% wrong="first and last" fails="a line of least squares through six"
def extrapolated_fid(sizes, values):
    x, y = 1 / sizes.double(), values.double()
    return y[-1] - (y[0] - y[-1]) / (x[0] - x[-1]) * x[-1]


# %% wrong="last two" fails="a line of least squares through six"
def extrapolated_fid(sizes, values):
    x, y = 1 / sizes.double(), values.double()
    return y[-1] - (y[-2] - y[-1]) / (x[-2] - x[-1]) * x[-1]


# %% wrong="the most images" fails="the example by hand"
def extrapolated_fid(sizes, values):
    return values[sizes.argmax()].double()


# %% wrong="the mean" fails="the example by hand"
def extrapolated_fid(sizes, values):
    return values.double().mean()


# %% wrong="a line through the origin" fails="a constant stays"
def extrapolated_fid(sizes, values):
    x, y = 1 / sizes.double(), values.double()
    return y.mean() - (x * y).sum() / (x * x).sum() * x.mean()


# %% wrong="sign of the slope" fails="a line of least squares through six"
def extrapolated_fid(sizes, values):
    x, y = 1 / sizes.double(), values.double()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / (x - x.mean()).square().sum()
    return y.mean() + slope * x.mean()


# %% wrong="against the root of N" fails="a line of least squares through six"
def extrapolated_fid(sizes, values):
    x, y = sizes.double().rsqrt(), values.double()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / (x - x.mean()).square().sum()
    return y.mean() - slope * x.mean()


# %% wrong="the slope of x over y" fails="a line of least squares through six"
def extrapolated_fid(sizes, values):
    x, y = 1 / sizes.double(), values.double()
    slope = (y - y.mean()).square().sum() / ((x - x.mean()) * (y - y.mean())).sum()
    return y.mean() - slope * x.mean()


# %% wrong="the smallest value" fails="the example by hand"
def extrapolated_fid(sizes, values):
    return values.double().min()
