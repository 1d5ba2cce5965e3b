# %% right="slices"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    n = max(1, rows // m)
    return torch.cat([bound(x[i : i + n], noise(m, len(x[i : i + n]))) for i in range(0, len(x), n)])


# %% right="into a tensor made before"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    out = x.new_empty(len(x))
    start, n = 0, rows // m if rows >= m else 1
    while start < len(x):
        stop = min(start + n, len(x))
        out[start:stop] = bound(x[start:stop], noise(m, stop - start))
        start = stop
    return out


# %% right="without the decorator's help"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    out = []
    with torch.inference_mode():
        for chunk in torch.split(x, max(rows // m, 1)):
            out.extend(bound(chunk, noise(m, chunk.shape[0])).tolist())
    return torch.tensor(out, dtype=x.dtype)


# %% right="each chunk detached"
def evaluate_in_chunks(bound, x, m, rows, noise):
    found = []
    for chunk in x.split(max(1, rows // m)):
        with torch.enable_grad():
            found.append(bound(chunk, noise(m, len(chunk))).detach())
    return torch.cat(found)


# %% right="noise for all images at once"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    eps, n = noise(m, len(x)), max(1, rows // m)
    return torch.cat([bound(a, b) for a, b in zip(x.split(n), eps.split(n, dim=1))])


# %% right="noise for full chunks, cut for the last one"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    n = max(1, rows // m)
    return torch.cat([bound(c, noise(m, n)[:, : len(c)]) for c in x.split(n)])


# %% wrong="everything at once" fails="no chunk is too large"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    return bound(x, noise(m, len(x)))


# %% wrong="chunks of `rows` images" fails="no chunk is too large"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    return torch.cat([bound(c, noise(m, len(c))) for c in x.split(rows)])


# %% wrong="one image at a time" fails="no more chunks than needed"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    return torch.cat([bound(c, noise(m, 1)) for c in x.split(1)])


# %% wrong="one chunk more" fails="no chunk is too large"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    return torch.cat([bound(c, noise(m, len(c))) for c in x.split(-(-rows // m))])


# %% wrong="not even one image" fails="at least one image"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    return torch.cat([bound(c, noise(m, len(c))) for c in x.split(rows // m)])


# %% wrong="one image more than there is room for" fails="no chunk is too large"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    return torch.cat([bound(c, noise(m, len(c))) for c in x.split(rows // m + 1)])


# %% wrong="the mean" fails="one number per image"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    return torch.cat([bound(c, noise(m, len(c))) for c in x.split(max(1, rows // m))]).mean()


# %% wrong="means of the chunks" fails="one number per image"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    return torch.stack([bound(c, noise(m, len(c))).mean() for c in x.split(max(1, rows // m))])


# %% wrong="the same noise for all chunks" fails="chunks in the images' order"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    n = max(1, rows // m)
    eps = noise(m, min(n, len(x)))
    return torch.cat([bound(c, eps[:, : len(c)]) for c in x.split(n)])


# %% wrong="one noise for all images" fails="all at once where there is room"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    n = max(1, rows // m)
    return torch.cat([bound(c, noise(m, 1).expand(-1, len(c), -1)) for c in x.split(n)])


# %% wrong="the last chunk dropped" fails="one number per image"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    n = max(1, rows // m)
    return torch.cat([bound(x[i : i + n], noise(m, n)) for i in range(0, len(x) - n + 1, n)])


# %% wrong="noise for full chunks only" fails="chunks in the images' order"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    n = min(len(x), max(1, rows // m))
    return torch.cat([bound(c, noise(m, n)) for c in x.split(n)])


# %% wrong="back to front" fails="chunks in the images' order"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    n = max(1, rows // m)
    chunks = [bound(c, noise(m, len(c))) for c in x.split(n)]
    return torch.cat(chunks[::-1])


# %% wrong="a list" fails="one number per image"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    return [bound(c, noise(m, len(c))) for c in x.split(max(1, rows // m))]


# %% wrong="noise turned round" fails="all at once where there is room"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    return torch.cat([bound(c, noise(len(c), m)) for c in x.split(max(1, rows // m))])


# %% wrong="with a graph" fails="no graph is kept"
@torch.enable_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    return torch.cat([bound(c, noise(m, len(c))) for c in x.split(max(1, rows // m))])


# %% wrong="m codes in chunks of their own" fails="all at once where there is room"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    return torch.stack([torch.cat([bound(c, noise(1, len(c))) for c in x.split(rows)]) for _ in range(m)]).mean(0)


# %% right="chunks of nearly one size"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    chunks = x.tensor_split(-(-len(x) // max(1, rows // m)))
    return torch.cat([bound(c, noise(m, len(c))) for c in chunks])


# %% wrong="rounded to the nearest number of images" fails="no chunk is too large"
@torch.no_grad()
def evaluate_in_chunks(bound, x, m, rows, noise):
    return torch.cat([bound(c, noise(m, len(c))) for c in x.split(max(1, round(rows / m)))])
