# %% right="padding modules, and one expression per stack"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, n = gate, kernel_size // 2
        self.vertical = nn.Sequential(nn.ZeroPad2d((n, n, n, 0)), nn.Conv2d(width, 2 * width, (n + 1, kernel_size)))
        self.horizontal = nn.Sequential(nn.ZeroPad2d((n, 0, 0, 0)), nn.Conv2d(width, 2 * width, (1, n + 1)))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        above = self.vertical(v)
        return self.gate(above), h + self.out(self.gate(self.horizontal(h) + self.link(above)))


# %% right="padded by the convolution on both sides, and cut afterwards"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        n = kernel_size // 2
        self.gate = gate
        self.vertical = nn.Conv2d(width, 2 * width, (n + 1, kernel_size), padding=(n, n))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, n + 1), padding=(0, n))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        height, columns = v.shape[-2:]
        above = self.vertical(v)[..., :height, :]
        left = self.horizontal(h)[..., :columns]
        return self.gate(above), self.out(self.gate(left + self.link(above))) + h


# %% right="whole kernels under a mask that is applied at each call"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        n = kernel_size // 2
        self.gate, self.n = gate, n
        self.vertical = nn.Conv2d(width, 2 * width, kernel_size, padding=n)
        self.horizontal = nn.Conv2d(width, 2 * width, (1, kernel_size), padding=(0, n))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        rows, columns = torch.ones_like(self.vertical.weight), torch.ones_like(self.horizontal.weight)
        rows[:, :, self.n + 1 :] = 0
        columns[..., self.n + 1 :] = 0
        above = F.conv2d(v, self.vertical.weight * rows, self.vertical.bias, padding=self.n)
        left = F.conv2d(h, self.horizontal.weight * columns, self.horizontal.bias, padding=(0, self.n))
        new_v = self.gate(above)
        new_h = self.out(self.gate(torch.add(left, self.link(above))))
        return new_v, new_h.add(h)


# %% right="the link and the left neighbours in one 1 x 1 convolution of shifted copies"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.n = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.n + 1, kernel_size))
        self.both = nn.Conv2d((self.n + 1) * width + 2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n, columns = self.n, h.shape[-1]
        padded = torch.cat([v.new_zeros(*v.shape[:2], n, v.shape[3]), v], dim=2)
        above = self.vertical(F.pad(padded, (n, n)))
        copies = [F.pad(h, (k, 0))[..., :columns] for k in range(n + 1)]
        return self.gate(above), h + self.out(self.gate(self.both(torch.cat([*copies, above], dim=1))))


# %% right="signal and door from convolutions of their own, in single precision"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.n = gate, kernel_size // 2
        self.above = nn.ModuleList(nn.Conv2d(width, width, (self.n + 1, kernel_size)) for _ in range(2))
        self.left = nn.ModuleList(nn.Conv2d(width, width, (1, self.n + 1), bias=False) for _ in range(2))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1, bias=False)

    def forward(self, v, h):
        n = self.n
        a = torch.cat([conv(F.pad(v, (n, n, n, 0))) for conv in self.above], 1)
        b = torch.cat([conv(F.pad(h, (n, 0, 0, 0))) for conv in self.left], 1)
        return self.gate(a), h + self.out(self.gate(self.link(a) + b))


# %% wrong="no padding" fails="returns both stacks in their shapes"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above, left = self.vertical(v), self.horizontal(h)
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="rows padded, columns forgotten" fails="returns both stacks in their shapes"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (0, 0, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="F.pad read as top, bottom, left, right" fails="returns both stacks in their shapes"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, 0, n, n)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="only h returned" fails="returns both stacks in their shapes"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        return h + self.out(self.gate(left + self.link(above)))


# %% wrong="v padded at the bottom" fails="v sees no row below"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, 0, n)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="v padded on all sides, the wrong end kept" fails="v sees no row below"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, n)))[:, :, n:]
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="v wraps around" fails="v sees no row below"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(F.pad(v, (n, n)), (0, 0, n, 0), mode="circular"))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="v hears h: the leak between the stacks" fails="v does not listen to h"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v + h, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="the sum of both convolutions gates both stacks" fails="v does not listen to h"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        both = left + self.link(above)
        return self.gate(both), h + self.out(self.gate(both))


# %% wrong="h returned before v" fails="v does not listen to h"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + self.link(above)))
        return h, self.gate(above)


