# %% right="ones in the first half"
def channel_mask(channels):
    if channels < 2:
        raise ValueError("too few")
    mask = torch.zeros(channels, 1, 1)
    mask[: channels // 2] = 1
    return mask


# %% right="a comparison"
def channel_mask(channels):
    if channels < 2:
        raise ValueError("too few")
    return (torch.arange(channels) < channels // 2).float().reshape(-1, 1, 1)


# %% right="two parts"
def channel_mask(channels):
    if channels < 2:
        raise ValueError("too few")
    stays = channels // 2
    return torch.cat([torch.ones(stays, 1, 1), torch.zeros(channels - stays, 1, 1)]).double()


# %% right="an empty half found out"
def channel_mask(channels):
    stays = int(channels / 2)
    if stays == 0:
        raise ValueError(f"{channels} channels cannot be cut")
    return torch.tensor([1.0] * stays + [0.0] * (channels - stays))[:, None, None]


# %% wrong="the second half stays" fails="the first half stays"
def channel_mask(channels):
    if channels < 2:
        raise ValueError("too few")
    mask = torch.ones(channels, 1, 1)
    mask[: channels // 2] = 0
    return mask


# %% wrong="every other channel" fails="the first half stays"
def channel_mask(channels):
    if channels < 2:
        raise ValueError("too few")
    mask = torch.zeros(channels, 1, 1)
    mask[::2] = 1
    return mask


# %% wrong="only the first channel" fails="the first half stays"
def channel_mask(channels):
    if channels < 2:
        raise ValueError("too few")
    mask = torch.zeros(channels, 1, 1)
    mask[0] = 1
    return mask


# %% wrong="all channels" fails="the first half stays"
def channel_mask(channels):
    if channels < 2:
        raise ValueError("too few")
    return torch.ones(channels, 1, 1)


# %% wrong="none" fails="the first half stays"
def channel_mask(channels):
    if channels < 2:
        raise ValueError("too few")
    return torch.zeros(channels, 1, 1)


# %% wrong="the larger half stays" fails="an odd number of channels"
def channel_mask(channels):
    if channels < 2:
        raise ValueError("too few")
    mask = torch.zeros(channels, 1, 1)
    mask[: (channels + 1) // 2] = 1
    return mask


# %% wrong="one channel taken" fails="one channel is refused"
def channel_mask(channels):
    mask = torch.zeros(channels, 1, 1)
    mask[: channels // 2] = 1
    return mask


# %% wrong="one channel kept whole" fails="one channel is refused"
def channel_mask(channels):
    mask = torch.zeros(channels, 1, 1)
    mask[: max(1, channels // 2)] = 1
    return mask


# %% wrong="another error" fails="one channel is refused"
def channel_mask(channels):
    assert channels >= 2
    mask = torch.zeros(channels, 1, 1)
    mask[: channels // 2] = 1
    return mask


# %% wrong="the error returned" fails="one channel is refused"
def channel_mask(channels):
    if channels < 2:
        return ValueError("too few")
    mask = torch.zeros(channels, 1, 1)
    mask[: channels // 2] = 1
    return mask


# %% wrong="two channels refused" fails="the shape is (C, 1, 1)"
def channel_mask(channels):
    if channels <= 2:
        raise ValueError("too few")
    mask = torch.zeros(channels, 1, 1)
    mask[: channels // 2] = 1
    return mask


# %% wrong="a flat mask" fails="the shape is (C, 1, 1)"
def channel_mask(channels):
    if channels < 2:
        raise ValueError("too few")
    mask = torch.zeros(channels)
    mask[: channels // 2] = 1
    return mask


# %% wrong="a batch in front" fails="the shape is (C, 1, 1)"
def channel_mask(channels):
    if channels < 2:
        raise ValueError("too few")
    mask = torch.zeros(1, channels, 1, 1)
    mask[:, : channels // 2] = 1
    return mask


# %% wrong="truth values" fails="numbers, not truth values"
def channel_mask(channels):
    if channels < 2:
        raise ValueError("too few")
    return (torch.arange(channels) < channels // 2)[:, None, None]


# %% right="an error of its own kind, and repeated entries"
class TooFewChannels(ValueError):
    pass


def channel_mask(channels):
    half, rest = divmod(channels, 2)
    if not half:
        raise TooFewChannels(f"{channels} channels cannot be cut in two")
    return torch.tensor([1.0, 0.0]).repeat_interleave(torch.tensor([half, half + rest]))[:, None, None]


# %% wrong="an assertion that talks about a ValueError" fails="one channel is refused"
def channel_mask(channels):
    assert channels >= 2, "ValueError: too few channels"
    mask = torch.zeros(channels, 1, 1)
    mask[: channels // 2] = 1
    return mask
