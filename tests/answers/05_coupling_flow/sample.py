# %% right="floor and clamp"
def sample(flow, z, levels):
    with torch.no_grad():
        return (flow.inverse(z) * levels).floor().long().clamp(0, levels - 1)


# %% right="clamped first"
def sample(flow, z, levels):
    v = flow.inverse(z).detach().clamp(0, 1)
    return (v * levels).to(torch.int64).clamp(max=levels - 1)


# %% right="counting edges"
def sample(flow, z, levels):
    v = flow.inverse(z).detach()
    edges = torch.arange(1, levels, dtype=v.dtype) / levels
    return torch.bucketize(v, edges, right=True)


# %% right="a division that rounds down, in single precision"
def sample(flow, z, levels):
    v = flow.inverse(z).detach().float()
    level = torch.div(v, 1 / levels, rounding_mode="floor")
    return torch.minimum(torch.maximum(level, torch.zeros(())), torch.tensor(levels - 1.0)).long()


# %% wrong="rounded to the nearest" fails="each value gets the level of its interval"
def sample(flow, z, levels):
    return (flow.inverse(z) * levels).round().long().clamp(0, levels - 1)


# %% wrong="rounded after scaling by the largest level" fails="each value gets the level of its interval"
def sample(flow, z, levels):
    return (flow.inverse(z) * (levels - 1)).round().long().clamp(0, levels - 1)


# %% wrong="scaled by the largest level" fails="each value gets the level of its interval"
def sample(flow, z, levels):
    return (flow.inverse(z) * (levels - 1)).floor().long().clamp(0, levels - 1)


# %% wrong="rounded up" fails="each value gets the level of its interval"
def sample(flow, z, levels):
    return (flow.inverse(z) * levels).ceil().long().clamp(0, levels - 1)


# %% wrong="forwards" fails="each value gets the level of its interval"
def sample(flow, z, levels):
    return (flow(z)[0] * levels).floor().long().clamp(0, levels - 1)


# %% wrong="no flow" fails="each value gets the level of its interval"
def sample(flow, z, levels):
    return (z * levels).floor().long().clamp(0, levels - 1)


# %% wrong="no clamp" fails="values outside take the nearest level"
def sample(flow, z, levels):
    return (flow.inverse(z) * levels).floor().long()


# %% wrong="clamped below only" fails="values outside take the nearest level"
def sample(flow, z, levels):
    return (flow.inverse(z) * levels).floor().long().clamp(min=0)


# %% wrong="clamped above only" fails="values outside take the nearest level"
def sample(flow, z, levels):
    return (flow.inverse(z) * levels).floor().long().clamp(max=levels - 1)


# %% wrong="clamped to the number of levels" fails="values outside take the nearest level"
def sample(flow, z, levels):
    return (flow.inverse(z) * levels).floor().long().clamp(0, levels)


# %% wrong="clamped to [0, 1] first and last, so that white runs over" fails="values outside take the nearest level"
def sample(flow, z, levels):
    return (flow.inverse(z).clamp(0, 1) * levels).floor().long()


# %% wrong="256 for every image" fails="each value gets the level of its interval"
def sample(flow, z, levels):
    return (flow.inverse(z) * 256).floor().long().clamp(0, levels - 1)


# %% wrong="five levels for every image" fails="any number of levels"
def sample(flow, z, levels):
    return (flow.inverse(z) * 5).floor().long().clamp(0, 4)


# %% wrong="real numbers" fails="levels are int64"
def sample(flow, z, levels):
    return (flow.inverse(z).detach() * levels).floor().clamp(0, levels - 1)


# %% wrong="bytes" fails="levels are int64"
def sample(flow, z, levels):
    return (flow.inverse(z) * levels).floor().clamp(0, levels - 1).to(torch.uint8)


# %% wrong="v itself" fails="each value gets the level of its interval"
def sample(flow, z, levels):
    return flow.inverse(z).detach()


# %% wrong="wrapped around" fails="values outside take the nearest level"
def sample(flow, z, levels):
    return (flow.inverse(z) * levels).floor().long() % levels


# %% wrong="the last interval lost" fails="the first and the last interval"
def sample(flow, z, levels):
    return (
        (flow.inverse(z) * levels)
        .floor()
        .long()
        .clamp(0, levels - 1)
        .where(flow.inverse(z) < 0.9995, torch.tensor(levels - 2))
    )


# %% right="counting the levels below"
def sample(flow, z, levels, *, inverse=None):
    v = (inverse or flow.inverse)(z)
    edges = torch.arange(1, levels).to(v) / levels
    return (v[..., None] >= edges).sum(-1)


# %% wrong="clamped to .99, which is white for few levels only" fails="the first and the last interval"
def sample(flow, z, levels):
    return (flow.inverse(z).clamp(0, 0.99) * levels).long()
