# %% right="a loop"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(steps):
        slope, curvature = derivatives(log_density, z)
        z = z - slope / curvature
    return z


# %% right="recursion"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    if steps == 0:
        return z
    slope, curvature = derivatives(log_density, z)
    return newton_mode(log_density, z - slope / curvature, steps - 1, derivatives)


# %% right="a while loop, in float32"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    z, done = z.float(), 0
    while done < steps:
        slope, curvature = derivatives(log_density, z)
        z, done = torch.addcdiv(z, slope, curvature, value=-1), done + 1
    return z


# %% right="a list of places"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    places = [z]
    for step in range(steps):
        first, second = derivatives(log_density, places[-1])
        places.append(places[-1] + first / -second)
    return places[-1]


# %% wrong="wrong way" fails="one jump"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(steps):
        slope, curvature = derivatives(log_density, z)
        z = z + slope / curvature
    return z


# %% wrong="gradient ascent" fails="one jump"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(steps):
        slope, curvature = derivatives(log_density, z)
        z = z + slope
    return z


# %% wrong="gradient descent" fails="one jump"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(steps):
        slope, curvature = derivatives(log_density, z)
        z = z - slope
    return z


# %% wrong="multiplied" fails="one jump"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(steps):
        slope, curvature = derivatives(log_density, z)
        z = z - slope * curvature
    return z


# %% wrong="results taken in the wrong order" fails="one jump"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(steps):
        curvature, slope = derivatives(log_density, z)
        z = z - slope / curvature
    return z


# %% wrong="the jump itself" fails="one jump"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(steps):
        slope, curvature = derivatives(log_density, z)
        z = -slope / curvature
    return z


# %% wrong="half a jump" fails="one jump"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(steps):
        slope, curvature = derivatives(log_density, z)
        z = z - slope / curvature / 2
    return z


# %% wrong="curvature's absolute value" fails="one jump"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(steps):
        slope, curvature = derivatives(log_density, z)
        z = z - slope / curvature.abs()
    return z


# %% wrong="returned inside of the loop" fails="every jump starts where the last one ended"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(steps):
        slope, curvature = derivatives(log_density, z)
        z = z - slope / curvature
        return z
    return z


# %% wrong="one jump too few" fails="one jump"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(steps - 1):
        slope, curvature = derivatives(log_density, z)
        z = z - slope / curvature
    return z


# %% wrong="one jump too many" fails="one jump"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(steps + 1):
        slope, curvature = derivatives(log_density, z)
        z = z - slope / curvature
    return z


# %% wrong="derivatives of the start" fails="every jump starts where the last one ended"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    slope, curvature = derivatives(log_density, z)
    for _ in range(steps):
        z = z - slope / curvature
    return z


# %% wrong="curvature of the start" fails="every jump starts where the last one ended"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    _, curvature = derivatives(log_density, z)
    for _ in range(steps):
        slope, _ = derivatives(log_density, z)
        z = z - slope / curvature
    return z


# %% wrong="always twenty" fails="one jump"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(20):
        slope, curvature = derivatives(log_density, z)
        z = z - slope / curvature
    return z


# %% wrong="at least one" fails="no jump, no change"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(max(1, steps)):
        slope, curvature = derivatives(log_density, z)
        z = z - slope / curvature
    return z


# %% wrong="own derivatives" fails="one jump"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(steps):
        slope, curvature = -2.5 * (z - 1.5), torch.full_like(z, -2.5)
        z = z - slope / curvature
    return z


# %% wrong="one place" fails="one place per start"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(steps):
        slope, curvature = derivatives(log_density, z)
        z = z - slope / curvature
    return z.mean()


# %% right="stops where no jump moves anything any more"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(steps):
        slope, curvature = derivatives(log_density, z)
        if (slope / curvature).abs().max() < 1e-13:
            break
        z = z - slope / curvature
    return z


# %% wrong="stops where jumps are short" fails="near the mode, a short jump"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(steps):
        slope, curvature = derivatives(log_density, z)
        if (slope / curvature).abs().max() < 0.5:
            break
        z = z - slope / curvature
    return z


# %% wrong="jumps cut short" fails="one jump"
def newton_mode(log_density, z, steps=20, derivatives=slope_and_curvature):
    for _ in range(steps):
        slope, curvature = derivatives(log_density, z)
        z = z - (slope / curvature).clamp(-1, 1)
    return z
