# %% right="radii first"
def ball_tables(real, fake, k, radii=None, inside=None):
    real_radii = radii(real, k)
    fake_radii = radii(fake, k)
    return inside(real, real_radii, fake), inside(fake, fake_radii, real)


# %% right="a loop over both orders"
def ball_tables(real, fake, k, radii=None, inside=None):
    return tuple(inside(one, radii(one, k), other) for one, other in ((real, fake), (fake, real)))


# %% right="a list, in float64"
def ball_tables(real, fake, k, radii=None, inside=None):
    real, fake = real.to(torch.float64), fake.to(torch.float64)
    tables = [inside(real, radii(real, k), fake)]
    tables.append(inside(fake, radii(fake, k), real))
    return tables


# %% right="by keyword"
def ball_tables(real, fake, k, radii=kth_distance, inside=inside):
    return (
        inside(centres=real, radii=radii(x=real, k=k), points=fake),
        inside(points=real, radii=radii(fake, k=k), centres=fake),
    )


# %% wrong="radii of the other set" fails="the real images' balls, with their radii"
def ball_tables(real, fake, k, radii=None, inside=None):
    return inside(real, radii(fake, k), fake), inside(fake, radii(real, k), real)


# %% wrong="real radii for both" fails="the fakes' balls, with their radii"
def ball_tables(real, fake, k, radii=None, inside=None):
    r = radii(real, k)
    return inside(real, r, fake), inside(fake, r, real)


# %% wrong="the transpose for the second" fails="the fakes' balls, with their radii"
def ball_tables(real, fake, k, radii=None, inside=None):
    table = inside(real, radii(real, k), fake)
    return table, table.T


# %% wrong="exchanged" fails="the real images' balls, with their radii"
def ball_tables(real, fake, k, radii=None, inside=None):
    return inside(fake, radii(fake, k), real), inside(real, radii(real, k), fake)


# %% wrong="each set in its own balls" fails="the real images' balls, with their radii"
def ball_tables(real, fake, k, radii=None, inside=None):
    return inside(real, radii(real, k), real), inside(fake, radii(fake, k), fake)


# %% wrong="k plus 1" fails="the real images' balls, with their radii"
def ball_tables(real, fake, k, radii=None, inside=None):
    return inside(real, radii(real, k + 1), fake), inside(fake, radii(fake, k + 1), real)


# %% wrong="k minus 1" fails="the real images' balls, with their radii"
def ball_tables(real, fake, k, radii=None, inside=None):
    return inside(real, radii(real, k - 1), fake), inside(fake, radii(fake, k - 1), real)


# %% wrong="the second transposed" fails="more fakes than real images"
def ball_tables(real, fake, k, radii=None, inside=None):
    return inside(real, radii(real, k), fake), inside(fake, radii(fake, k), real).T


# %% wrong="the same table twice" fails="the fakes' balls, with their radii"
def ball_tables(real, fake, k, radii=None, inside=None):
    table = inside(real, radii(real, k), fake)
    return table, table


# %% wrong="radii of both sets together" fails="the real images' balls, with their radii"
def ball_tables(real, fake, k, radii=None, inside=None):
    r = radii(torch.cat([real, fake]).flip(0), k)
    return inside(real, r[: len(real)], fake), inside(fake, r[len(real) :], real)


# %% wrong="one table" fails="the real images' balls, with their radii"
def ball_tables(real, fake, k, radii=None, inside=None):
    return inside(real, radii(real, k), fake)


# %% wrong="k fixed" fails="the real images' balls, with their radii"
def ball_tables(real, fake, k, radii=None, inside=None):
    return inside(real, radii(real, 7), fake), inside(fake, radii(fake, 7), real)


# %% wrong="radii of its own" fails="the real images' balls, with their radii"
def ball_tables(real, fake, k, radii=kth_distance, inside=inside):
    r, f = (torch.cdist(x, x).sort(dim=1).values[:, min(k, len(x) - 1)] for x in (real, fake))
    return inside(real, r, fake), inside(fake, f, real)
