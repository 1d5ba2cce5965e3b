# %% right="two logarithms"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.log() - (1 - y).log(), (math.log(1 - 2 * self.alpha) - y.log() - (1 - y).log()).flatten(1).sum(1)

    def inverse(self, z):
        return (z.sigmoid() - self.alpha) / (1 - 2 * self.alpha)


# %% right="torch's logit, and softplus for the slope"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        z = torch.logit(y)
        slope = F.softplus(z) + F.softplus(-z) + math.log(1 - 2 * self.alpha)
        return z, slope.reshape(len(v), -1).sum(-1)

    def inverse(self, z):
        y = 1 / (1 + torch.exp(-z))
        return (y - self.alpha) / (1 - 2 * self.alpha)


# %% right="the slope by its formula, a product"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        scale = 1 - 2 * self.alpha
        y = v * scale + self.alpha
        return (y / (1 - y)).log(), (scale / (y * (1 - y))).log().sum(dim=tuple(range(1, v.ndim)))

    def inverse(self, z):
        y = torch.sigmoid(z)
        return 0.5 + (y - 0.5) / (1 - 2 * self.alpha)


# %% right="D times the pull"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        log_det = -(y * (1 - y)).log().flatten(1).sum(1)
        return torch.special.logit(y), log_det + v[0].numel() * math.log(1 - 2 * self.alpha)

    def inverse(self, z):
        return (0.5 + 0.5 * (z / 2).tanh() - self.alpha) / (1 - 2 * self.alpha)


# %% wrong="no pull" fails="the logit of pixels that were pulled inwards"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = v
        return y.log() - (1 - y).log(), (-y.log() - (1 - y).log()).flatten(1).sum(1)

    def inverse(self, z):
        return z.sigmoid()


# %% wrong="a one-sided pull" fails="the logit of pixels that were pulled inwards"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - self.alpha) * v
        return y.log() - (1 - y).log(), (math.log(1 - self.alpha) - y.log() - (1 - y).log()).flatten(1).sum(1)

    def inverse(self, z):
        return (z.sigmoid() - self.alpha) / (1 - self.alpha)


# %% wrong="the logit's sign" fails="the logit of pixels that were pulled inwards"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return -(y.log() - (1 - y).log()), (math.log(1 - 2 * self.alpha) - y.log() - (1 - y).log()).flatten(1).sum(1)

    def inverse(self, z):
        return ((-z).sigmoid() - self.alpha) / (1 - 2 * self.alpha)


# %% wrong="the logistic function for the logit" fails="the logit of pixels that were pulled inwards"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.sigmoid(), (math.log(1 - 2 * self.alpha) - y.log() - (1 - y).log()).flatten(1).sum(1)

    def inverse(self, z):
        return (z.sigmoid() - self.alpha) / (1 - 2 * self.alpha)


# %% wrong="only the pull" fails="the logit of pixels that were pulled inwards"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y, (math.log(1 - 2 * self.alpha) - y.log() - (1 - y).log()).flatten(1).sum(1)

    def inverse(self, z):
        return (z.sigmoid() - self.alpha) / (1 - 2 * self.alpha)


# %% wrong="log_det without the pull" fails="log_det is that of the Jacobian"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.log() - (1 - y).log(), (-y.log() - (1 - y).log()).flatten(1).sum(1)

    def inverse(self, z):
        return (z.sigmoid() - self.alpha) / (1 - 2 * self.alpha)


# %% wrong="log_det with the pull once" fails="log_det is that of the Jacobian"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.log() - (1 - y).log(), (-y.log() - (1 - y).log()).flatten(1).sum(1) + math.log(1 - 2 * self.alpha)

    def inverse(self, z):
        return (z.sigmoid() - self.alpha) / (1 - 2 * self.alpha)


# %% wrong="log_det with the wrong sign" fails="log_det is that of the Jacobian"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.log() - (1 - y).log(), -(math.log(1 - 2 * self.alpha) - y.log() - (1 - y).log()).flatten(1).sum(1)

    def inverse(self, z):
        return (z.sigmoid() - self.alpha) / (1 - 2 * self.alpha)


# %% wrong="the slope's sign" fails="log_det is that of the Jacobian"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.log() - (1 - y).log(), (math.log(1 - 2 * self.alpha) + y.log() + (1 - y).log()).flatten(1).sum(1)

    def inverse(self, z):
        return (z.sigmoid() - self.alpha) / (1 - 2 * self.alpha)


# %% wrong="the slope at v" fails="log_det is that of the Jacobian"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.log() - (1 - y).log(), (
            math.log(1 - 2 * self.alpha) - (v + 1e-6).log() - (1 - v + 1e-6).log()
        ).flatten(1).sum(1)

    def inverse(self, z):
        return (z.sigmoid() - self.alpha) / (1 - 2 * self.alpha)


# %% wrong="half of the slope" fails="log_det is that of the Jacobian"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.log() - (1 - y).log(), (math.log(1 - 2 * self.alpha) - y.log()).flatten(1).sum(1)

    def inverse(self, z):
        return (z.sigmoid() - self.alpha) / (1 - 2 * self.alpha)


