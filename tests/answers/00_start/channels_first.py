# %% right="permute"
def channels_first(images):
    return images.permute(0, 3, 1, 2).contiguous()


# %% right="movedim"
def channels_first(images):
    return images.movedim(-1, 1)


# %% right="two transpositions"
def channels_first(images):
    return images.transpose(2, 3).transpose(1, 2)


# %% right="channel by channel"
def channels_first(images):
    return torch.stack([images[:, :, :, c] for c in range(images.shape[3])], dim=1)


# %% right="einsum on floats"
def channels_first(images):
    return torch.einsum("bhwc->bchw", images.float())


# %% wrong="the bug itself" fails="pixels keep their places"
def channels_first(images):
    B, H, W, C = images.shape
    return images.reshape(B, C, H, W)


# %% wrong="a view" fails="pixels keep their places"
def channels_first(images):
    B, H, W, C = images.shape
    return images.contiguous().view(B, C, H, W)


# %% wrong="transposed, and then reshaped" fails="pixels keep their places"
def channels_first(images):
    B, H, W, C = images.shape
    return images.transpose(1, 3).reshape(B, C, H, W)


# %% wrong="rows and columns exchanged" fails="channels come second"
def channels_first(images):
    return images.permute(0, 3, 2, 1)


# %% wrong="one transposition" fails="channels come second"
def channels_first(images):
    return images.transpose(1, 3)


# %% wrong="the order of the other direction" fails="channels come second"
def channels_first(images):
    return images.permute(0, 2, 3, 1)


# %% wrong="the channels before the batch" fails="channels come second"
def channels_first(images):
    return images.permute(3, 0, 1, 2)


# %% wrong="one channel" fails="channels come second"
def channels_first(images):
    return images[..., :1].permute(0, 3, 1, 2)


# %% wrong="colours reversed" fails="pixels keep their places"
def channels_first(images):
    return images.flip(3).permute(0, 3, 1, 2)


# %% wrong="upside down" fails="pixels keep their places"
def channels_first(images):
    return images.permute(0, 3, 1, 2).flip(2)


# %% wrong="mirrored" fails="pixels keep their places"
def channels_first(images):
    return images.permute(0, 3, 1, 2).flip(3)


# %% wrong="grey in every channel" fails="pixels keep their places"
def channels_first(images):
    return images.permute(0, 3, 1, 2).float().mean(1, keepdim=True).expand(-1, images.shape[3], -1, -1)


# %% wrong="scaled to 1" fails="levels stay what they are"
def channels_first(images):
    return images.permute(0, 3, 1, 2) / 255


# %% wrong="images of the batch mixed" fails="pixels keep their places"
def channels_first(images):
    B, H, W, C = images.shape
    return images.reshape(H * W, B * C).T.reshape(B, C, H, W)


# %% wrong="unchanged" fails="channels come second"
def channels_first(images):
    return images
