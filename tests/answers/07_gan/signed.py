# %% right="half a range taken away"
def signed(images, levels):
    half = (levels - 1) / 2
    return (images.float() - half) / half


# %% right="double precision"
def signed(images, levels):
    return images.double().div(levels - 1).mul(2).sub(1)


# %% right="a table of values"
def signed(images, levels):
    return torch.linspace(-1, 1, levels)[images.long()]


# %% right="true division of the bytes"
def signed(images, levels):
    return images / ((levels - 1) / 2) - 1


# %% wrong="from 0 to 1" fails="seventeen levels"
def signed(images, levels):
    return images.float() / (levels - 1)


# %% wrong="divided by the number of levels" fails="seventeen levels"
def signed(images, levels):
    return 2 * images.float() / levels - 1


# %% wrong="always 255" fails="seventeen levels"
def signed(images, levels):
    return 2 * images.float() / 255 - 1


# %% wrong="half the range" fails="seventeen levels"
def signed(images, levels):
    return images.float() / (levels - 1) - 0.5


# %% wrong="from 0 to 2" fails="seventeen levels"
def signed(images, levels):
    return 2 * images.float() / (levels - 1)


# %% wrong="black and white exchanged" fails="seventeen levels"
def signed(images, levels):
    return 1 - 2 * images.float() / (levels - 1)


# %% wrong="bytes doubled" fails="256 levels, as bytes"
def signed(images, levels):
    return 2 * images / (levels - 1) - 1


# %% wrong="whole-number division" fails="seventeen levels"
def signed(images, levels):
    return 2 * images.long() // (levels - 1) - 1


# %% wrong="divided by the largest level that is there" fails="seventeen levels"
def signed(images, levels):
    images = images.float()
    return 2 * images / (images.max() + 1) - 1


# %% wrong="normalised by mean and spread" fails="seventeen levels"
def signed(images, levels):
    images = images.float()
    return (images - images.mean()) / images.std()


# %% wrong="by the largest level of the image" fails="a level is the same number in every image"
def signed(images, levels):
    return 2 * images.float() / images.max() - 1


# %% wrong="by the range of the image" fails="a level is the same number in every image"
def signed(images, levels):
    x = images.float()
    return 2 * (x - x.min()) / (x.max() - x.min()) - 1
