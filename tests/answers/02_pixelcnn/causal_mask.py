# %% right="slices cut from ones"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.ones(rows, columns)
    mask[rows // 2, columns // 2 + (1 if mask_type == "B" else 0) :] = 0
    mask[rows // 2 + 1 :] = 0
    return mask


# %% right="raster order as one line of numbers"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    centre = (rows // 2) * columns + columns // 2
    open_places = centre + 1 if mask_type == "B" else centre
    return (torch.arange(rows * columns) < open_places).float().reshape(rows, columns)


# %% right="place by place, in lists"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    table = []
    for row in range(rows):
        line = []
        for column in range(columns):
            before = (row, column) < (rows // 2, columns // 2)
            centre = (row, column) == (rows // 2, columns // 2) and mask_type == "B"
            line.append(1.0 if before or centre else 0.0)
        table.append(line)
    return torch.tensor(table)


# %% right="booleans from broadcast offsets"
def causal_mask(kernel_size, mask_type):
    down = torch.arange(kernel_size[0])[:, None] - kernel_size[0] // 2
    right = torch.arange(kernel_size[1])[None, :] - kernel_size[1] // 2
    last = 0 if mask_type == "B" else -1
    return (down < 0) | ((down == 0) & (right <= last))


# %% right="ones and zeros joined, as integers"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    seen = rows // 2 * columns + columns // 2 + int(mask_type == "B")
    flat = torch.cat([torch.ones(seen, dtype=torch.int64), torch.zeros(rows * columns - seen, dtype=torch.int64)])
    return flat.view(rows, columns)


# %% right="numpy, filled from zeros"
def causal_mask(kernel_size, mask_type):
    import numpy as np

    rows, columns = kernel_size
    mask = np.zeros((rows, columns))
    mask[: rows // 2, :] = 1
    mask[rows // 2, : columns // 2] = 1
    if mask_type == "B":
        mask[rows // 2, columns // 2] = 1
    return torch.from_numpy(mask)


# %% wrong="types swapped" fails="the centre is hidden in A"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.ones(rows, columns)
    mask[rows // 2, columns // 2 + (mask_type == "A") :] = 0
    mask[rows // 2 + 1 :] = 0
    return mask


# %% wrong="type A everywhere" fails="the centre is seen in B"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.ones(rows, columns)
    mask[rows // 2, columns // 2 :] = 0
    mask[rows // 2 + 1 :] = 0
    return mask


# %% wrong="type B everywhere" fails="the centre is hidden in A"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.ones(rows, columns)
    mask[rows // 2, columns // 2 + 1 :] = 0
    mask[rows // 2 + 1 :] = 0
    return mask


# %% wrong="type asked for in lower case" fails="the centre is hidden in A"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.ones(rows, columns)
    mask[rows // 2, columns // 2 + 1 :] = 0
    mask[rows // 2 + 1 :] = 0
    if mask_type == "a":
        mask[rows // 2, columns // 2] = 0
    return mask


# %% wrong="the own row shut whole" fails="left of the centre is seen"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.ones(rows, columns)
    mask[rows // 2 :] = 0
    if mask_type == "B":
        mask[rows // 2, columns // 2] = 1
    return mask


# %% wrong="the own row left open in B" fails="right of the centre is hidden"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.ones(rows, columns)
    if mask_type == "A":
        mask[rows // 2, columns // 2 :] = 0
    mask[rows // 2 + 1 :] = 0
    return mask


# %% wrong="only the centre shut" fails="right of the centre is hidden"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.ones(rows, columns)
    mask[rows // 2 + 1 :] = 0
    if mask_type == "A":
        mask[rows // 2, columns // 2] = 0
    return mask


# %% wrong="off by one to the right" fails="right of the centre is hidden"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.ones(rows, columns)
    mask[rows // 2, columns // 2 + (mask_type == "B") + 1 :] = 0
    mask[rows // 2 + 1 :] = 0
    return mask


# %% wrong="off by one to the left" fails="the centre is seen in B"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.ones(rows, columns)
    mask[rows // 2, max(columns // 2 - (mask_type == "A"), 0) :] = 0
    mask[rows // 2 + 1 :] = 0
    return mask


# %% wrong="one row too many below" fails="rows below are hidden"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.ones(rows, columns)
    mask[rows // 2, columns // 2 + (mask_type == "B") :] = 0
    mask[rows // 2 + 2 :] = 0
    return mask


# %% wrong="rows below forgotten" fails="rows below are hidden"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.ones(rows, columns)
    mask[rows // 2, columns // 2 + (mask_type == "B") :] = 0
    return mask


# %% wrong="rows below shut to the right only" fails="rows below are hidden"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.ones(rows, columns)
    mask[rows // 2 :, columns // 2 + (mask_type == "B") :] = 0
    return mask


# %% wrong="upper right shut, like a triangle" fails="rows above are seen"
def causal_mask(kernel_size, mask_type):
    return torch.ones(kernel_size).tril(-1 if mask_type == "A" else 0)


# %% wrong="upper right shut, like a quadrant" fails="rows above are seen"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.zeros(rows, columns)
    mask[: rows // 2 + 1, : columns // 2 + 1] = 1
    if mask_type == "A":
        mask[rows // 2, columns // 2] = 0
    return mask


# %% wrong="column by column" fails="rows above are seen"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.ones(rows, columns)
    mask[rows // 2 + (mask_type == "B") :, columns // 2] = 0
    mask[:, columns // 2 + 1 :] = 0
    return mask


# %% wrong="zeros and ones swapped" fails="rows above are seen"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.zeros(rows, columns)
    mask[rows // 2, columns // 2 + (mask_type == "B") :] = 1
    mask[rows // 2 + 1 :] = 1
    return mask


# %% wrong="upside down" fails="rows above are seen"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.ones(rows, columns)
    mask[rows // 2, columns // 2 + (mask_type == "B") :] = 0
    mask[: rows // 2] = 0
    return mask


# %% wrong="square kernels only" fails="zeros and ones in the kernel's shape"
def causal_mask(kernel_size, mask_type):
    size = kernel_size[0]
    mask = torch.ones(size, size)
    mask[size // 2, size // 2 + (mask_type == "B") :] = 0
    mask[size // 2 + 1 :] = 0
    return mask


# %% wrong="rows and columns swapped" fails="zeros and ones in the kernel's shape"
def causal_mask(kernel_size, mask_type):
    columns, rows = kernel_size
    mask = torch.ones(rows, columns)
    mask[rows // 2, columns // 2 + (mask_type == "B") :] = 0
    mask[rows // 2 + 1 :] = 0
    return mask


# %% wrong="middle of the rows taken for both" fails="right of the centre is hidden"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    middle = rows // 2
    mask = torch.ones(rows, columns)
    mask[middle, middle + (mask_type == "B") :] = 0
    mask[middle + 1 :] = 0
    return mask


# %% wrong="with channels in front" fails="zeros and ones in the kernel's shape"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.ones(1, 1, rows, columns)
    mask[:, :, rows // 2, columns // 2 + (mask_type == "B") :] = 0
    mask[:, :, rows // 2 + 1 :] = 0
    return mask


# %% wrong="minus infinity, as in attention" fails="zeros and ones in the kernel's shape"
def causal_mask(kernel_size, mask_type):
    rows, columns = kernel_size
    mask = torch.zeros(rows, columns)
    mask[rows // 2, columns // 2 + (mask_type == "B") :] = -torch.inf
    mask[rows // 2 + 1 :] = -torch.inf
    return mask


# %% wrong="a 3 x 3 kernel copied from the text" fails="zeros and ones in the kernel's shape"
def causal_mask(kernel_size, mask_type):
    return torch.tensor([[1.0, 1.0, 1.0], [1.0, float(mask_type == "B"), 0.0], [0.0, 0.0, 0.0]])


# %% wrong="nothing hidden" fails="rows below are hidden"
def causal_mask(kernel_size, mask_type):
    return torch.ones(kernel_size)


# %% wrong="everything hidden" fails="rows above are seen"
def causal_mask(kernel_size, mask_type):
    return torch.zeros(kernel_size)
