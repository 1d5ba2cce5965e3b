# %% right="three dimensions at once"
def brightness(images):
    return images.mean(dim=(1, 2, 3))


# %% right="pixels in a row first"
def brightness(images):
    return images.flatten(1).mean(1)


# %% right="one image after the other"
def brightness(images):
    return torch.stack([image.float().mean() for image in images])


# %% right="sums and a division"
def brightness(images):
    B, C, H, W = images.shape
    return torch.einsum("bchw->b", images) / (C * H * W)


# %% right="dimension by dimension, from the right"
def brightness(images):
    return images.mean(-1).mean(-1).mean(-1)


# %% wrong="the mean of everything" fails="one number per image"
def brightness(images):
    return images.mean()


# %% wrong="the batch averaged away" fails="one number per image"
def brightness(images):
    return images.mean(dim=0)


# %% wrong="one number per row of pixels" fails="one number per image"
def brightness(images):
    return images.mean(dim=-1)


# %% wrong="one number per channel" fails="one number per image"
def brightness(images):
    return images.mean(dim=(2, 3))


# %% wrong="dimensions kept" fails="one number per image"
def brightness(images):
    return images.mean(dim=(1, 2, 3), keepdim=True)


# %% wrong="a list" fails="one number per image"
def brightness(images):
    return [image.mean().item() for image in images]


# %% wrong="a sum" fails="a white image has brightness 1, a black one 0"
def brightness(images):
    return images.sum(dim=(1, 2, 3))


# %% wrong="the mean of everything, repeated" fails="a white image has brightness 1, a black one 0"
def brightness(images):
    return images.mean().expand(len(images))


# %% wrong="divided by the number of pixels, with colours forgotten" fails="a white image has brightness 1, a black one 0"
def brightness(images):
    B, C, H, W = images.shape
    return images.sum(dim=(1, 2, 3)) / (H * W)


# %% wrong="darkness" fails="a white image has brightness 1, a black one 0"
def brightness(images):
    return 1 - images.mean(dim=(1, 2, 3))


# %% wrong="the first channel alone" fails="every value of an image counts the same"
def brightness(images):
    return images[:, 0].mean(dim=(1, 2))


# %% wrong="the brightest value" fails="every value of an image counts the same"
def brightness(images):
    return images.amax(dim=(1, 2, 3))


# %% wrong="the median" fails="every value of an image counts the same"
def brightness(images):
    return images.flatten(1).median(dim=1).values


# %% wrong="rounded" fails="every value of an image counts the same"
def brightness(images):
    return images.mean(dim=(1, 2, 3)).round()


# %% wrong="nothing returned" fails="one number per image"
def brightness(images):
    images.mean(dim=(1, 2, 3))


# %% right="a mean for one image, mapped over the batch"
def brightness(images):
    return torch.vmap(torch.mean)(images)


# %% right="pooled"
def brightness(images):
    return F.adaptive_avg_pool3d(images[:, None], 1).reshape(len(images))


# %% wrong="divided by 24" fails="images of any size"
def brightness(images):
    return images.sum(dim=(1, 2, 3)) / 24


# %% wrong="black pixels left out" fails="every value of an image counts the same"
def brightness(images):
    return images.sum(dim=(1, 2, 3)) / (images > 0).sum(dim=(1, 2, 3)).clamp(min=1)
