# %% right="pixel_unshuffle"
class Squeeze(nn.Module):
    def forward(self, x):
        return F.pixel_unshuffle(x, 2), x.new_zeros(len(x))

    def inverse(self, z):
        return F.pixel_shuffle(z, 2)


# %% right="reshape and permute, another order"
class Squeeze(nn.Module):
    def forward(self, x):
        b, c, h, w = x.shape
        blocks = x.reshape(b, c, h // 2, 2, w // 2, 2)
        return blocks.permute(0, 3, 5, 1, 2, 4).reshape(b, 4 * c, h // 2, w // 2), torch.zeros(b, dtype=x.dtype)

    def inverse(self, z):
        b, c, h, w = z.shape
        return z.reshape(b, 2, 2, c // 4, h, w).permute(0, 3, 4, 1, 5, 2).reshape(b, c // 4, 2 * h, 2 * w)


# %% right="four corners"
class Squeeze(nn.Module):
    def forward(self, x):
        corners = [x[:, :, i::2, j::2] for i in (0, 1) for j in (0, 1)]
        return torch.cat(corners, dim=1), 0 * x.flatten(1).sum(1)

    def inverse(self, z):
        b, c, h, w = z.shape
        x = z.new_zeros(b, c // 4, 2 * h, 2 * w)
        for k, corner in enumerate(z.chunk(4, dim=1)):
            x[:, :, k // 2 :: 2, k % 2 :: 2] = corner
        return x


# %% right="unfold"
class Squeeze(nn.Module):
    def forward(self, x):
        b, c, h, w = x.shape
        return F.unfold(x, 2, stride=2).reshape(b, 4 * c, h // 2, w // 2), x.new_zeros(b)

    def inverse(self, z):
        b, c, h, w = z.shape
        return F.fold(z.flatten(2), (2 * h, 2 * w), 2, stride=2)


# %% wrong="a plain reshape" fails="blocks of 2 x 2 pixels stay together"
class Squeeze(nn.Module):
    def forward(self, x):
        b, c, h, w = x.shape
        return x.reshape(b, 4 * c, h // 2, w // 2), x.new_zeros(b)

    def inverse(self, z):
        b, c, h, w = z.shape
        return z.reshape(b, c // 4, 2 * h, 2 * w)


# %% wrong="quadrants of the image" fails="blocks of 2 x 2 pixels stay together"
class Squeeze(nn.Module):
    def forward(self, x):
        b, c, h, w = x.shape
        x = torch.cat(x.chunk(2, dim=2), dim=1)
        return torch.cat(x.chunk(2, dim=3), dim=1), x.new_zeros(b)

    def inverse(self, z):
        z = torch.cat(z.chunk(2, dim=1), dim=3)
        return torch.cat(z.chunk(2, dim=1), dim=2)


# %% wrong="averaged blocks" fails="every value is kept, once"
class Squeeze(nn.Module):
    def forward(self, x):
        return F.avg_pool2d(x, 2).repeat(1, 4, 1, 1), x.new_zeros(len(x))

    def inverse(self, z):
        return F.interpolate(z[:, : z.shape[1] // 4], scale_factor=2)


# %% wrong="one corner four times" fails="every value is kept, once"
class Squeeze(nn.Module):
    def forward(self, x):
        return x[:, :, 0::2, 0::2].repeat(1, 4, 1, 1), x.new_zeros(len(x))

    def inverse(self, z):
        return F.interpolate(z[:, : z.shape[1] // 4], scale_factor=2)


# %% wrong="rows and columns exchanged" fails="four times the channels, half the rows and columns"
class Squeeze(nn.Module):
    def forward(self, x):
        return F.pixel_unshuffle(x, 2).transpose(2, 3), x.new_zeros(len(x))

    def inverse(self, z):
        return F.pixel_shuffle(z.transpose(2, 3), 2)


# %% wrong="the wrong way" fails="four times the channels, half the rows and columns"
class Squeeze(nn.Module):
    def forward(self, x):
        return F.pixel_shuffle(x.repeat(1, 4, 1, 1), 2), x.new_zeros(len(x))

    def inverse(self, z):
        return F.pixel_unshuffle(z, 2)


# %% wrong="a log_det of log 4" fails="volumes stay"
class Squeeze(nn.Module):
    def forward(self, x):
        return F.pixel_unshuffle(x, 2), torch.full((len(x),), math.log(4))

    def inverse(self, z):
        return F.pixel_shuffle(z, 2)


# %% wrong="a log_det of the values" fails="volumes stay"
class Squeeze(nn.Module):
    def forward(self, x):
        return F.pixel_unshuffle(x, 2), x.flatten(1).sum(1)

    def inverse(self, z):
        return F.pixel_shuffle(z, 2)


# %% wrong="a single zero" fails="four times the channels, half the rows and columns"
class Squeeze(nn.Module):
    def forward(self, x):
        return F.pixel_unshuffle(x, 2), torch.zeros(())

    def inverse(self, z):
        return F.pixel_shuffle(z, 2)


# %% wrong="no log_det" fails="four times the channels, half the rows and columns"
class Squeeze(nn.Module):
    def forward(self, x):
        return F.pixel_unshuffle(x, 2)

    def inverse(self, z):
        return F.pixel_shuffle(z, 2)


# %% wrong="corners put back in another order" fails="the inverse gives x back"
class Squeeze(nn.Module):
    def forward(self, x):
        return torch.cat([x[:, :, i::2, j::2] for i in (0, 1) for j in (0, 1)], 1), x.new_zeros(len(x))

    def inverse(self, z):
        x = z.new_zeros(z.shape[0], z.shape[1] // 4, 2 * z.shape[2], 2 * z.shape[3])
        for k, corner in enumerate(z.chunk(4, dim=1)):
            x[:, :, k % 2 :: 2, k // 2 :: 2] = corner
        return x


# %% wrong="channels last on the way there only" fails="the inverse gives x back"
class Squeeze(nn.Module):
    def forward(self, x):
        return torch.cat([x[:, :, i::2, j::2] for i in (0, 1) for j in (0, 1)], 1), x.new_zeros(len(x))

    def inverse(self, z):
        return F.pixel_shuffle(z, 2)


# %% wrong="the inverse is a reshape" fails="the inverse gives x back"
class Squeeze(nn.Module):
    def forward(self, x):
        return F.pixel_unshuffle(x, 2), x.new_zeros(len(x))

    def inverse(self, z):
        return z.reshape(z.shape[0], z.shape[1] // 4, 2 * z.shape[2], 2 * z.shape[3])


# %% wrong="the inverse squeezes again" fails="the inverse gives x back"
class Squeeze(nn.Module):
    def forward(self, x):
        return F.pixel_unshuffle(x, 2), x.new_zeros(len(x))

    def inverse(self, z):
        return F.pixel_unshuffle(F.pad(z, (0, z.shape[3] % 2, 0, z.shape[2] % 2)), 2)


# %% wrong="square images only" fails="four times the channels, half the rows and columns"
class Squeeze(nn.Module):
    def forward(self, x):
        b, c, h, w = x.shape
        return F.pixel_unshuffle(x, 2).reshape(b, 4 * c, h // 2, h // 2), x.new_zeros(b)

    def inverse(self, z):
        return F.pixel_shuffle(z, 2)


# %% wrong="detached" fails="a gradient passes"
class Squeeze(nn.Module):
    def forward(self, x):
        return F.pixel_unshuffle(x.detach(), 2), x.new_zeros(len(x))

    def inverse(self, z):
        return F.pixel_shuffle(z, 2)


# %% wrong="scaled by a half" fails="every value is kept, once"
class Squeeze(nn.Module):
    def forward(self, x):
        return F.pixel_unshuffle(x, 2) / 2, x.new_zeros(len(x)) - x[0].numel() * math.log(2)

    def inverse(self, z):
        return 2 * F.pixel_shuffle(z, 2)


# %% right="a convolution with kernels of one 1 each"
class Squeeze(nn.Module):
    def forward(self, x):
        kernels = torch.eye(4).to(x).reshape(4, 1, 2, 2)
        C = x.shape[1]
        return F.conv2d(x, kernels.repeat(C, 1, 1, 1), stride=2, groups=C), 0 * x.flatten(1).sum(1)

    def inverse(self, z):
        C = z.shape[1] // 4
        kernels = torch.eye(4).to(z).reshape(4, 1, 2, 2).repeat(C, 1, 1, 1)
        return F.conv_transpose2d(z, kernels, stride=2, groups=C)
