# %% right="chunk and cat"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        onward, aside = x.chunk(2, dim=1)
        z, log_det = self.flow(onward)
        return torch.cat([z, aside], dim=1), log_det

    def inverse(self, z):
        onward, aside = z.chunk(2, dim=1)
        return torch.cat([self.flow.inverse(onward), aside], dim=1)


# %% right="slices of a copy"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        half = x.shape[1] // 2
        z = x.clone()
        z[:, :half], log_det = self.flow(x[:, :half])
        return z, log_det

    def inverse(self, z):
        half = z.shape[1] // 2
        x = z.clone()
        x[:, :half] = self.flow.inverse(z[:, :half])
        return x


# %% right="split, a list, another attribute"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.inner = flow

    def forward(self, x):
        a, b = torch.split(x, x.shape[1] // 2, dim=1)
        out = self.inner(a)
        return torch.concat((out[0], b), 1), out[1] + torch.zeros(len(b))

    def inverse(self, z):
        parts = list(torch.split(z, z.shape[1] // 2, dim=1))
        parts[0] = self.inner.inverse(parts[0])
        return torch.concat(parts, 1)


# %% wrong="what is set aside is dropped" fails="what is set aside stays in z"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        onward, aside = x.chunk(2, dim=1)
        return self.flow(onward)

    def inverse(self, z):
        return self.flow.inverse(z)


# %% wrong="what is set aside is returned beside z" fails="what is set aside stays in z"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        onward, aside = x.chunk(2, dim=1)
        z, log_det = self.flow(onward)
        return (z, aside), log_det

    def inverse(self, z):
        onward, aside = z.chunk(2, dim=1)
        return torch.cat([self.flow.inverse(onward), aside], dim=1)


# %% wrong="its prior counted in log_det" fails="log_det is that of the Jacobian"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        onward, aside = x.chunk(2, dim=1)
        z, log_det = self.flow(onward)
        return torch.cat([z, aside], dim=1), log_det - 0.5 * (aside**2).flatten(1).sum(1)

    def inverse(self, z):
        onward, aside = z.chunk(2, dim=1)
        return torch.cat([self.flow.inverse(onward), aside], dim=1)


# %% wrong="its values counted in log_det" fails="log_det is that of the Jacobian"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        onward, aside = x.chunk(2, dim=1)
        z, log_det = self.flow(onward)
        return torch.cat([z, aside], dim=1), log_det + aside.flatten(1).sum(1)

    def inverse(self, z):
        onward, aside = z.chunk(2, dim=1)
        return torch.cat([self.flow.inverse(onward), aside], dim=1)


# %% wrong="the second half goes on" fails="the first half goes on, the second stays as it is"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        aside, onward = x.chunk(2, dim=1)
        z, log_det = self.flow(onward)
        return torch.cat([aside, z], dim=1), log_det

    def inverse(self, z):
        aside, onward = z.chunk(2, dim=1)
        return torch.cat([aside, self.flow.inverse(onward)], dim=1)


# %% wrong="halves put together in another order" fails="the first half goes on, the second stays as it is"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        onward, aside = x.chunk(2, dim=1)
        z, log_det = self.flow(onward)
        return torch.cat([aside, z], dim=1), log_det

    def inverse(self, z):
        aside, onward = z.chunk(2, dim=1)
        return torch.cat([self.flow.inverse(onward), aside], dim=1)


# %% wrong="both halves go on" fails="the first half goes on, the second stays as it is"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        (a, one), (b, two) = (self.flow(half) for half in x.chunk(2, dim=1))
        return torch.cat([a, b], dim=1), one + two

    def inverse(self, z):
        return torch.cat([self.flow.inverse(half) for half in z.chunk(2, dim=1)], dim=1)


# %% wrong="cut along the rows" fails="the first half goes on, the second stays as it is"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        onward, aside = x.chunk(2, dim=2)
        z, log_det = self.flow(onward)
        return torch.cat([z, aside], dim=2), log_det

    def inverse(self, z):
        onward, aside = z.chunk(2, dim=1)
        return torch.cat([self.flow.inverse(onward), aside], dim=1)


# %% wrong="zeros for what is set aside" fails="the first half goes on, the second stays as it is"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        onward, aside = x.chunk(2, dim=1)
        z, log_det = self.flow(onward)
        return torch.cat([z, 0 * aside], dim=1), log_det

    def inverse(self, z):
        onward, aside = z.chunk(2, dim=1)
        return torch.cat([self.flow.inverse(onward), aside], dim=1)


# %% wrong="one half twice" fails="the first half goes on, the second stays as it is"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        onward, aside = x.chunk(2, dim=1)
        z, log_det = self.flow(onward)
        return torch.cat([z, onward], dim=1), log_det

    def inverse(self, z):
        onward, aside = z.chunk(2, dim=1)
        return torch.cat([self.flow.inverse(onward), aside], dim=1)


# %% wrong="the flow applied again on the way back" fails="the inverse gives x back"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        onward, aside = x.chunk(2, dim=1)
        z, log_det = self.flow(onward)
        return torch.cat([z, aside], dim=1), log_det

    def inverse(self, z):
        onward, aside = z.chunk(2, dim=1)
        return torch.cat([self.flow(onward)[0], aside], dim=1)


# %% wrong="both halves undone" fails="the inverse gives x back"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        onward, aside = x.chunk(2, dim=1)
        z, log_det = self.flow(onward)
        return torch.cat([z, aside], dim=1), log_det

    def inverse(self, z):
        return torch.cat([self.flow.inverse(half) for half in z.chunk(2, dim=1)], dim=1)


# %% wrong="the other half undone" fails="the inverse gives x back"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        onward, aside = x.chunk(2, dim=1)
        z, log_det = self.flow(onward)
        return torch.cat([z, aside], dim=1), log_det

    def inverse(self, z):
        onward, aside = z.chunk(2, dim=1)
        return torch.cat([onward, self.flow.inverse(aside)], dim=1)


# %% wrong="nothing undone" fails="the inverse gives x back"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        onward, aside = x.chunk(2, dim=1)
        z, log_det = self.flow(onward)
        return torch.cat([z, aside], dim=1), log_det

    def inverse(self, z):
        return z


# %% wrong="log_det zero" fails="log_det is that of the Jacobian"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        onward, aside = x.chunk(2, dim=1)
        z, _ = self.flow(onward)
        return torch.cat([z, aside], dim=1), x.new_zeros(len(x))

    def inverse(self, z):
        onward, aside = z.chunk(2, dim=1)
        return torch.cat([self.flow.inverse(onward), aside], dim=1)


# %% wrong="log_det doubled" fails="log_det is that of the Jacobian"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        onward, aside = x.chunk(2, dim=1)
        z, log_det = self.flow(onward)
        return torch.cat([z, aside], dim=1), 2 * log_det

    def inverse(self, z):
        onward, aside = z.chunk(2, dim=1)
        return torch.cat([self.flow.inverse(onward), aside], dim=1)


# %% wrong="a fixed number of channels" fails="any even number of channels"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def forward(self, x):
        onward, aside = x[:, :2], x[:, 2:]
        z, log_det = self.flow(onward)
        return torch.cat([z, aside], dim=1), log_det

    def inverse(self, z):
        return torch.cat([self.flow.inverse(z[:, :2]), z[:, 2:]], dim=1)


# %% wrong="hidden in a list" fails="the inner flow's parameters are known"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.hidden = [flow]

    def forward(self, x):
        onward, aside = x.chunk(2, dim=1)
        z, log_det = self.hidden[0](onward)
        return torch.cat([z, aside], dim=1), log_det

    def inverse(self, z):
        onward, aside = z.chunk(2, dim=1)
        return torch.cat([self.hidden[0].inverse(onward), aside], dim=1)


# %% right="split sizes, and a tensor to write into"
class FactorOut(nn.Module):
    def __init__(self, flow):
        super().__init__()
        self.flow = flow

    def apart(self, x):
        return x.split([x.shape[1] // 2] * 2, dim=1)

    def forward(self, x):
        out = torch.empty_like(x)
        out[:, : x.shape[1] // 2], log_det = self.flow(self.apart(x)[0])
        out[:, x.shape[1] // 2 :] = self.apart(x)[1]
        return out, log_det

    def inverse(self, z):
        return torch.hstack([self.flow.inverse(self.apart(z)[0]), self.apart(z)[1]])
