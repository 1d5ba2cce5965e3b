# %% right="with apply"
def init_weights(net):
    def begin(part):
        if isinstance(part, (nn.Conv2d, nn.ConvTranspose2d)):
            part.weight.data.normal_(0.0, 0.02)
            if part.bias is not None:
                part.bias.data.zero_()

    return net.apply(begin)


# %% right="without gradients"
def init_weights(net):
    with torch.no_grad():
        for part in net.modules():
            if isinstance(part, (nn.Conv2d, nn.ConvTranspose2d)):
                part.weight.copy_(0.02 * torch.randn_like(part.weight))
                if part.bias is not None:
                    part.bias.fill_(0)
    return net


# %% right="by recursion over children"
def init_weights(net):
    if type(net) in (nn.Conv2d, nn.ConvTranspose2d):
        nn.init.normal_(net.weight, std=0.02)
        if net.bias is not None:
            nn.init.constant_(net.bias, 0.0)
    for child in net.children():
        init_weights(child)
    return net


# %% right="new parameters in the old places"
def init_weights(net):
    for part in net.modules():
        if type(part).__name__ in ("Conv2d", "ConvTranspose2d"):
            part.weight = nn.Parameter(0.02 * torch.randn_like(part.weight))
            if part.bias is not None:
                part.bias = nn.Parameter(torch.zeros_like(part.bias))
    return net


# %% wrong="variance 0.02" fails="their spread is 0.02"
def init_weights(net):
    for part in net.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(part.weight, 0.0, 0.02**0.5)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    return net


# %% wrong="standard deviation 0.0004" fails="their spread is 0.02"
def init_weights(net):
    for part in net.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(part.weight, 0.0, 0.02**2)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    return net


# %% wrong="mean 0.02, spread 1" fails="their spread is 0.02"
def init_weights(net):
    for part in net.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(part.weight, 0.02, 1.0)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    return net


# %% wrong="around 1" fails="their mean is 0"
def init_weights(net):
    for part in net.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(part.weight, 1.0, 0.02)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    return net


# %% wrong="uniform" fails="they are normally distributed"
def init_weights(net):
    for part in net.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.uniform_(part.weight, -0.02 * 3**0.5, 0.02 * 3**0.5)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    return net


# %% wrong="transposed convolutions forgotten" fails="all weights of convolutions are drawn anew"
def init_weights(net):
    for part in net.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.normal_(part.weight, 0.0, 0.02)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    return net


# %% wrong="only the top level" fails="all weights of convolutions are drawn anew"
def init_weights(net):
    for part in net.children():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(part.weight, 0.0, 0.02)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    return net


# %% wrong="only the first depth of names" fails="all weights of convolutions are drawn anew"
def init_weights(net):
    for part in [net]:
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(part.weight, 0.0, 0.02)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    return net


# %% wrong="biases drawn, too" fails="biases of convolutions are 0"
def init_weights(net):
    for part in net.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(part.weight, 0.0, 0.02)
            if part.bias is not None:
                nn.init.normal_(part.bias, 0.0, 0.02)
    return net


# %% wrong="biases left" fails="biases of convolutions are 0"
def init_weights(net):
    for part in net.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(part.weight, 0.0, 0.02)
            if part.bias is not None:
                pass
    return net


# %% wrong="all parameters" fails="what is no convolution stays as it is"
def init_weights(net):
    for name, p in net.named_parameters():
        nn.init.normal_(p, 0.0, 0.02) if name.endswith("weight") else nn.init.zeros_(p)
    return net


# %% wrong="linear layers as well" fails="what is no convolution stays as it is"
def init_weights(net):
    for part in net.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.normal_(part.weight, 0.0, 0.02)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    return net


# %% wrong="a seed inside" fails="two calls draw different weights"
def init_weights(net):
    torch.manual_seed(0)
    for part in net.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(part.weight, 0.0, 0.02)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    return net


# %% wrong="equal weights" fails="all weights of convolutions are drawn anew"
def init_weights(net):
    for part in net.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.constant_(part.weight, 0.02)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    return net


# %% wrong="Kaiming" fails="their spread is 0.02"
def init_weights(net):
    for part in net.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.kaiming_normal_(part.weight)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    return net


# %% wrong="nothing returned" fails="returns the module"
def init_weights(net):
    for part in net.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(part.weight, 0.0, 0.02)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    pass


# %% wrong="bias of a convolution without one" fails="runs on a small input"
def init_weights(net):
    for part in net.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(part.weight, 0.0, 0.02)
            nn.init.zeros_(part.bias)
    return net


# %% wrong="a truncated bell" fails="they are normally distributed"
def init_weights(net):
    for part in net.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.trunc_normal_(part.weight, 0.0, 0.0227, -0.04, 0.04)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    return net


# %% wrong="a copy returned" fails="returns the module"
def init_weights(net):
    import copy

    for part in net.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            part.weight.data.normal_(0, 0.02)
            if part.bias is not None:
                part.bias.data.zero_()
    return copy.deepcopy(net)
