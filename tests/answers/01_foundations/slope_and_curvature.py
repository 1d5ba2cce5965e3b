# %% right="two gradients"
def slope_and_curvature(log_density, z):
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).sum(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), z)
    return slope.detach(), curvature


# %% right="torch.func"
def slope_and_curvature(log_density, z):
    def one(place):
        return log_density(place.reshape(1))[0]

    return torch.func.vmap(torch.func.grad(one))(z.detach()), torch.func.vmap(torch.func.grad(torch.func.grad(one)))(
        z.detach()
    )


# %% right="place by place"
def slope_and_curvature(log_density, z):
    slopes, curvatures = [], []
    for place in z.detach():
        leaf = place.reshape(1).clone().requires_grad_()
        slope = torch.autograd.grad(log_density(leaf).sum(), leaf, create_graph=True)[0]
        slopes.append(slope.detach())
        curvatures.append(torch.autograd.grad(slope, leaf)[0])
    return torch.cat(slopes), torch.cat(curvatures)


# %% right="diagonal of the Hessian"
def slope_and_curvature(log_density, z):
    z = z.detach()
    jacobian = torch.autograd.functional.jacobian(log_density, z).diagonal()
    return [jacobian, torch.autograd.functional.hessian(lambda x: log_density(x).sum(), z).diagonal()]


# %% right="finite differences of autograd, fine enough"
def slope_and_curvature(log_density, z):
    def slope(place):
        place = place.detach().clone().requires_grad_()
        return torch.autograd.grad(log_density(place).sum(), place)[0]

    step = 1e-5
    return slope(z), (slope(z + step) - slope(z - step)) / (2 * step)


# %% wrong="exchanged" fails="the first derivative"
def slope_and_curvature(log_density, z):
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).sum(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), z)
    return curvature, slope.detach()


# %% wrong="value for slope" fails="the first derivative"
def slope_and_curvature(log_density, z):
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).sum(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), z)
    return log_density(z).detach(), curvature


# %% wrong="mean for sum" fails="the first derivative"
def slope_and_curvature(log_density, z):
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).mean(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), z)
    return slope.detach(), curvature


# %% wrong="means twice" fails="the first derivative"
def slope_and_curvature(log_density, z):
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).mean(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.mean(), z)
    return slope.detach(), curvature


# %% wrong="mean for the second sum" fails="the second derivative"
def slope_and_curvature(log_density, z):
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).sum(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.mean(), z)
    return slope.detach(), curvature


# %% wrong="sign of the slope" fails="the first derivative"
def slope_and_curvature(log_density, z):
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).sum(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), z)
    return -slope.detach(), curvature


# %% wrong="slope repeated" fails="the first derivative"
def slope_and_curvature(log_density, z):
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).sum(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), z)
    return slope.detach().sum().expand_as(z), curvature


# %% wrong="squared slope" fails="the second derivative"
def slope_and_curvature(log_density, z):
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).sum(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), z)
    return slope.detach(), slope.detach() ** 2


# %% wrong="minus squared slope" fails="the second derivative"
def slope_and_curvature(log_density, z):
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).sum(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), z)
    return slope.detach(), -(slope.detach() ** 2)


# %% wrong="sign of the curvature" fails="the second derivative"
def slope_and_curvature(log_density, z):
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).sum(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), z)
    return slope.detach(), -curvature


# %% wrong="variance" fails="the second derivative"
def slope_and_curvature(log_density, z):
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).sum(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), z)
    return slope.detach(), -1 / curvature


# %% wrong="slope twice" fails="the second derivative"
def slope_and_curvature(log_density, z):
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).sum(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), z)
    return slope.detach(), slope.detach()


# %% wrong="no graph for the second" fails="the first derivative"
def slope_and_curvature(log_density, z):
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).sum(), z)
    (curvature,) = torch.autograd.grad(slope.sum(), z)
    return slope.detach(), curvature


# %% wrong="derivative of the squared slope" fails="the second derivative"
def slope_and_curvature(log_density, z):
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).sum(), z, create_graph=True)
    (curvature,) = torch.autograd.grad((slope**2).sum() / 2, z)
    return slope.detach(), curvature


# %% wrong="always this function's" fails="another function, and one place only"
def slope_and_curvature(log_density, z):
    return 2 - 2 * (2 * z).exp(), -4 * (2 * z).exp()


# %% wrong="slope with its graph" fails="no graph is left"
def slope_and_curvature(log_density, z):
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).sum(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), z)
    return slope, curvature


# %% wrong="one number" fails="two numbers per place"
def slope_and_curvature(log_density, z):
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).sum(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), z)
    return slope.detach().sum(), curvature.sum()


# %% wrong="slope only" fails="two numbers per place"
def slope_and_curvature(log_density, z):
    z = z.detach().requires_grad_()
    (slope,) = torch.autograd.grad(log_density(z).sum(), z, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), z)
    return slope.detach()


# %% wrong="differences of values" fails="a large constant blurs nothing"
def slope_and_curvature(log_density, z):
    step = 1e-4
    above, here, below = log_density(z + step), log_density(z), log_density(z - step)
    return ((above - below) / (2 * step)).detach(), ((above - 2 * here + below) / step**2).detach()
