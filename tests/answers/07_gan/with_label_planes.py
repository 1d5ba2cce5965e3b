# %% right="einsum with ones"
def with_label_planes(x, y):
    ones = torch.ones(x.shape[2:], dtype=y.dtype)
    return torch.cat([x, torch.einsum("bk,hw->bkhw", y, ones)], 1)


# %% right="repeat"
def with_label_planes(x, y):
    height, width = x.shape[-2:]
    return torch.cat((x, y.unsqueeze(-1).unsqueeze(-1).repeat(1, 1, height, width)), dim=1)


# %% right="filled in place"
def with_label_planes(x, y):
    batch, channels, height, width = x.shape
    out = torch.empty(batch, channels + y.shape[1], height, width, dtype=x.dtype)
    out[:, :channels] = x
    out[:, channels:] = y.view(batch, -1, 1, 1)
    return out


# %% right="labels times ones"
def with_label_planes(x, y):
    return torch.cat((x, y[..., None, None] * torch.ones_like(x[:, :1])), 1)


# %% right="filled in"
def with_label_planes(x, y):
    out = x.new_zeros(len(x), x.shape[1] + y.shape[1], *x.shape[2:])
    out[:, : x.shape[1]] = x
    out[:, x.shape[1] :] += y[:, :, None, None]
    return out


# %% wrong="planes first" fails="the image comes first, unchanged"
def with_label_planes(x, y):
    planes = y[:, :, None, None].expand(-1, -1, *x.shape[2:])
    return torch.cat([planes, x], dim=1)


# %% wrong="planes alone" fails="C + K channels"
def with_label_planes(x, y):
    return y[:, :, None, None].expand(-1, -1, *x.shape[2:])


# %% wrong="side by side in the batch" fails="C + K channels"
def with_label_planes(x, y):
    planes = y[:, :, None, None].expand(-1, -1, *x.shape[2:])
    return torch.cat([x, planes], dim=0) if planes.shape[1] == x.shape[1] else x


# %% wrong="one plane with the class's number" fails="C + K channels"
def with_label_planes(x, y):
    number = y.argmax(1).to(x.dtype)[:, None, None, None].expand(-1, 1, *x.shape[2:])
    return torch.cat([x, number], dim=1)


# %% wrong="added to the image" fails="C + K channels"
def with_label_planes(x, y):
    return x + y.sum(1)[:, None, None, None]


# %% wrong="weights hardened" fails="each plane holds its class's weight"
def with_label_planes(x, y):
    hard = torch.zeros_like(y)
    if y.shape[1]:
        hard[torch.arange(len(y)), y.argmax(1)] = 1
    return torch.cat([x, hard[:, :, None, None].expand(-1, -1, *x.shape[2:])], dim=1)


# %% wrong="a softmax on the weights" fails="each plane holds its class's weight"
def with_label_planes(x, y):
    return torch.cat([x, y.softmax(1)[:, :, None, None].expand(-1, -1, *x.shape[2:])], dim=1)


# %% wrong="the first image's label for all" fails="each plane holds its class's weight"
def with_label_planes(x, y):
    planes = y[:1, :, None, None].expand(len(x), -1, *x.shape[2:])
    return torch.cat([x, planes], dim=1)


# %% wrong="only the corner of a plane" fails="each plane holds its class's weight"
def with_label_planes(x, y):
    planes = x.new_zeros(len(x), y.shape[1], *x.shape[2:])
    planes[:, :, 0, 0] = y
    return torch.cat([x, planes], dim=1)


# %% wrong="transposed where that fits" fails="sizes that could be confused"
def with_label_planes(x, y):
    y = y.T if len(y) == y.shape[1] else y
    return torch.cat([x, y[:, :, None, None].expand(-1, -1, *x.shape[2:])], dim=1)


# %% wrong="centred weights" fails="each plane holds its class's weight"
def with_label_planes(x, y):
    planes = (2 * y - 1)[:, :, None, None].expand(-1, -1, *x.shape[2:])
    return torch.cat([x, planes], dim=1)


# %% wrong="the label replaces a channel" fails="C + K channels"
def with_label_planes(x, y):
    planes = y[:, :, None, None].expand(-1, -1, *x.shape[2:])
    return torch.cat([x[:, 1:], planes], dim=1)


# %% wrong="without a graph" fails="the image passes its gradient on"
@torch.no_grad()
def with_label_planes(x, y):
    return torch.cat([x, y[:, :, None, None].expand(-1, -1, *x.shape[2:])], 1)
