# %% right="mode and curvature"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z)
    _, curvature = derivatives(log_density, mode)
    return mode, -1 / curvature


# %% right="reciprocal"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z)
    _, curvature = derivatives(log_density, mode)
    return mode, curvature.neg().reciprocal()


# %% right="a list, via the precision"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z)
    precision = -derivatives(log_density, mode)[1]
    return [mode, precision**-1]


# %% right="absolute value, right at a peak, in float32"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z)
    _, curvature = derivatives(log_density, mode)
    return mode, 1 / curvature.float().abs()


# %% right="the derivatives handed on to the search"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z, derivatives=derivatives)
    return mode, -1.0 / derivatives(log_density, mode)[1]


# %% wrong="second derivative for variance" fails="the variance is minus one over the curvature"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z)
    _, curvature = derivatives(log_density, mode)
    return mode, curvature


# %% wrong="precision" fails="the variance is minus one over the curvature"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z)
    _, curvature = derivatives(log_density, mode)
    return mode, -curvature


# %% wrong="negative variance" fails="the variance is minus one over the curvature"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z)
    _, curvature = derivatives(log_density, mode)
    return mode, 1 / curvature


# %% wrong="curvature of the start" fails="the variance is minus one over the curvature"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z)
    _, curvature = derivatives(log_density, z)
    return mode, -1 / curvature


# %% wrong="standard deviation" fails="the variance is minus one over the curvature"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z)
    _, curvature = derivatives(log_density, mode)
    return mode, (-1 / curvature).sqrt()


# %% wrong="slope for curvature" fails="the variance is minus one over the curvature"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z)
    curvature, _ = derivatives(log_density, mode)
    return mode, -1 / curvature


# %% wrong="squared" fails="the variance is minus one over the curvature"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z)
    _, curvature = derivatives(log_density, mode)
    return mode, 1 / curvature**2


# %% wrong="factor 2" fails="the variance is minus one over the curvature"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z)
    _, curvature = derivatives(log_density, mode)
    return mode, -2 / curvature


# %% wrong="a half" fails="the variance is minus one over the curvature"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z)
    _, curvature = derivatives(log_density, mode)
    return mode, -1 / (2 * curvature)


# %% wrong="the start for the mode" fails="the mean is the mode"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z)
    _, curvature = derivatives(log_density, mode)
    return z, -1 / curvature


# %% wrong="exchanged" fails="the mean is the mode"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z)
    _, curvature = derivatives(log_density, mode)
    return -1 / curvature, mode


# %% wrong="mode only" fails="two numbers per start"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z)
    _, curvature = derivatives(log_density, mode)
    return mode


# %% wrong="one number" fails="two numbers per start"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z)
    _, curvature = derivatives(log_density, mode)
    return mode.mean(), (-1 / curvature).mean()


# %% wrong="own search" fails="the mean is the mode"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = torch.full_like(z, 1.5)
    _, curvature = derivatives(log_density, mode)
    return mode, -1 / curvature


# %% wrong="own derivatives" fails="the variance is minus one over the curvature"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, z)
    return mode, torch.full_like(mode, 0.4)


# %% wrong="searched twice" fails="the mean is the mode"
def laplace(log_density, z, find_mode=newton_mode, derivatives=slope_and_curvature):
    mode = find_mode(log_density, find_mode(log_density, z))
    _, curvature = derivatives(log_density, mode)
    return mode, -1 / curvature
