# %% right="two loops"
def degree_mask(in_degrees, out_degrees, strict):
    mask = torch.zeros(len(out_degrees), len(in_degrees))
    for o, high in enumerate(out_degrees.tolist()):
        for i, low in enumerate(in_degrees.tolist()):
            mask[o, i] = 1.0 if low < high or (low == high and not strict) else 0.0
    return mask


# %% right="one comparison of integers"
def degree_mask(in_degrees, out_degrees, strict):
    return (out_degrees.unsqueeze(1) - int(strict) >= in_degrees.unsqueeze(0)).double()


# %% right="transposed and compared the other way"
def degree_mask(in_degrees, out_degrees, strict):
    return (in_degrees[:, None] < out_degrees[None, :] + (0 if strict else 1)).T.to(torch.get_default_dtype())


# %% right="a sign cut at zero"
def degree_mask(in_degrees, out_degrees, strict):
    return (out_degrees[:, None] - in_degrees + (not strict)).clamp(0, 1).float()


# %% wrong="transposed" fails="zeros and ones, outputs down, inputs across"
def degree_mask(in_degrees, out_degrees, strict):
    return (
        out_degrees[None, :] > in_degrees[:, None] if strict else out_degrees[None, :] >= in_degrees[:, None]
    ).float()


# %% wrong="the wrong way round" fails="inputs of a higher degree are hidden"
def degree_mask(in_degrees, out_degrees, strict):
    return (out_degrees[:, None] < in_degrees if strict else out_degrees[:, None] <= in_degrees).float()


# %% wrong="strict everywhere" fails="an equal degree is seen in a hidden layer"
def degree_mask(in_degrees, out_degrees, strict):
    return (out_degrees[:, None] > in_degrees).float()


# %% wrong="strict nowhere" fails="an equal degree is hidden at an output"
def degree_mask(in_degrees, out_degrees, strict):
    return (out_degrees[:, None] >= in_degrees).float()


# %% wrong="strict the other way round" fails="an equal degree is hidden at an output"
def degree_mask(in_degrees, out_degrees, strict):
    return (out_degrees[:, None] >= in_degrees if strict else out_degrees[:, None] > in_degrees).float()


# %% wrong="only equal degrees" fails="inputs of a lower degree are seen"
def degree_mask(in_degrees, out_degrees, strict):
    return (out_degrees[:, None] == in_degrees).float()


# %% wrong="everything open" fails="inputs of a higher degree are hidden"
def degree_mask(in_degrees, out_degrees, strict):
    return torch.ones(len(out_degrees), len(in_degrees))


# %% wrong="by position, not by degree" fails="inputs of a higher degree are hidden"
def degree_mask(in_degrees, out_degrees, strict):
    return torch.ones(len(out_degrees), len(in_degrees)).tril(-1 if strict else 0)


# %% wrong="differences" fails="zeros and ones, outputs down, inputs across"
def degree_mask(in_degrees, out_degrees, strict):
    return (out_degrees[:, None] - in_degrees).clamp(min=0).float()


# %% wrong="one degree too many" fails="inputs of a higher degree are hidden"
def degree_mask(in_degrees, out_degrees, strict):
    return (out_degrees[:, None] >= in_degrees - 1 if not strict else out_degrees[:, None] >= in_degrees).float()


# %% wrong="the direct predecessor only" fails="inputs of a lower degree are seen"
def degree_mask(in_degrees, out_degrees, strict):
    gap = out_degrees[:, None] - in_degrees
    return ((gap == 1) | ((gap == 0) & (not strict))).float()
