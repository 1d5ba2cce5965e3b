# %% right="a table of sums"
def checkerboard(height, width):
    places = torch.arange(height)[:, None] + torch.arange(width)
    return (places % 2 == 0).float()[None]


# %% right="two steps through ones"
def checkerboard(height, width):
    mask = torch.zeros(1, height, width)
    mask[:, 0::2, 0::2] = 1
    mask[:, 1::2, 1::2] = 1
    return mask


# %% right="loops"
def checkerboard(height, width):
    mask = torch.zeros(1, height, width)
    for row in range(height):
        for column in range(width):
            if row % 2 == column % 2:
                mask[0, row, column] = 1.0
    return mask


# %% right="meshgrid, in double precision"
def checkerboard(height, width):
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    return 1 - ((rows + columns) % 2).double().unsqueeze(0)


# %% wrong="stripes of rows" fails="the example of 2 x 3 pixels"
def checkerboard(height, width):
    return (torch.arange(height)[:, None] % 2 == 0).float().expand(height, width)[None]


# %% wrong="stripes of columns" fails="the example of 2 x 3 pixels"
def checkerboard(height, width):
    return (torch.arange(width)[None, :] % 2 == 0).float().expand(height, width)[None]


# %% wrong="the opposite" fails="the example of 2 x 3 pixels"
def checkerboard(height, width):
    places = torch.arange(height)[:, None] + torch.arange(width)
    return (places % 2 == 1).float()[None]


# %% wrong="counted in raster order" fails="images of any size"
def checkerboard(height, width):
    return (torch.arange(height * width).reshape(1, height, width) % 2 == 0).float()


# %% wrong="one in four" fails="the example of 2 x 3 pixels"
def checkerboard(height, width):
    mask = torch.zeros(1, height, width)
    mask[:, 0::2, 0::2] = 1
    return mask


# %% wrong="a product for the sum" fails="the example of 2 x 3 pixels"
def checkerboard(height, width):
    places = torch.arange(height)[:, None] * torch.arange(width)
    return (places % 2 == 0).float()[None]


# %% wrong="no dimension in front" fails="the shape is (1, H, W)"
def checkerboard(height, width):
    places = torch.arange(height)[:, None] + torch.arange(width)
    return (places % 2 == 0).float()


# %% wrong="four dimensions" fails="the shape is (1, H, W)"
def checkerboard(height, width):
    places = torch.arange(height)[:, None] + torch.arange(width)
    return (places % 2 == 0).float()[None, None]


# %% wrong="rows and columns exchanged" fails="the shape is (1, H, W)"
def checkerboard(height, width):
    places = torch.arange(width)[:, None] + torch.arange(height)
    return (places % 2 == 0).float()[None]


# %% wrong="truth values" fails="numbers, not truth values"
def checkerboard(height, width):
    places = torch.arange(height)[:, None] + torch.arange(width)
    return (places % 2 == 0)[None]


# %% wrong="whole numbers" fails="numbers, not truth values"
def checkerboard(height, width):
    places = torch.arange(height)[:, None] + torch.arange(width)
    return 1 - (places % 2)[None]


# %% wrong="1 and -1" fails="the example of 2 x 3 pixels"
def checkerboard(height, width):
    places = torch.arange(height)[:, None] + torch.arange(width)
    return 1 - 2.0 * (places % 2)[None]


# %% wrong="random" fails="the example of 2 x 3 pixels"
def checkerboard(height, width):
    return (torch.rand(1, height, width) < 0.5).float()


# %% wrong="the left half" fails="the example of 2 x 3 pixels"
def checkerboard(height, width):
    mask = torch.zeros(1, height, width)
    mask[..., : width // 2] = 1
    return mask


# %% right="a tile repeated and cut, a view"
def checkerboard(height, width):
    tile = torch.eye(2)
    return tile.repeat(height // 2 + 1, width // 2 + 1)[:height, :width].unsqueeze(0)
