# %% right="ones as outer gradient"
def gradient_penalty(critic, real, fake, u):
    u = u.view(len(u), *[1] * (real.dim() - 1))
    x = (fake + u * (real - fake)).detach().clone().requires_grad_(True)
    scores = critic(x)
    slope = torch.autograd.grad(scores, x, grad_outputs=torch.ones_like(scores), create_graph=True, retain_graph=True)[
        0
    ]
    return (slope.reshape(len(slope), -1).norm(2, dim=1) - 1).pow(2).mean()


# %% right="lerp and a root of squares"
def gradient_penalty(critic, real, fake, u):
    while u.ndim < real.ndim:
        u = u.unsqueeze(-1)
    x = torch.lerp(fake.detach(), real.detach(), u.expand_as(real)).requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), [x], create_graph=True)
    return (((slope**2).flatten(1).sum(1).sqrt() - 1) ** 2).mean()


# %% right="image by image"
def gradient_penalty(critic, real, fake, u):
    penalties = []
    for a, b, share in zip(real, fake, u):
        x = (share * a + (1 - share) * b).detach().unsqueeze(0).requires_grad_()
        (slope,) = torch.autograd.grad(critic(x).squeeze(), x, create_graph=True)
        penalties.append((slope.norm() - 1) ** 2)
    return torch.stack(penalties).mean()


# %% right="torch.func"
def gradient_penalty(critic, real, fake, u):
    u = u.view(-1, *[1] * (real.dim() - 1))
    between = fake + u * (real - fake)
    slope = torch.func.vmap(torch.func.grad(lambda v: critic(v[None]).squeeze()))(between)
    return (slope.flatten(1).norm(dim=1) - 1).square().mean()


# %% right="a functional Jacobian"
def gradient_penalty(critic, real, fake, u):
    between = torch.stack([a * r + (1 - a) * f for a, r, f in zip(u, real, fake)])
    slope = torch.autograd.functional.jacobian(lambda v: critic(v).sum(), between, create_graph=True)
    return F.mse_loss(slope.reshape(len(u), -1).norm(2, 1), torch.ones_like(u))


# %% right="a vector-Jacobian product, the root made safe"
def gradient_penalty(critic, real, fake, u):
    for _ in range(real.ndim - u.ndim):
        u = u.unsqueeze(-1)
    between = torch.lerp(fake, real, u)
    _, slope = torch.autograd.functional.vjp(
        critic, between, torch.ones(len(real), dtype=real.dtype), create_graph=True
    )
    norm = (slope.pow(2).flatten(1).sum(1) + 1e-12).sqrt()
    return (norm - 1).pow(2).mean()


# %% wrong="no create_graph" fails="the penalty reaches the critic's weights"
def gradient_penalty(critic, real, fake, u):
    u = u.reshape(-1, *[1] * (real.ndim - 1))
    x = (u * real + (1 - u) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x)
    return ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()


# %% wrong="the graph kept but detached" fails="the penalty reaches the critic's weights"
def gradient_penalty(critic, real, fake, u):
    u = u.reshape(-1, *[1] * (real.ndim - 1))
    x = (u * real + (1 - u) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((slope.detach().flatten(1).norm(dim=1) - 1) ** 2).mean()


# %% wrong="backward instead of grad" fails="nothing is left in the critic's gradients"
def gradient_penalty(critic, real, fake, u):
    u = u.reshape(-1, *[1] * (real.ndim - 1))
    x = (u * real + (1 - u) * fake).detach().requires_grad_()
    critic(x).sum().backward(create_graph=True)
    return ((x.grad.flatten(1).norm(dim=1) - 1) ** 2).mean()


# %% wrong="u the other way round" fails="the slope between real and drawn images"
def gradient_penalty(critic, real, fake, u):
    u = u.reshape(-1, *[1] * (real.ndim - 1))
    x = (u * fake + (1 - u) * real).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()


# %% wrong="at the real images" fails="the slope between real and drawn images"
def gradient_penalty(critic, real, fake, u):
    x = real.detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()


# %% wrong="at the drawn images" fails="the slope between real and drawn images"
def gradient_penalty(critic, real, fake, u):
    x = fake.detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()


# %% wrong="always halfway" fails="the slope between real and drawn images"
def gradient_penalty(critic, real, fake, u):
    x = ((real + fake) / 2).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()


# %% wrong="one u for all images" fails="the slope between real and drawn images"
def gradient_penalty(critic, real, fake, u):
    x = (u[0] * real + (1 - u[0]) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()


# %% wrong="a norm over the batch" fails="the slope between real and drawn images"
def gradient_penalty(critic, real, fake, u):
    u = u.reshape(-1, *[1] * (real.ndim - 1))
    x = (u * real + (1 - u) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return (slope.norm() - 1) ** 2


# %% wrong="a norm along the channels" fails="the slope between real and drawn images"
def gradient_penalty(critic, real, fake, u):
    u = u.reshape(-1, *[1] * (real.ndim - 1))
    x = (u * real + (1 - u) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((slope.norm(2, dim=1) - 1) ** 2).mean()


# %% wrong="the squared norm" fails="the slope between real and drawn images"
def gradient_penalty(critic, real, fake, u):
    u = u.reshape(-1, *[1] * (real.ndim - 1))
    x = (u * real + (1 - u) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return (((slope**2).flatten(1).sum(1) - 1) ** 2).mean()


# %% wrong="towards slope 0" fails="no penalty where the slope is 1"
def gradient_penalty(critic, real, fake, u):
    u = u.reshape(-1, *[1] * (real.ndim - 1))
    x = (u * real + (1 - u) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return (slope.flatten(1).norm(dim=1) ** 2).mean()


# %% wrong="not squared" fails="the slope between real and drawn images"
def gradient_penalty(critic, real, fake, u):
    u = u.reshape(-1, *[1] * (real.ndim - 1))
    x = (u * real + (1 - u) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return (slope.flatten(1).norm(dim=1) - 1).abs().mean()


# %% wrong="one-sided" fails="the slope between real and drawn images"
def gradient_penalty(critic, real, fake, u):
    u = u.reshape(-1, *[1] * (real.ndim - 1))
    x = (u * real + (1 - u) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((slope.flatten(1).norm(dim=1) - 1).clamp(min=0) ** 2).mean()


# %% wrong="the mean score's slope" fails="the slope between real and drawn images"
def gradient_penalty(critic, real, fake, u):
    u = u.reshape(-1, *[1] * (real.ndim - 1))
    x = (u * real + (1 - u) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).mean(), x, create_graph=True)
    return ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()


# %% wrong="for images of three dimensions only" fails="images of any shape"
def gradient_penalty(critic, real, fake, u):
    u = u[:, None, None]
    x = (u * real + (1 - u) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()


# %% wrong="the slope of the formula's example" fails="slopes of another critic"
def gradient_penalty(critic, real, fake, u):
    u = u.reshape(-1, *[1] * (real.ndim - 1))
    x = u * real + (1 - u) * fake
    return ((x.flatten(1).norm(dim=1) - 1) ** 2).mean() + 0 * critic(x).sum()


# %% wrong="a sum over the batch" fails="the slope between real and drawn images"
def gradient_penalty(critic, real, fake, u):
    u = u.reshape(-1, *[1] * (real.ndim - 1))
    x = (u * real + (1 - u) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
    return ((slope.flatten(1).norm(dim=1) - 1) ** 2).sum()
