# %% right="one-hot of a list"
def sample_sheet(generator, z, classes):
    y = F.one_hot(torch.arange(classes).repeat(len(z)), classes).to(z.dtype)
    return generator(z.repeat_interleave(classes, 0), y)


# %% right="row by row"
def sample_sheet(generator, z, classes):
    eye = torch.eye(classes, dtype=z.dtype)
    return torch.cat([generator(row.expand(classes, -1), eye) for row in z])


# %% right="image by image"
def sample_sheet(generator, z, classes):
    images = []
    for row in z:
        for k in range(classes):
            y = torch.zeros(1, classes, dtype=z.dtype)
            y[0, k] = 1
            images.append(generator(row[None], y)[0])
    return torch.stack(images)


# %% wrong="column by column" fails="row by row"
def sample_sheet(generator, z, classes):
    y = torch.eye(classes, dtype=z.dtype).repeat_interleave(len(z), 0)
    return generator(z.repeat(classes, 1), y)


# %% wrong="noise repeated as the labels are" fails="row by row"
def sample_sheet(generator, z, classes):
    return generator(z.repeat(classes, 1), torch.eye(classes, dtype=z.dtype).repeat(len(z), 1))


# %% wrong="both repeated in place" fails="row by row"
def sample_sheet(generator, z, classes):
    eye = torch.eye(classes, dtype=z.dtype)
    return generator(z.repeat_interleave(classes, 0), eye.repeat_interleave(len(z), 0))


# %% wrong="one class for all" fails="row by row"
def sample_sheet(generator, z, classes):
    y = torch.zeros(len(z) * classes, classes, dtype=z.dtype)
    y[:, 0] = 1
    return generator(z.repeat_interleave(classes, 0), y)


# %% wrong="one image per noise vector" fails="one image per noise vector and class"
def sample_sheet(generator, z, classes):
    y = torch.eye(classes, dtype=z.dtype)[torch.arange(len(z)) % classes]
    return generator(z, y)


# %% wrong="fresh noise" fails="row by row"
def sample_sheet(generator, z, classes):
    y = torch.eye(classes, dtype=z.dtype).repeat(len(z), 1)
    return generator(torch.randn(len(y), z.shape[1], dtype=z.dtype), y)


# %% wrong="class numbers for one-hot labels" fails="one image per noise vector and class"
def sample_sheet(generator, z, classes):
    return generator(z.repeat_interleave(classes, 0), torch.arange(classes).repeat(len(z)))


# %% wrong="classes backwards" fails="row by row"
def sample_sheet(generator, z, classes):
    y = torch.eye(classes, dtype=z.dtype).flip(0).repeat(len(z), 1)
    return generator(z.repeat_interleave(classes, 0), y)


# %% wrong="the first noise vector for all" fails="row by row"
def sample_sheet(generator, z, classes):
    y = torch.eye(classes, dtype=z.dtype).repeat(len(z), 1)
    return generator(z[:1].expand(len(y), -1), y)


# %% wrong="a sheet with rows and columns" fails="one image per noise vector and class"
def sample_sheet(generator, z, classes):
    y = torch.eye(classes, dtype=z.dtype).repeat(len(z), 1)
    return generator(z.repeat_interleave(classes, 0), y).unflatten(0, (len(z), classes))


# %% wrong="three classes assumed" fails="another number of classes"
def sample_sheet(generator, z, classes):
    y = torch.eye(classes, dtype=z.dtype)[:3].repeat(len(z), 1)
    return generator(z.repeat_interleave(3, 0), y)
