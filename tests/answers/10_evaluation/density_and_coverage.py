# %% right="a mean over the fakes"
def density_and_coverage(real_balls, k):
    per_fake = real_balls.sum(dim=0).double() / k
    return per_fake.mean(), (real_balls.sum(dim=1) > 0).double().mean()


# %% right="plain floats"
def density_and_coverage(real_balls, k):
    N, M = real_balls.shape
    return real_balls.sum().item() / (k * M), real_balls.any(1).sum().item() / N


# %% right="the whole table's mean"
def density_and_coverage(real_balls, k):
    balls = real_balls.double()
    return balls.mean() * len(balls) / k, balls.amax(1).mean()


# %% wrong="cut off at 1" fails="density may exceed 1"
def density_and_coverage(real_balls, k):
    density = real_balls.sum().double() / (k * real_balls.shape[1])
    return density.clamp(max=1), real_balls.any(1).double().mean()


# %% wrong="k forgotten" fails="density: hits by k and fakes"
def density_and_coverage(real_balls, k):
    return real_balls.sum().double() / real_balls.shape[1], real_balls.any(1).double().mean()


# %% wrong="divided by the real images" fails="density: hits by k and fakes"
def density_and_coverage(real_balls, k):
    return real_balls.sum().double() / (k * real_balls.shape[0]), real_balls.any(1).double().mean()


# %% wrong="divided by all pairs" fails="density: hits by k and fakes"
def density_and_coverage(real_balls, k):
    return real_balls.double().mean() / k, real_balls.any(1).double().mean()


# %% wrong="precision over k" fails="density: hits by k and fakes"
def density_and_coverage(real_balls, k):
    return real_balls.any(0).double().mean() / k, real_balls.any(1).double().mean()


# %% wrong="not divided by the fakes" fails="density: hits by k and fakes"
def density_and_coverage(real_balls, k):
    return real_balls.sum().double() / k, real_balls.any(1).double().mean()


# %% wrong="precision for coverage" fails="coverage: real balls that hold a fake"
def density_and_coverage(real_balls, k):
    return real_balls.sum().double() / (k * real_balls.shape[1]), real_balls.any(0).double().mean()


# %% wrong="all fakes" fails="coverage: real balls that hold a fake"
def density_and_coverage(real_balls, k):
    return real_balls.sum().double() / (k * real_balls.shape[1]), real_balls.all(1).double().mean()


# %% wrong="exchanged" fails="coverage: real balls that hold a fake"
def density_and_coverage(real_balls, k):
    return real_balls.any(1).double().mean(), real_balls.sum().double() / (k * real_balls.shape[1])


# %% wrong="coverage over k" fails="coverage: real balls that hold a fake"
def density_and_coverage(real_balls, k):
    return real_balls.sum().double() / (k * real_balls.shape[1]), real_balls.any(1).double().mean() / k


# %% wrong="coverage counted, not shared" fails="coverage: real balls that hold a fake"
def density_and_coverage(real_balls, k):
    return real_balls.sum().double() / (k * real_balls.shape[1]), real_balls.any(1).sum()


# %% wrong="k fixed at 5" fails="k divides density alone"
def density_and_coverage(real_balls, k):
    return real_balls.sum().double() / (5 * real_balls.shape[1]), real_balls.any(1).double().mean()


# %% wrong="multiplied by k" fails="density: hits by k and fakes"
def density_and_coverage(real_balls, k):
    return real_balls.sum().double() * k / real_balls.shape[1], real_balls.any(1).double().mean()
