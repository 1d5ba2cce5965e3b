# %% right="a branch"
def kl_weight(step, warmup):
    if step >= warmup:
        return 1.0
    return step / warmup


# %% right="numpy's clip"
def kl_weight(step, warmup):
    return float(np.clip(step / warmup, 0, 1))


# %% right="interpolated between two points"
def kl_weight(step, warmup):
    return float(np.interp(step, [0, warmup], [0.0, 1.0]))


# %% right="the number of steps limited"
def kl_weight(step, warmup):
    return min(step, warmup) / warmup


# %% wrong="never stops rising" fails="stays 1"
def kl_weight(step, warmup):
    return step / warmup


# %% wrong="reaches 1 only in the limit" fails="is 1 when the warm-up ends"
def kl_weight(step, warmup):
    return 1 - math.exp(-step / warmup)


# %% wrong="a sigmoid that never reaches 1" fails="begins at 0"
def kl_weight(step, warmup):
    return 1 / (1 + math.exp(-(step - warmup / 2) / (warmup / 10)))


# %% wrong="falling" fails="begins at 0"
def kl_weight(step, warmup):
    return max(0.0, 1 - step / warmup)


# %% wrong="jumps" fails="rises in a straight line"
def kl_weight(step, warmup):
    return float(step >= warmup)


# %% wrong="whole numbers" fails="rises in a straight line"
def kl_weight(step, warmup):
    return min(1, step // warmup)


# %% wrong="the larger of the two" fails="rises in a straight line"
def kl_weight(step, warmup):
    return max(1.0, step / warmup)


# %% wrong="one step ahead" fails="begins at 0"
def kl_weight(step, warmup):
    return min(1.0, (step + 1) / warmup)


# %% wrong="one step late" fails="is 1 when the warm-up ends"
def kl_weight(step, warmup):
    return min(1.0, step / (warmup + 1))


# %% wrong="a small weight from the start" fails="begins at 0"
def kl_weight(step, warmup):
    return min(1.0, 0.01 + 0.99 * step / warmup)


# %% wrong="cyclic" fails="is 1 when the warm-up ends"
def kl_weight(step, warmup):
    return (step % warmup) / warmup


# %% wrong="a cosine" fails="rises in a straight line"
def kl_weight(step, warmup):
    return 0.5 * (1 - math.cos(math.pi * min(1.0, step / warmup)))


# %% wrong="back to 0 after the warm-up" fails="stays 1"
def kl_weight(step, warmup):
    return step / warmup if step <= warmup else 0.0


# %% wrong="upside down" fails="rises in a straight line"
def kl_weight(step, warmup):
    return min(1.0, warmup / max(step, 1)) if step else 0.0


# %% wrong="a tensor" fails="returns a plain number"
def kl_weight(step, warmup):
    return torch.tensor(step / warmup).clamp(max=1)


# %% wrong="again and again from 0" fails="stays 1"
def kl_weight(step, warmup):
    return min(1.0, step % (4 * warmup) / warmup)
