# %% right="chunk"
def scale_and_shift(h, mask, factor):
    raw_scale, shift = h.chunk(2, dim=1)
    return (1 - mask) * factor * raw_scale.tanh(), (1 - mask) * shift


# %% right="slices"
def scale_and_shift(h, mask, factor):
    half = h.shape[1] // 2
    free = 1 - mask
    s = torch.tanh(h[:, :half]) * free * factor
    return s, h[:, half:] * free


# %% right="where, and a tanh made of a sigmoid"
def scale_and_shift(h, mask, factor):
    raw_scale, shift = h.split(h.shape[1] // 2, dim=1)
    zero = torch.zeros_like(shift)
    open_ = mask == 0
    s = torch.where(open_, factor * (2 * torch.sigmoid(2 * raw_scale) - 1), zero)
    return s, torch.where(open_, shift, zero)


# %% right="in single precision, as a list"
def scale_and_shift(h, mask, factor):
    first, second = torch.tensor_split(h.float(), 2, dim=1)
    free = (1 - mask).float()
    return [factor.float() * torch.tanh(first * free), second * free]


# %% wrong="no factor" fails="the log-scale"
def scale_and_shift(h, mask, factor):
    a, b = h.chunk(2, dim=1)
    return (1 - mask) * a.tanh(), (1 - mask) * b


# %% wrong="the factor inside" fails="the log-scale"
def scale_and_shift(h, mask, factor):
    a, b = h.chunk(2, dim=1)
    return (1 - mask) * (factor * a).tanh(), (1 - mask) * b


# %% wrong="no tanh" fails="huge outputs stay harmless"
def scale_and_shift(h, mask, factor):
    a, b = h.chunk(2, dim=1)
    return (1 - mask) * factor * a, (1 - mask) * b


# %% wrong="clamped for squashed" fails="the log-scale"
def scale_and_shift(h, mask, factor):
    a, b = h.chunk(2, dim=1)
    return (1 - mask) * factor * a.clamp(-1, 1), (1 - mask) * b


# %% wrong="the halves exchanged" fails="the log-scale"
def scale_and_shift(h, mask, factor):
    b, a = h.chunk(2, dim=1)
    return (1 - mask) * factor * a.tanh(), (1 - mask) * b


# %% wrong="even and odd channels" fails="the log-scale"
def scale_and_shift(h, mask, factor):
    a, b = h[:, 0::2], h[:, 1::2]
    return (1 - mask) * factor * a.tanh(), (1 - mask) * b


# %% wrong="a sigmoid" fails="the log-scale"
def scale_and_shift(h, mask, factor):
    a, b = h.chunk(2, dim=1)
    return (1 - mask) * factor * a.sigmoid(), (1 - mask) * b


# %% wrong="the scale, not its logarithm" fails="the log-scale"
def scale_and_shift(h, mask, factor):
    a, b = h.chunk(2, dim=1)
    return (1 - mask) * (factor * a.tanh()).exp(), (1 - mask) * b


# %% wrong="masked the wrong way round" fails="both are 0 where the mask is 1"
def scale_and_shift(h, mask, factor):
    a, b = h.chunk(2, dim=1)
    return mask * factor * a.tanh(), mask * b


# %% wrong="not masked" fails="both are 0 where the mask is 1"
def scale_and_shift(h, mask, factor):
    a, b = h.chunk(2, dim=1)
    return factor * a.tanh(), b


# %% wrong="only the scale masked" fails="both are 0 where the mask is 1"
def scale_and_shift(h, mask, factor):
    a, b = h.chunk(2, dim=1)
    return (1 - mask) * factor * a.tanh(), b


# %% wrong="only the shift masked" fails="both are 0 where the mask is 1"
def scale_and_shift(h, mask, factor):
    a, b = h.chunk(2, dim=1)
    return factor * a.tanh(), (1 - mask) * b


# %% wrong="the shift bounded too" fails="the shift"
def scale_and_shift(h, mask, factor):
    a, b = ((1 - mask) * factor * half.tanh() for half in h.chunk(2, dim=1))
    return a, b


# %% wrong="the shift squashed" fails="the shift"
def scale_and_shift(h, mask, factor):
    a, b = h.chunk(2, dim=1)
    return (1 - mask) * factor * a.tanh(), (1 - mask) * b.tanh()


# %% wrong="cut along the batch" fails="s and t, half as many channels each"
def scale_and_shift(h, mask, factor):
    a, b = h.chunk(2, dim=0)
    return (1 - mask) * factor * a.tanh(), (1 - mask) * b


# %% wrong="cut along the last dimension" fails="s and t, half as many channels each"
def scale_and_shift(h, mask, factor):
    a, b = h.chunk(2, dim=-1)
    return factor * a.tanh(), b


# %% wrong="only s" fails="s and t, half as many channels each"
def scale_and_shift(h, mask, factor):
    a, b = h.chunk(2, dim=1)
    return (1 - mask) * factor * a.tanh()


# %% wrong="the factor as a number" fails="a gradient reaches the network and the factor"
def scale_and_shift(h, mask, factor):
    a, b = h.chunk(2, dim=1)
    return (1 - mask) * factor.item() * a.tanh(), (1 - mask) * b


# %% wrong="detached" fails="a gradient reaches the network and the factor"
def scale_and_shift(h, mask, factor):
    a, b = h.chunk(2, dim=1)
    return (1 - mask) * factor * a.detach().tanh(), (1 - mask) * b


# %% wrong="a softsign" fails="the log-scale"
def scale_and_shift(h, mask, factor):
    a, b = h.chunk(2, dim=1)
    return (1 - mask) * factor * F.softsign(a), (1 - mask) * b


# %% wrong="the exponential of the factor" fails="the log-scale"
def scale_and_shift(h, mask, factor):
    a, b = h.chunk(2, dim=1)
    return (1 - mask) * factor.exp() * a.tanh(), (1 - mask) * b


# %% right="unflattened, zeros written in place"
def scale_and_shift(h, mask, factor):
    raw = h.unflatten(1, (2, -1)).clone()
    s, t = raw.unbind(1)
    s, t = torch.tanh(s).mul(factor), t.clone()
    stays = mask.bool().expand_as(t)
    s[stays], t[stays] = 0, 0
    return s, t
