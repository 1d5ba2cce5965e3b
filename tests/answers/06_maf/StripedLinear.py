# %% right="a walk down the rows"
class StripedLinear(nn.Module):
    def __init__(self, mask, linear=MaskedLinear):
        super().__init__()
        inputs, groups, current = mask.shape[1], [], None
        for number, row in enumerate(mask):
            places = row.nonzero()
            last = int(places[-1]) + 1 if len(places) else 1
            quarter = -(-4 * last // inputs)
            if quarter != current:
                groups.append([number, number, 1])
                current = quarter
            groups[-1][1], groups[-1][2] = number + 1, max(groups[-1][2], last)
        self.widths = [width for _, _, width in groups]
        self.layers = nn.ModuleList([linear(mask[a:b, :width]) for a, b, width in groups])

    def forward(self, x):
        return torch.cat([layer(x[:, :width]) for layer, width in zip(self.layers, self.widths)], -1)


# %% right="itertools, widths asked of the layers, a sequential of the stripes"
class StripedLinear(nn.Module):
    def __init__(self, mask, linear=MaskedLinear):
        super().__init__()
        from itertools import groupby

        wide = mask.shape[1]
        ends = [max([i + 1 for i in range(wide) if row[i] > 0], default=1) for row in mask.tolist()]
        self.parts = nn.Sequential()
        for _, rows in groupby(range(len(ends)), key=lambda o: math.ceil(4 * ends[o] / wide)):
            rows = list(rows)
            self.parts.append(linear(mask[rows][:, : max(ends[o] for o in rows)].clone()))

    def forward(self, x):
        return torch.hstack([part(x.narrow(1, 0, part.in_features)) for part in self.parts])


# %% right="written into one output, stripe by stripe"
class StripedLinear(nn.Module):
    def __init__(self, mask, linear=MaskedLinear):
        super().__init__()
        outputs, inputs = mask.shape
        last = torch.ones(outputs, dtype=torch.long)
        for i in range(inputs):
            last[mask[:, i] > 0] = i + 1
        quarter = (4 * last + inputs - 1) // inputs
        cuts = [0, *(o for o in range(1, outputs) if quarter[o] != quarter[o - 1]), outputs]
        self.spans = list(zip(cuts, cuts[1:]))
        self.ends = [last[a:b].max().item() for a, b in self.spans]
        for number, ((a, b), end) in enumerate(zip(self.spans, self.ends)):
            self.add_module(f"stripe{number}", linear(mask=mask[a:b, :end]))
        self.outputs = outputs

    def forward(self, x):
        parts = [getattr(self, f"stripe{number}")(x[:, :end]) for number, end in enumerate(self.ends)]
        out = parts[0].new_empty(len(x), self.outputs)
        for (a, b), part in zip(self.spans, parts):
            out[:, a:b] = part
        return out


# %% right="equal quarters in one layer, wherever they stand, and put back into order"
class StripedLinear(nn.Module):
    def __init__(self, mask, linear=MaskedLinear):
        super().__init__()
        inputs = mask.shape[1]
        last = (mask * torch.arange(1, inputs + 1)).amax(1).clamp(min=1).long()
        quarter = (4 * last / inputs).ceil()
        rows = [(quarter == q).nonzero().flatten() for q in quarter.unique()]
        self.widths = [int(last[r].max()) for r in rows]
        self.layers = nn.ModuleList(linear(mask[r, :w]) for r, w in zip(rows, self.widths))
        self.register_buffer("back", torch.cat(rows).argsort())

    def forward(self, x):
        return torch.cat([layer(x[:, :w]) for layer, w in zip(self.layers, self.widths)], 1)[:, self.back]


# %% wrong="every stripe gets all the inputs" fails="leaves out what no output of a stripe sees"
class StripedLinear(nn.Module):
    def __init__(self, mask, linear=MaskedLinear):
        super().__init__()
        inputs = mask.shape[1]
        last = (mask * torch.arange(1, inputs + 1)).amax(1).clamp(min=1)
        heights = torch.unique_consecutive((4 * last / inputs).ceil(), return_counts=True)[1].tolist()
        self.layers = nn.ModuleList(linear(rows) for rows in mask.split(heights))

    def forward(self, x):
        return torch.cat([layer(x) for layer in self.layers], 1)


# %% wrong="one layer for all" fails="leaves out what no output of a stripe sees"
class StripedLinear(nn.Module):
    def __init__(self, mask, linear=MaskedLinear):
        super().__init__()
        self.layer = linear(mask)

    def forward(self, x):
        return self.layer(x)


# %% wrong="a layer for every output" fails="no more layers than needed"
class StripedLinear(nn.Module):
    def __init__(self, mask, linear=MaskedLinear):
        super().__init__()
        last = (mask * torch.arange(1, mask.shape[1] + 1)).amax(1).clamp(min=1).long().tolist()
        self.widths = last
        self.layers = nn.ModuleList(linear(row[None, :end]) for row, end in zip(mask, last))

    def forward(self, x):
        return torch.cat([layer(x[:, :end]) for layer, end in zip(self.layers, self.widths)], 1)


# %% wrong="quarters of the outputs instead of the inputs" fails="leaves out what no output of a stripe sees"
class StripedLinear(nn.Module):
    def __init__(self, mask, linear=MaskedLinear):
        super().__init__()
        last = (mask * torch.arange(1, mask.shape[1] + 1)).amax(1).clamp(min=1).long()
        rows, ends = mask.chunk(4), last.chunk(4)
        self.widths = [int(end.max()) for end in ends]
        self.layers = nn.ModuleList(linear(row[:, :width]) for row, width in zip(rows, self.widths))

    def forward(self, x):
        return torch.cat([layer(x[:, :width]) for layer, width in zip(self.layers, self.widths)], 1)


# %% wrong="as many inputs as places are open" fails="sees what the mask shows"
class StripedLinear(nn.Module):
    def __init__(self, mask, linear=MaskedLinear):
        super().__init__()
        inputs = mask.shape[1]
        last = mask.sum(1).clamp(min=1).long()
        heights = torch.unique_consecutive((4 * last / inputs).ceil(), return_counts=True)[1].tolist()
        self.widths = [int(ends.max()) for ends in last.split(heights)]
        self.layers = nn.ModuleList(linear(r[:, :w]) for r, w in zip(mask.split(heights), self.widths))

    def forward(self, x):
        return torch.cat([layer(x[:, :width]) for layer, width in zip(self.layers, self.widths)], 1)


# %% wrong="a stripe as wide as its first output" fails="sees what the mask shows"
class StripedLinear(nn.Module):
    def __init__(self, mask, linear=MaskedLinear):
        super().__init__()
        inputs = mask.shape[1]
        last = (mask * torch.arange(1, inputs + 1)).amax(1).clamp(min=1).long()
        heights = torch.unique_consecutive((4 * last / inputs).ceil(), return_counts=True)[1].tolist()
        self.widths = [int(ends[0]) for ends in last.split(heights)]
        self.layers = nn.ModuleList(linear(r[:, :w]) for r, w in zip(mask.split(heights), self.widths))

    def forward(self, x):
        return torch.cat([layer(x[:, :width]) for layer, width in zip(self.layers, self.widths)], 1)


# %% wrong="one input too few" fails="sees what the mask shows"
class StripedLinear(nn.Module):
    def __init__(self, mask, linear=MaskedLinear):
        super().__init__()
        inputs = mask.shape[1]
        last = (mask * torch.arange(inputs)).amax(1).clamp(min=1).long()
        heights = torch.unique_consecutive((4 * last / inputs).ceil(), return_counts=True)[1].tolist()
        self.widths = [int(ends.max()) for ends in last.split(heights)]
        self.layers = nn.ModuleList(linear(r[:, :w]) for r, w in zip(mask.split(heights), self.widths))

    def forward(self, x):
        return torch.cat([layer(x[:, :width]) for layer, width in zip(self.layers, self.widths)], 1)


# %% wrong="dense stripes: the mask forgotten" fails="does not see what the mask hides"
class StripedLinear(nn.Module):
    def __init__(self, mask, linear=MaskedLinear):
        super().__init__()
        inputs = mask.shape[1]
        last = (mask * torch.arange(1, inputs + 1)).amax(1).clamp(min=1).long()
        heights = torch.unique_consecutive((4 * last / inputs).ceil(), return_counts=True)[1].tolist()
        self.widths = [int(ends.max()) for ends in last.split(heights)]
        self.layers = nn.ModuleList(linear(torch.ones_like(r[:, :w])) for r, w in zip(mask.split(heights), self.widths))

    def forward(self, x):
        return torch.cat([layer(x[:, :width]) for layer, width in zip(self.layers, self.widths)], 1)


# %% wrong="layers in a plain list" fails="a gradient reaches the weights of every stripe"
class StripedLinear(nn.Module):
    def __init__(self, mask, linear=MaskedLinear):
        super().__init__()
        inputs = mask.shape[1]
        last = (mask * torch.arange(1, inputs + 1)).amax(1).clamp(min=1).long()
        heights = torch.unique_consecutive((4 * last / inputs).ceil(), return_counts=True)[1].tolist()
        self.widths = [int(ends.max()) for ends in last.split(heights)]
        self.layers = [linear(r[:, :w]) for r, w in zip(mask.split(heights), self.widths)]

    def forward(self, x):
        return torch.cat([layer(x[:, :width]) for layer, width in zip(self.layers, self.widths)], 1)


# %% wrong="stripes added up" fails="maps the inputs to the outputs"
class StripedLinear(nn.Module):
    def __init__(self, mask, linear=MaskedLinear):
        super().__init__()
        inputs = mask.shape[1]
        last = (mask * torch.arange(1, inputs + 1)).amax(1).clamp(min=1).long()
        heights = torch.unique_consecutive((4 * last / inputs).ceil(), return_counts=True)[1].tolist()
        self.widths = [int(ends.max()) for ends in last.split(heights)]
        self.layers = nn.ModuleList(linear(r[:, :w]) for r, w in zip(mask.split(heights), self.widths))

    def forward(self, x):
        return sum(layer(x[:, :width]) for layer, width in zip(self.layers, self.widths))


# %% wrong="equal quarters together, left out of order" fails="sees what the mask shows"
class StripedLinear(nn.Module):
    def __init__(self, mask, linear=MaskedLinear):
        super().__init__()
        inputs = mask.shape[1]
        last = (mask * torch.arange(1, inputs + 1)).amax(1).clamp(min=1).long()
        quarter = (4 * last / inputs).ceil()
        rows = [(quarter == q).nonzero().flatten() for q in quarter.unique()]
        self.widths = [int(last[r].max()) for r in rows]
        self.layers = nn.ModuleList(linear(mask[r, :w]) for r, w in zip(rows, self.widths))

    def forward(self, x):
        return torch.cat([layer(x[:, :w]) for layer, w in zip(self.layers, self.widths)], 1)


# %% wrong="an output that sees nothing in a quarter of its own" fails="no more layers than needed"
class StripedLinear(nn.Module):
    def __init__(self, mask, linear=MaskedLinear):
        super().__init__()
        inputs = mask.shape[1]
        last = (mask * torch.arange(1, inputs + 1)).amax(1).long()
        heights = torch.unique_consecutive((4 * last / inputs).ceil(), return_counts=True)[1].tolist()
        self.widths = [max(1, int(ends.max())) for ends in last.split(heights)]
        self.layers = nn.ModuleList(linear(r[:, :w]) for r, w in zip(mask.split(heights), self.widths))

    def forward(self, x):
        return torch.cat([layer(x[:, :width]) for layer, width in zip(self.layers, self.widths)], 1)


# %% wrong="the layers cut off from the inputs" fails="a gradient reaches the weights of every stripe"
class StripedLinear(nn.Module):
    def __init__(self, mask, linear=MaskedLinear):
        super().__init__()
        inputs = mask.shape[1]
        last = (mask * torch.arange(1, inputs + 1)).amax(1).clamp(min=1).long()
        heights = torch.unique_consecutive((4 * last / inputs).ceil(), return_counts=True)[1].tolist()
        self.widths = [int(ends.max()) for ends in last.split(heights)]
        self.layers = nn.ModuleList(linear(r[:, :w]) for r, w in zip(mask.split(heights), self.widths))

    def forward(self, x):
        x = x.detach()
        return torch.cat([layer(x[:, :width]) for layer, width in zip(self.layers, self.widths)], 1)


# %% wrong="layers made anew at every call" fails="a gradient reaches the weights of every stripe"
class StripedLinear(nn.Module):
    def __init__(self, mask, linear=MaskedLinear):
        super().__init__()
        self.mask, self.linear = mask, linear

    def forward(self, x):
        inputs = self.mask.shape[1]
        last = (self.mask * torch.arange(1, inputs + 1)).amax(1).clamp(min=1).long()
        heights = torch.unique_consecutive((4 * last / inputs).ceil(), return_counts=True)[1].tolist()
        widths = [int(ends.max()) for ends in last.split(heights)]
        return torch.cat([self.linear(r[:, :w])(x[:, :w]) for r, w in zip(self.mask.split(heights), widths)], 1)
