# %% right="squares and reciprocal roots"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), ((x - x.mean(0)) ** 2).mean(0)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        scale = torch.rsqrt(var + self.eps) * torch.exp(self.gamma)
        z = (x - mean) * scale + self.beta
        log_det = scale.log().sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% right="functional batch norm for z"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = F.batch_norm(
            x,
            mean.detach() if not self.training else None,
            var.detach() if not self.training else None,
            self.gamma.exp(),
            self.beta,
            self.training,
            0.0,
            self.eps,
        )
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, x.new_ones(len(x)) * log_det

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% right="averages assigned under no_grad"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            with torch.no_grad():
                self.mean = (1 - self.momentum) * self.mean + self.momentum * mean
                self.var.mul_(1 - self.momentum).add_(self.momentum * var)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% right="the moments of torch"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            var, mean = torch.var_mean(x, dim=0, correction=0)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return torch.addcmul(self.mean, x, (self.var + self.eps) ** 0.5)


# %% right="the function of PyTorch, averages by hand"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean = x.mean(0, keepdim=True)
            var = ((x - mean) ** 2).mean(0, keepdim=True)
            self.mean.copy_((1 - self.momentum) * self.mean + self.momentum * mean.detach()[0])
            self.var.copy_((1 - self.momentum) * self.var + self.momentum * var.detach()[0])
            z = F.batch_norm(x, None, None, self.gamma.exp(), self.beta, True, 0.0, self.eps)
        else:
            mean, var = self.mean[None], self.var[None]
            z = F.batch_norm(x, self.mean, self.var, self.gamma.exp(), self.beta, False, 0.0, self.eps)
        ones = torch.ones_like(x)
        return z, (ones * (self.gamma - 0.5 * torch.log(var + self.eps))).sum(1)

    def inverse(self, z):
        return (z - self.beta) / self.gamma.exp() * (self.var + self.eps) ** 0.5 + self.mean


# %% right="new buffers at every step, one log-scale"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            var, mean = torch.var_mean(x, dim=0, correction=0)
            with torch.no_grad():
                self.mean = (1 - self.momentum) * self.mean + self.momentum * mean
                self.var = (1 - self.momentum) * self.var + self.momentum * var
        else:
            mean, var = self.mean, self.var
        log_scale = self.gamma - (var + self.eps).sqrt().log()
        return torch.addcmul(self.beta, x - mean, log_scale.exp()), log_scale.sum().repeat(x.size(0))

    @torch.no_grad()
    def inverse(self, z):
        return torch.exp(torch.log(self.var + self.eps) / 2 - self.gamma) * (z - self.beta) + self.mean


# %% wrong="Bessel's correction" fails="in training it uses the batch's mean and variance"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="eps forgotten" fails="in training it uses the batch's mean and variance"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / var.sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="eps outside the root" fails="in training it uses the batch's mean and variance"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var.sqrt() + self.eps) * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="divided by the variance" fails="in training it uses the batch's mean and variance"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps) * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="gamma without exponential" fails="in training it uses the batch's mean and variance"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="statistics over the values" fails="in training it uses the batch's mean and variance"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(1, keepdim=True), x.var(1, unbiased=False, keepdim=True)
            self.mean.lerp_(mean.detach().mean(), self.momentum)
            self.var.lerp_(var.detach().mean(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="running averages in training" fails="in training it uses the batch's mean and variance"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="sign of log_det" fails="log_det is that of the scales"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = -(self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="variance's part of the log_det forgotten" fails="log_det is that of the scales"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = self.gamma.sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="gamma's part of the log_det forgotten" fails="log_det is that of the scales"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = -(0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="eps forgotten in log_det" fails="log_det is that of the scales"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * var.log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="half forgotten in log_det" fails="log_det is that of the scales"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="log_det averaged" fails="log_det is that of the scales"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).mean()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="log_det zero" fails="log_det is that of the scales"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = x.new_zeros(())
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="one log_det for the whole batch" fails="log_det is that of the scales"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="batch statistics at test time" fails="evaluation uses the running averages"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if True:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="averages never updated" fails="evaluation uses the running averages"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="momentum the other way round" fails="evaluation uses the running averages"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), 1 - self.momentum)
            self.var.lerp_(var.detach(), 1 - self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="the last batch's statistics kept" fails="evaluation uses the running averages"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.copy_(mean.detach())
            self.var.copy_(var.detach())
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="running variance with Bessel's correction" fails="evaluation uses the running averages"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(x.var(0).detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="log_det from the batch at test time" fails="log_det in evaluation uses the running variance"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (x.var(0, unbiased=False) + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="inverse: eps forgotten" fails="the inverse undoes evaluation"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * self.var.sqrt() + self.mean


# %% wrong="inverse: mean first" fails="the inverse undoes evaluation"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return (x + self.mean) * (self.var + self.eps).sqrt()


# %% wrong="inverse: gamma with the wrong sign" fails="the inverse undoes evaluation"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * self.gamma.exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="inverse: beta after the scale" fails="the inverse undoes evaluation"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = z * (-self.gamma).exp() - self.beta
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="inverse by the statistics of z" fails="the inverse undoes evaluation"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (z.var(0, unbiased=False) + self.eps).sqrt() + z.mean(0)


# %% wrong="averages move at test time" fails="evaluation changes nothing"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean.clone(), self.var
            self.mean.lerp_(x.detach().mean(0), self.momentum)
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="statistics detached" fails="a gradient passes through the batch's statistics"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.detach().mean(0), x.detach().var(0, unbiased=False)
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="averages with their graph" fails="the averages carry no graph"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.mean = self.mean.lerp(mean, self.momentum)
            self.var = self.var.lerp(var, self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        x = (z - self.beta) * (-self.gamma).exp()
        return x * (self.var + self.eps).sqrt() + self.mean


# %% wrong="in training mode the last batch undone" fails="the inverse undoes evaluation"
class BatchNorm(nn.Module):
    def __init__(self, dims, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.gamma = nn.Parameter(torch.zeros(dims))
        self.beta = nn.Parameter(torch.zeros(dims))
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("var", torch.ones(dims))

    def forward(self, x):
        if self.training:
            mean, var = x.mean(0), x.var(0, unbiased=False)
            self.m, self.v = mean.detach(), var.detach()
            self.mean.lerp_(mean.detach(), self.momentum)
            self.var.lerp_(var.detach(), self.momentum)
        else:
            mean, var = self.mean, self.var
        z = (x - mean) / (var + self.eps).sqrt() * self.gamma.exp() + self.beta
        log_det = (self.gamma - 0.5 * (var + self.eps).log()).sum()
        return z, log_det.expand(len(x))

    def inverse(self, z):
        m, v = (self.m, self.v) if self.training else (self.mean, self.var)
        return (z - self.beta) * (-self.gamma).exp() * (v + self.eps).sqrt() + m
