# %% right="mask kept as a buffer"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask.to(self.weight.dtype))

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)


# %% right="hidden weights overwritten before every pass"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding="same")
        self.register_buffer("mask", mask.clone())

    def forward(self, x):
        self.weight.data *= self.mask
        return super().forward(x)


# %% right="windows cut out and summed"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns))
        self.register_buffer("hidden", mask == 0)

    def forward(self, x):
        batch, _, height, width = x.shape
        rows, columns = self.kernel_size
        windows = F.unfold(x, self.kernel_size, padding=(rows // 2, columns // 2))
        weight = self.weight.masked_fill(self.hidden, 0).flatten(1)
        return (weight @ windows + self.bias[:, None]).view(batch, -1, height, width)


# %% right="a sum of shifted images"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        super().__init__(in_channels, out_channels, tuple(mask.shape[-2:]))
        mask = mask if mask.ndim == 4 else mask.expand(out_channels, in_channels, -1, -1)
        self.mask = nn.Parameter(mask.to(self.weight.dtype), requires_grad=False)

    def forward(self, x):
        height, width = x.shape[-2:]
        rows, columns = self.kernel_size
        padded = F.pad(x, (columns // 2, columns // 2, rows // 2, rows // 2))
        total = self.bias[:, None, None].expand(len(x), -1, height, width)
        for row in range(rows):
            for column in range(columns):
                matrix = self.weight[:, :, row, column] * self.mask[:, :, row, column]
                window = padded[:, :, row : row + height, column : column + width]
                total = total + torch.einsum("oi,bihw->bohw", matrix, window)
        return total


# %% right="the weight is a function of a free weight"
class Shown(nn.Module):
    def __init__(self, mask):
        super().__init__()
        self.register_buffer("mask", mask.bool())

    def forward(self, weight):
        return torch.where(self.mask, weight, torch.zeros_like(weight))


class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        torch.nn.utils.parametrize.register_parametrization(self, "weight", Shown(mask))

    def forward(self, x):
        return self._conv_forward(x, self.weight, self.bias)


# %% right="zeros once, and a gradient that keeps them"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.weight.data *= mask
        self.weight.register_hook(lambda slope: slope * mask.to(slope))

    def forward(self, x):
        return super().forward(x)


# %% right="a plain tensor that follows its input"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        super().__init__(in_channels, out_channels, mask.shape[-2:], padding=[n // 2 for n in mask.shape[-2:]])
        self.shown = mask

    def forward(self, x):
        weight = self.weight * self.shown.to(device=x.device, dtype=x.dtype)
        return F.conv2d(x, weight, self.bias, self.stride, self.padding)


# %% wrong="the mask applied once, at the start" fails="still masked after the weights have changed"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.weight.data *= mask

    def forward(self, x):
        return super().forward(x)


# %% wrong="the mask applied after the pass" fails="does not see what the mask hides"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask)

    def forward(self, x):
        out = super().forward(x)
        self.weight.data *= self.mask
        return out


# %% wrong="the mask applied in the first pass only" fails="still masked after the weights have changed"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask)
        self.masked = False

    def forward(self, x):
        if not self.masked:
            self.weight.data *= self.mask
            self.masked = True
        return super().forward(x)


# %% wrong="the mask remembered and forgotten" fails="does not see what the mask hides"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask)

    def forward(self, x):
        return super().forward(x)


# %% wrong="masked weights computed and not used" fails="does not see what the mask hides"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask)

    def forward(self, x):
        weight = self.weight * self.mask
        return F.conv2d(x, self.weight, self.bias, padding=self.padding)


# %% wrong="shut and open swapped" fails="sees what the mask shows"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask.bool())

    def forward(self, x):
        return F.conv2d(x, self.weight.masked_fill(self.mask, 0), self.bias, padding=self.padding)


# %% wrong="the mask upside down" fails="sees what the mask shows"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask.flip(-1, -2))

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)


# %% wrong="a causal mask of its own" fails="sees what the mask shows"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", torch.ones_like(self.weight))
        self.mask[:, :, rows // 2, columns // 2 :] = 0
        self.mask[:, :, rows // 2 + 1 :] = 0

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)


# %% wrong="the mask added" fails="does not see what the mask hides"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.conv2d(x, self.weight + self.mask, self.bias, padding=self.padding)


# %% wrong="the mask laid over the image" fails="keeps the height and the width"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask)

    def forward(self, x):
        return super().forward(x * self.mask)


# %% wrong="no padding" fails="keeps the height and the width"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        super().__init__(in_channels, out_channels, mask.shape[-2:])
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)


# %% wrong="padding forgotten in forward" fails="keeps the height and the width"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias)


# %% wrong="padding for square kernels" fails="keeps the height and the width"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=rows // 2)
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)


# %% wrong="rows and columns of the padding swapped" fails="keeps the height and the width"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(columns // 2, rows // 2))
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)


# %% wrong="all padding above and to the left" fails="sees what the mask shows"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        super().__init__(in_channels, out_channels, tuple(mask.shape[-2:]))
        self.register_buffer("mask", mask)

    def forward(self, x):
        rows, columns = self.kernel_size
        x = F.pad(x, (columns - 1, 0, rows - 1, 0))
        return F.conv2d(x, self.weight * self.mask, self.bias)


# %% wrong="padded by wrapping round" fails="beyond the edges there are zeros"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        super().__init__(in_channels, out_channels, tuple(mask.shape[-2:]))
        self.register_buffer("mask", mask)

    def forward(self, x):
        rows, columns = self.kernel_size
        x = F.pad(x, (columns // 2, columns // 2, rows // 2, rows // 2), mode="circular")
        return F.conv2d(x, self.weight * self.mask, self.bias)


# %% wrong="padded by repeating the border" fails="beyond the edges there are zeros"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        super().__init__(in_channels, out_channels, tuple(mask.shape[-2:]))
        self.register_buffer("mask", mask)

    def forward(self, x):
        rows, columns = self.kernel_size
        x = F.pad(x, (columns // 2, columns // 2, rows // 2, rows // 2), mode="replicate")
        return F.conv2d(x, self.weight * self.mask, self.bias)


# %% wrong="one mask for all pairs of channels" fails="takes a mask per pair of channels"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask.reshape(-1, rows, columns)[0])

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)


# %% wrong="two dimensions too many" fails="takes a mask per pair of channels"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask[None, None])

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)


# %% wrong="planes only" fails="takes a mask per pair of channels"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask.sum((0, 1)).clamp(max=1) if mask.ndim == 4 else mask)

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)


# %% wrong="bias forgotten" fails="a gradient reaches the weights"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, padding=self.padding)


# %% wrong="masked weights detached" fails="a gradient reaches the weights"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.conv2d(x, self.weight.data * self.mask, self.bias, padding=self.padding)


# %% wrong="frozen" fails="a gradient reaches the weights"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask)

    @torch.no_grad()
    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)


# %% wrong="a ReLU inside" fails="outputs add up over the window"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.relu(F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding))


# %% wrong="the mask left behind on the CPU" fails="the mask moves with the layer"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.mask = mask

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)


# %% wrong="every channel by itself" fails="takes a mask per pair of channels"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(
            in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2), groups=in_channels
        )
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding, groups=self.groups)


# %% wrong="nothing but zeros" fails="sees what the mask shows"
class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        super().__init__(in_channels, out_channels, 1)

    def forward(self, x):
        return 0 * super().forward(x)