# %% wrong="log_det averaged" fails="log_det is that of the Jacobian"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.log() - (1 - y).log(), (math.log(1 - 2 * self.alpha) - y.log() - (1 - y).log()).flatten(1).mean(1)

    def inverse(self, z):
        return (z.sigmoid() - self.alpha) / (1 - 2 * self.alpha)


# %% wrong="log_det per value" fails="z and one log_det per image"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.log() - (1 - y).log(), (math.log(1 - 2 * self.alpha) - y.log() - (1 - y).log())

    def inverse(self, z):
        return (z.sigmoid() - self.alpha) / (1 - 2 * self.alpha)


# %% wrong="log_det of the batch" fails="z and one log_det per image"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.log() - (1 - y).log(), (math.log(1 - 2 * self.alpha) - y.log() - (1 - y).log()).sum()

    def inverse(self, z):
        return (z.sigmoid() - self.alpha) / (1 - 2 * self.alpha)


# %% wrong="the logistic cost not cancelled" fails="uniform pixels cost log2(K) bits, and the pull"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.log() - (1 - y).log(), (math.log(1 - 2 * self.alpha) - y.log()).flatten(1).sum(1)

    def inverse(self, z):
        return (z.sigmoid() - self.alpha) / (1 - 2 * self.alpha)


# %% wrong="the pull not undone" fails="the inverse gives v back"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.log() - (1 - y).log(), (math.log(1 - 2 * self.alpha) - y.log() - (1 - y).log()).flatten(1).sum(1)

    def inverse(self, z):
        return z.sigmoid()


# %% wrong="the pull undone in the wrong order" fails="the inverse gives v back"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.log() - (1 - y).log(), (math.log(1 - 2 * self.alpha) - y.log() - (1 - y).log()).flatten(1).sum(1)

    def inverse(self, z):
        return z.sigmoid() / (1 - 2 * self.alpha) - self.alpha


# %% wrong="the pull applied again" fails="the inverse gives v back"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.log() - (1 - y).log(), (math.log(1 - 2 * self.alpha) - y.log() - (1 - y).log()).flatten(1).sum(1)

    def inverse(self, z):
        return self.alpha + (1 - 2 * self.alpha) * z.sigmoid()


# %% wrong="no logistic function" fails="the inverse gives v back"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.log() - (1 - y).log(), (math.log(1 - 2 * self.alpha) - y.log() - (1 - y).log()).flatten(1).sum(1)

    def inverse(self, z):
        return (z - self.alpha) / (1 - 2 * self.alpha)


# %% wrong="the exponential for the logistic function" fails="the inverse gives v back"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.log() - (1 - y).log(), (math.log(1 - 2 * self.alpha) - y.log() - (1 - y).log()).flatten(1).sum(1)

    def inverse(self, z):
        return (z.exp() - self.alpha) / (1 - 2 * self.alpha)


# %% wrong="the logit on the way back" fails="the inverse gives v back"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.log() - (1 - y).log(), (math.log(1 - 2 * self.alpha) - y.log() - (1 - y).log()).flatten(1).sum(1)

    def inverse(self, z):
        y = z.clamp(0.01, 0.99)
        return ((y / (1 - y)).log() - self.alpha) / (1 - 2 * self.alpha)


# %% wrong="an exponential that overflows" fails="z comes back, and far noise stays finite"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        return y.log() - (1 - y).log(), (math.log(1 - 2 * self.alpha) - y.log() - (1 - y).log()).flatten(1).sum(1)

    def inverse(self, z):
        return (z.float().exp() / (1 + z.float().exp()) - self.alpha) / (1 - 2 * self.alpha)


# %% wrong="a constant of its own for alpha" fails="the logit of pixels that were pulled inwards"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = 0.05 + (1 - 2 * 0.05) * v
        return y.log() - (1 - y).log(), (math.log(1 - 2 * 0.05) - y.log() - (1 - y).log()).flatten(1).sum(1)

    def inverse(self, z):
        return (z.sigmoid() - 0.05) / (1 - 2 * 0.05)


# %% wrong="clamped instead of pulled" fails="the logit of pixels that were pulled inwards"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = v.clamp(self.alpha, 1 - self.alpha)
        return y.log() - (1 - y).log(), (-y.log() - (1 - y).log()).flatten(1).sum(1)

    def inverse(self, z):
        return z.sigmoid()


# %% right="torch's transforms"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        parts = torch.distributions.transforms
        self.map = parts.ComposeTransform([parts.AffineTransform(alpha, 1 - 2 * alpha), parts.SigmoidTransform().inv])

    def forward(self, v):
        z = self.map(v)
        return z, self.map.log_abs_det_jacobian(v, z).flatten(1).sum(1)

    def inverse(self, z):
        return self.map.inv(z)


# %% wrong="v cut off at 0 and 1 on the way back" fails="z comes back, and far noise stays finite"
class Logit(nn.Module):
    def __init__(self, alpha):
        super().__init__()
        self.alpha = alpha

    def forward(self, v):
        y = self.alpha + (1 - 2 * self.alpha) * v
        slope = math.log(1 - 2 * self.alpha) - y.log() - (1 - y).log()
        return y.log() - (1 - y).log(), slope.flatten(1).sum(1)

    def inverse(self, z):
        return ((z.sigmoid() - self.alpha) / (1 - 2 * self.alpha)).clamp(0, 1)
