# %% right="the formula"
def bits_per_dim(log_prob, dims):
    return -log_prob / (dims * math.log(2))


# %% right="base 2 by its reciprocal"
def bits_per_dim(log_prob, dims):
    bits = -log_prob * math.log2(math.e)
    return bits / dims


# %% right="one image after the other, in float32"
def bits_per_dim(log_prob, dims):
    ln2 = torch.log(torch.tensor(2.0))
    return torch.stack([-nats.float() / ln2 / dims for nats in log_prob])


# %% right="the mean surprise in another base"
def bits_per_dim(log_prob, dims):
    return torch.log2(torch.exp(log_prob.neg().div(dims)))


# %% wrong="sign forgotten" fails="a fair coin per pixel costs one bit"
def bits_per_dim(log_prob, dims):
    return log_prob / (dims * math.log(2))


# %% wrong="still in nats" fails="a fair coin per pixel costs one bit"
def bits_per_dim(log_prob, dims):
    return -log_prob / dims


# %% wrong="dimensions forgotten" fails="a fair coin per pixel costs one bit"
def bits_per_dim(log_prob, dims):
    return -log_prob / math.log(2)


# %% wrong="multiplied by log 2" fails="a fair coin per pixel costs one bit"
def bits_per_dim(log_prob, dims):
    return -log_prob * math.log(2) / dims


# %% wrong="brackets forgotten" fails="a fair coin per pixel costs one bit"
def bits_per_dim(log_prob, dims):
    return -log_prob / dims * math.log(2)


# %% wrong="base 10" fails="a fair coin per pixel costs one bit"
def bits_per_dim(log_prob, dims):
    return -log_prob / (dims * math.log(10))


# %% wrong="averaged over the batch" fails="a fair coin per pixel costs one bit"
def bits_per_dim(log_prob, dims):
    return -log_prob.mean() / (dims * math.log(2))


# %% wrong="divided by the number of images" fails="a fair coin per pixel costs one bit"
def bits_per_dim(log_prob, dims):
    return -log_prob / (log_prob.numel() * math.log(2))


# %% wrong="logarithm of a logarithm" fails="a fair coin per pixel costs one bit"
def bits_per_dim(log_prob, dims):
    return -torch.log2(log_prob) / dims


# %% wrong="logarithm of the number of dimensions" fails="a fair coin per pixel costs one bit"
def bits_per_dim(log_prob, dims):
    return -log_prob / math.log2(dims)


# %% wrong="28 x 28 pixels whatever the image" fails="a fair coin per pixel costs one bit"
def bits_per_dim(log_prob, dims):
    return -log_prob / (28 * 28 * math.log(2))


# %% wrong="a rounded constant" fails="one value per image, for any log-likelihood"
def bits_per_dim(log_prob, dims):
    return -log_prob / (dims * 0.69)


# %% wrong="perplexity" fails="a fair coin per pixel costs one bit"
def bits_per_dim(log_prob, dims):
    return (-log_prob / dims).exp()


# %% wrong="a fair coin, always" fails="a fair coin per pixel costs one bit"
def bits_per_dim(log_prob, dims):
    return torch.ones_like(log_prob)
