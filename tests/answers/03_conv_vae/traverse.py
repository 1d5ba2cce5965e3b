# %% right="expanded, then copied"
def traverse(z, variable, values):
    codes = z.expand(len(values), -1).clone()
    codes[:, variable] = values
    return codes


# %% right="a list of codes"
def traverse(z, variable, values):
    codes = []
    for value in values:
        code = z.clone()
        code[variable] = value
        codes.append(code)
    return torch.stack(codes)


# %% right="chosen by a comparison"
def traverse(z, variable, values):
    chosen = torch.arange(len(z)) == variable
    return torch.where(chosen, values[:, None], z)


# %% right="one-hot differences"
def traverse(z, variable, values):
    unit = F.one_hot(torch.tensor(variable), len(z)).to(z)
    return z + (values - z[variable])[:, None] * unit


# %% wrong="added to what was there" fails="the variable takes the values in order"
def traverse(z, variable, values):
    codes = z.repeat(len(values), 1)
    codes[:, variable] += values
    return codes


# %% wrong="the others set to zero" fails="the others stay"
def traverse(z, variable, values):
    codes = torch.zeros(len(values), len(z)).to(z)
    codes[:, variable] = values
    return codes


# %% wrong="z itself written into" fails="z itself stays"
def traverse(z, variable, values):
    codes = []
    for value in values:
        z[variable] = value
        codes.append(z.clone())
    return torch.stack(codes)


# %% wrong="the same code every time" fails="the variable takes the values in order"
def traverse(z, variable, values):
    code, codes = z.clone(), []
    for value in values:
        code[variable] = value
        codes.append(code)
    return torch.stack(codes)


# %% wrong="a row for a column" fails="one code per value"
def traverse(z, variable, values):
    codes = z.repeat(len(values), 1)
    codes[variable, : len(values)] = values
    return codes.T


# %% wrong="always the first variable" fails="the variable takes the values in order"
def traverse(z, variable, values):
    codes = z.repeat(len(values), 1)
    codes[:, 0] = values
    return codes


# %% wrong="the last value everywhere" fails="the variable takes the values in order"
def traverse(z, variable, values):
    codes = z.repeat(len(values), 1)
    codes[:, variable] = values[-1]
    return codes


# %% wrong="nothing changed" fails="the variable takes the values in order"
def traverse(z, variable, values):
    return z.repeat(len(values), 1)


# %% wrong="reverse order" fails="the variable takes the values in order"
def traverse(z, variable, values):
    codes = z.repeat(len(values), 1)
    codes[:, variable] = values.flip(0)
    return codes


# %% wrong="one variable too far" fails="any variable"
def traverse(z, variable, values):
    codes = z.repeat(len(values), 1)
    codes[:, (variable + 1) % len(z)] = values
    return codes


# %% wrong="the neighbours move, too" fails="the others stay"
def traverse(z, variable, values):
    codes = z.repeat(len(values), 1)
    codes[:, variable:] = values[:, None]
    return codes


# %% wrong="z appended as a first row" fails="one code per value"
def traverse(z, variable, values):
    codes = z.repeat(len(values) + 1, 1)
    codes[1:, variable] = values
    return codes
