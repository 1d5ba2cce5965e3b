# %% right="copied into zeros"
def shift(x, down=0, right=0):
    moved = torch.zeros_like(x)
    moved[:, :, down:, right:] = x[:, :, : x.shape[2] - down, : x.shape[3] - right]
    return moved


# %% right="rolled, and what came round set to zero"
def shift(x, down=0, right=0):
    moved = x.roll((down, right), dims=(-2, -1)).clone()
    moved[..., :down, :] = 0
    moved[..., :right] = 0
    return moved


# %% right="zeros glued on, and what sticks out cut off"
def shift(x, down=0, right=0):
    batch, channels, height, width = x.shape
    tall = torch.cat([x.new_zeros(batch, channels, down, width), x], dim=2)[:, :, :height]
    return torch.cat([tall.new_zeros(batch, channels, height, right), tall], dim=3)[:, :, :, :width]


# %% right="negative padding crops, in single precision"
def shift(x, down=0, right=0):
    return F.pad(x.float(), (right, -right, down, -down))


# %% right="products with two shift matrices"
def shift(x, down=0, right=0):
    rows = torch.eye(x.shape[-2], dtype=x.dtype).roll(down, 0).tril(-down)
    columns = torch.eye(x.shape[-1], dtype=x.dtype).roll(right, 0).tril(-right)
    return torch.einsum("ij,bcjk,lk->bcil", rows, x, columns)


# %% right="pixel by pixel"
def shift(x, down=0, right=0):
    height, width = x.shape[-2:]
    zero = torch.zeros_like(x[..., 0, 0])
    rows = []
    for i in range(height):
        inside = [i >= down and j >= right for j in range(width)]
        rows.append(torch.stack([x[..., i - down, j - right] if inside[j] else zero for j in range(width)], -1))
    return torch.stack(rows, -2)


# %% wrong="moves up and to the left" fails="moves down"
def shift(x, down=0, right=0):
    return F.pad(x, (0, right, 0, down))[..., down:, right:]


# %% wrong="roll: what leaves comes in again" fails="moves down"
def shift(x, down=0, right=0):
    return x.roll((down, right), dims=(-2, -1))


# %% wrong="roll, and the wrong rows set to zero" fails="moves down"
def shift(x, down=0, right=0):
    moved = x.roll((down, right), dims=(-2, -1)).clone()
    moved[..., x.shape[-2] - down :, :] = 0
    moved[..., x.shape[-1] - right :] = 0
    return moved


# %% wrong="rows and columns mixed up" fails="moves down"
def shift(x, down=0, right=0):
    return F.pad(x, (down, 0, right, 0))[..., : x.shape[-2], : x.shape[-1]]


# %% wrong="the wrong order of paddings, and the cut at the wrong end" fails="moves down"
def shift(x, down=0, right=0):
    return F.pad(x, (right, 0, down, 0))[..., down:, right:]


# %% wrong="not cut: the image grows" fails="moves down"
def shift(x, down=0, right=0):
    return F.pad(x, (right, 0, down, 0))


# %% wrong="padded on all sides" fails="moves down"
def shift(x, down=0, right=0):
    return F.pad(x, (right, right, down, down))


# %% wrong="the border repeated instead of zeros" fails="moves down"
def shift(x, down=0, right=0):
    return F.pad(x, (right, 0, down, 0), mode="replicate")[..., : x.shape[-2], : x.shape[-1]]


# %% wrong="the border reflected instead of zeros" fails="moves down"
def shift(x, down=0, right=0):
    return F.pad(x, (right, 0, down, 0), mode="reflect")[..., : x.shape[-2], : x.shape[-1]]


# %% wrong="down only" fails="moves to the right"
def shift(x, down=0, right=0):
    return F.pad(x, (0, 0, down, 0))[..., : x.shape[-2], :]


# %% wrong="to the left" fails="moves to the right"
def shift(x, down=0, right=0):
    return F.pad(x, (0, right, down, 0))[..., : x.shape[-2], right:]


# %% wrong="rows cut, columns not" fails="moves to the right"
def shift(x, down=0, right=0):
    return F.pad(x, (right, 0, down, 0))[..., : x.shape[-2], :]


# %% wrong="columns come round again" fails="moves to the right"
def shift(x, down=0, right=0):
    return F.pad(x, (0, 0, down, 0))[..., : x.shape[-2], :].roll(right, -1)


# %% wrong="by one, whatever was asked for" fails="moves both ways, and any distance"
def shift(x, down=0, right=0):
    if down:
        x = F.pad(x, (0, 0, 1, 0))[..., :-1, :]
    if right:
        x = F.pad(x, (1, 0))[..., :-1]
    return x


# %% wrong="either down or to the right" fails="moves both ways, and any distance"
def shift(x, down=0, right=0):
    if down:
        return F.pad(x, (0, 0, down, 0))[..., : x.shape[-2], :]
    return F.pad(x, (right, 0))[..., : x.shape[-1]]


# %% wrong="a slice that ends at minus 0" fails="no shift changes nothing"
def shift(x, down=0, right=0):
    if down:
        x = F.pad(x, (0, 0, down, 0))[..., :-down, :]
    return F.pad(x, (right, 0))[..., :-right] if right or not down else x


# %% wrong="both slices end at minus the distance" fails="moves down"
def shift(x, down=0, right=0):
    return F.pad(x, (right, 0, down, 0))[..., :-down, :-right]


# %% wrong="no gradient: through NumPy" fails="a gradient passes"
def shift(x, down=0, right=0):
    moved = torch.zeros_like(x).detach().numpy()
    moved[..., down:, right:] = x.detach().numpy()[..., : x.shape[-2] - down, : x.shape[-1] - right]
    return torch.from_numpy(moved)


# %% wrong="no gradient: through .data" fails="a gradient passes"
def shift(x, down=0, right=0):
    return F.pad(x.data, (right, 0, down, 0))[..., : x.shape[-2], : x.shape[-1]]
