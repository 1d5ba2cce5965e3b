# %% right="comparison of two ranges"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    out_colour = torch.arange(out_channels)[:, None] % colours
    in_colour = torch.arange(in_channels)[None, :] % colours
    return (in_colour < out_colour if mask_type == "A" else in_colour <= out_colour).float()


# %% right="pair by pair"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    mask = torch.zeros(out_channels, in_channels)
    for o in range(out_channels):
        for i in range(in_channels):
            if i % colours < o % colours or (mask_type == "B" and i % colours == o % colours):
                mask[o, i] = 1
    return mask


# %% right="a triangle repeated"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    table = torch.ones(colours, colours).tril(-1 if mask_type == "A" else 0)
    down, across = -(-out_channels // colours), -(-in_channels // colours)
    return table.repeat(down, across)[:out_channels, :in_channels]


# %% right="a triangle looked up, as booleans"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    table = torch.tril(torch.ones(colours, colours, dtype=torch.bool), diagonal=0 if mask_type == "B" else -1)
    return table[torch.arange(out_channels) % colours][:, torch.arange(in_channels) % colours]


# %% right="slices with a stride, integers"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    mask = torch.zeros(out_channels, in_channels, dtype=torch.long)
    for colour in range(colours):
        for earlier in range(colour + 1 if mask_type == "B" else colour):
            mask[colour::colours, earlier::colours] = 1
    return mask


# %% wrong="types swapped" fails="its own colour is hidden in A"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    out_colour = torch.arange(out_channels)[:, None] % colours
    in_colour = torch.arange(in_channels)[None, :] % colours
    return (in_colour < out_colour if mask_type == "B" else in_colour <= out_colour).float()


# %% wrong="type A for both" fails="its own colour is seen in B"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    out_colour = torch.arange(out_channels)[:, None] % colours
    in_colour = torch.arange(in_channels)[None, :] % colours
    return (in_colour < out_colour).float()


# %% wrong="type B for both" fails="its own colour is hidden in A"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    out_colour = torch.arange(out_channels)[:, None] % colours
    in_colour = torch.arange(in_channels)[None, :] % colours
    return (in_colour <= out_colour).float()


# %% wrong="order upside down: B, G, R" fails="later colours are hidden"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    out_colour = torch.arange(out_channels)[:, None] % colours
    in_colour = torch.arange(in_channels)[None, :] % colours
    return (in_colour > out_colour if mask_type == "A" else in_colour >= out_colour).float()


# %% wrong="inputs down, outputs across" fails="zeros and ones, outputs down, inputs across"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    out_colour = torch.arange(out_channels)[None, :] % colours
    in_colour = torch.arange(in_channels)[:, None] % colours
    return (in_colour < out_colour if mask_type == "A" else in_colour <= out_colour).float()


# %% wrong="channels in three blocks" fails="later colours are hidden"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    out_colour = torch.arange(out_channels)[:, None] * colours // out_channels
    in_colour = torch.arange(in_channels)[None, :] * colours // in_channels
    return (in_colour < out_colour if mask_type == "A" else in_colour <= out_colour).float()


# %% wrong="divided instead of counted round" fails="later colours are hidden"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    out_colour = torch.arange(out_channels)[:, None] // colours
    in_colour = torch.arange(in_channels)[None, :] // colours
    return (in_colour < out_colour if mask_type == "A" else in_colour <= out_colour).float()


# %% wrong="channels compared instead of colours" fails="later colours are hidden"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    return torch.ones(out_channels, in_channels).tril(-1 if mask_type == "A" else 0)


# %% wrong="outputs not counted round" fails="later colours are hidden"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    out_colour = torch.arange(out_channels)[:, None]
    in_colour = torch.arange(in_channels)[None, :] % colours
    return (in_colour < out_colour if mask_type == "A" else in_colour <= out_colour).float()


# %% wrong="colours apart: each sees itself alone" fails="earlier colours are seen"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    same = torch.arange(out_channels)[:, None] % colours == torch.arange(in_channels)[None, :] % colours
    return same.float() if mask_type == "B" else torch.zeros(out_channels, in_channels)


# %% wrong="only the colour just before" fails="earlier colours are seen"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    gap = torch.arange(out_channels)[:, None] % colours - torch.arange(in_channels)[None, :] % colours
    return ((gap == 1) | ((gap == 0) & (mask_type == "B"))).float()


# %% wrong="all colours but its own" fails="later colours are hidden"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    gap = torch.arange(out_channels)[:, None] % colours - torch.arange(in_channels)[None, :] % colours
    return (gap != 0).float() if mask_type == "A" else torch.ones(out_channels, in_channels)


# %% wrong="remainder of the negative: Python wraps around" fails="later colours are hidden"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    gap = (torch.arange(out_channels)[:, None] - torch.arange(in_channels)[None, :]) % colours
    return (gap > 0 if mask_type == "A" else gap >= 0).float()


# %% wrong="always three colours" fails="grey images are the case of one colour"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    out_colour = torch.arange(out_channels)[:, None] % 3
    in_colour = torch.arange(in_channels)[None, :] % 3
    return (in_colour < out_colour if mask_type == "A" else in_colour <= out_colour).float()


# %% wrong="grey images always open" fails="grey images are the case of one colour"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    if colours == 1:
        return torch.ones(out_channels, in_channels)
    out_colour = torch.arange(out_channels)[:, None] % colours
    in_colour = torch.arange(in_channels)[None, :] % colours
    return (in_colour < out_colour if mask_type == "A" else in_colour <= out_colour).float()


# %% wrong="grey images always shut" fails="grey images are the case of one colour"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    out_colour = torch.arange(out_channels)[:, None] % colours
    in_colour = torch.arange(in_channels)[None, :] % colours
    own = (in_colour == out_colour) & (mask_type == "B") & (colours > 1)
    return ((in_colour < out_colour) | own).float()


# %% wrong="the table for three channels only" fails="zeros and ones, outputs down, inputs across"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    return torch.ones(colours, colours).tril(-1 if mask_type == "A" else 0)


# %% wrong="everything open" fails="later colours are hidden"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    return torch.ones(out_channels, in_channels)


# %% wrong="everything shut" fails="earlier colours are seen"
def colour_mask(out_channels, in_channels, mask_type, colours=3):
    return torch.zeros(out_channels, in_channels)