# %% wrong="the convolutions meet the wrong stacks" fails="v does not listen to h"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(h, (n, n, n, 0)))
        left = self.horizontal(F.pad(v, (n, 0)))
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="h padded on the right" fails="h sees nothing to the right and no other row"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (0, n)))
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="h padded on both sides, the wrong end kept" fails="h sees nothing to the right and no other row"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, n)))[..., n:]
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="h wraps around" fails="h sees nothing to the right and no other row"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0, 0, 0), mode="circular"))
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="a norm over the whole map" fails="h sees nothing to the right and no other row"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = F.layer_norm(h, h.shape[1:])
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="the stacks come back as they were" fails="both stacks look further than their own pixel"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        return v, h


# %% wrong="h without its convolution" fails="both stacks look further than their own pixel"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = torch.cat([h, h], dim=1)
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="v shifted to the left: padded on one side only" fails="v sees its own row and the row above, to both sides"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (2 * n, 0, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="the blind spot claimed repaired: v looks to the left and above only" fails="v sees its own row and the row above, to both sides"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        kernel = self.vertical.weight.clone()
        kernel[..., n + 1 :] = 0
        above = F.conv2d(F.pad(v, (n, n, n, 0)), kernel, self.vertical.bias)
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="v does not see its own row" fails="v sees its own row and the row above, to both sides"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n + 1, 0)))[..., :-1, :]
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="the kernel's last row shut, as in a mask of type A" fails="v sees its own row and the row above, to both sides"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        kernel = self.vertical.weight.clone()
        kernel[:, :, n] = 0
        above = F.conv2d(F.pad(v, (n, n, n, 0)), kernel, self.vertical.bias)
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="h shifted once more" fails="h sees itself and its left neighbour"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n + 1, 0)))[..., :-1]
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="the link forgotten" fails="h listens to v"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left))
        return self.gate(above), h


# %% wrong="the link hears v one row further up" fails="h listens to v"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        above_me = F.pad(above, (0, 0, 1, 0))[..., :-1, :]
        h = h + self.out(self.gate(left + self.link(above_me)))
        return self.gate(above), h


# %% wrong="the link hears the convolution of the new v" fails="h listens to v"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        new_v = self.gate(above)
        again = self.vertical(F.pad(new_v, (n, n, n, 0)))
        return new_v, h + self.out(self.gate(left + self.link(again)))


# %% wrong="the link hears v before its convolution" fails="h listens to v"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + self.link(torch.cat([v, v], 1))))
        return self.gate(above), h


# %% wrong="the link hears v without its gradient" fails="a gradient reaches every weight"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + self.link(above.detach())))
        return self.gate(above), h


# %% wrong="h not residual" fails="h keeps what it had"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        return self.gate(above), self.out(self.gate(left + self.link(above)))


# %% wrong="h averaged with its correction" fails="h keeps what it had"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        return self.gate(above), (h + self.out(self.gate(left + self.link(above)))) / 2


# %% wrong="a ReLU behind the sum" fails="h keeps what it had"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        return self.gate(above), (h + self.out(self.gate(left + self.link(above)))).relu()


# %% wrong="v residual as well" fails="v is made anew"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + self.link(above)))
        return v + self.gate(above), h


# %% wrong="v returned ungated: its first half" fails="both stacks pass the gate"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + self.link(above)))
        return above.chunk(2, 1)[0], h


# %% wrong="h without its gate" fails="both stacks pass the gate"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out((left + self.link(above)).chunk(2, 1)[0])
        return self.gate(above), h


# %% wrong="its own tanh and sigmoid instead of the gate it was given" fails="both stacks pass the gate"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach

        def gate(a):
            signal, door = a.chunk(2, dim=1)
            return signal.tanh() * door.sigmoid()

        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        return gate(above), h + self.out(gate(left + self.link(above)))


# %% wrong="two gates added up" fails="v and h meet inside one gate"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left) + self.gate(self.link(above)))
        return self.gate(above), h


# %% wrong="the link behind the output" fails="v and h meet inside one gate"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left)) + self.out(self.gate(self.link(above)))
        return self.gate(above), h


# %% wrong="a tanh besides the gate" fails="nothing but the gate is nonlinear"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0))).tanh()
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% wrong="a ReLU on the link" fails="nothing but the gate is nonlinear"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + self.link(above).relu()))
        return self.gate(above), h


# %% wrong="v and h multiplied" fails="nothing but the gate is nonlinear"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left * self.link(above)))
        return self.gate(above), h


# %% wrong="the output convolution forgotten" fails="a gradient reaches every weight"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.gate(left + self.link(above))
        return self.gate(above), h


# %% wrong="the link's convolution skipped" fails="a gradient reaches every weight"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = self.horizontal(F.pad(h, (n, 0)))
        h = h + self.out(self.gate(left + above))
        return self.gate(above), h


# %% wrong="padding for 3 x 3 only" fails="works with other windows"
class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=None):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (1, 1, 1, 0)))
        left = self.horizontal(F.pad(h, (1, 0)))
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h
