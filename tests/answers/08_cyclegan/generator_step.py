# %% right="judges frozen meanwhile"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    for p in (*judge_b.parameters(), *judge_a.parameters()):
        p.requires_grad_(False)
    optimizer.zero_grad(set_to_none=True)
    fake_b = to_b(x)
    fake_a = to_a(y)
    g_b, g_a = fooling(judge_b(fake_b)), fooling(judge_a(fake_a))
    c, i = cycle(to_b, to_a, x, y, fake_b, fake_a), identity(to_b, to_a, x, y)
    (g_b + g_a + weight * (c + identity_share * i)).backward()
    optimizer.step()
    for p in (*judge_b.parameters(), *judge_a.parameters()):
        p.requires_grad_(True)
    return (
        {"to_b": g_b.detach(), "to_a": g_a.detach(), "cycle": c.detach(), "identity": i.detach()},
        fake_b.detach(),
        fake_a.detach(),
    )


# %% right="two backward passes that add up"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    optimizer.zero_grad()
    fake_b, fake_a = to_b(x), to_a(y)
    first = fooling(judge_b(fake_b)), fooling(judge_a(fake_a)), cycle(to_b, to_a, x, y, fake_b, fake_a)
    (first[0] + first[1] + weight * first[2]).backward()
    last = identity(to_b, to_a, x, y)
    (identity_share * weight * last).backward()
    optimizer.step()
    values = [value.detach() for value in (*first, last)]
    return dict(zip(("to_b", "to_a", "cycle", "identity"), values)), fake_b.detach(), fake_a.detach()


# %% right="cleared through the modules"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    for net in (to_b, to_a):
        net.zero_grad()
    fake_a, fake_b = to_a(y), to_b(x)
    losses = {}
    losses["identity"] = identity(to_b, to_a, x, y)
    losses["cycle"] = cycle(to_b, to_a, x, y, fake_b, fake_a)
    losses["to_a"] = fooling(judge_a(fake_a))
    losses["to_b"] = fooling(judge_b(fake_b))
    weights = {"identity": weight * identity_share, "cycle": weight, "to_a": 1.0, "to_b": 1.0}
    sum(weights[name] * losses[name] for name in losses).backward()
    optimizer.step()
    with torch.no_grad():
        losses = {name: value.detach().clone() for name, value in losses.items()}
    return losses, fake_b.detach(), fake_a.detach()


# %% right="a closure for the optimiser"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=fooling_loss,
    cycle=cycle_loss,
    identity=identity_loss,
):
    kept = {}

    def closure():
        optimizer.zero_grad()
        b, a = to_b(x), to_a(y)
        losses = {"to_b": fooling(judge_b(b)), "to_a": fooling(judge_a(a)), "identity": identity(to_b, to_a, x, y)}
        losses["cycle"] = cycle(to_b, to_a, x, y, b, a)
        weights = torch.tensor([1, 1, weight * identity_share, weight], dtype=x.dtype)
        total = torch.stack(list(losses.values())) @ weights
        total.backward()
        kept["losses"] = {name: value.detach() for name, value in losses.items()}
        kept["images"] = b.detach(), a.detach()
        return total

    optimizer.step(closure)
    return kept["losses"], *kept["images"]


# %% right="gradients asked for, everything by keyword"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=fooling_loss,
    cycle=cycle_loss,
    identity=identity_loss,
):
    fake_b, fake_a = to_b(x), to_a(y)
    adversarial = [fooling(judgements=judge_b(fake_b)), fooling(judgements=judge_a(fake_a))]
    home = cycle(to_b=to_b, to_a=to_a, x=x, y=y, fake_b=fake_b, fake_a=fake_a)
    still = identity(to_b=to_b, to_a=to_a, x=x, y=y)
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    slopes = torch.autograd.grad(sum(adversarial) + weight * (home + identity_share * still), parameters)
    for p, slope in zip(parameters, slopes, strict=True):
        p.grad = slope
    optimizer.step()
    names = ("to_b", "to_a", "cycle", "identity")
    return dict(zip(names, [loss.item() for loss in (*adversarial, home, still)])), fake_b.data, fake_a.data


# %% wrong="lambda of the identity multiplied twice" fails="both generators make one step down the weighted sum"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="the share alone" fails="both generators make one step down the weighted sum"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="the whole of lambda for the identity" fails="both generators make one step down the weighted sum"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="lambda missing" fails="both generators make one step down the weighted sum"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="no identity loss" fails="both generators make one step down the weighted sum"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="no cycle" fails="both generators make one step down the weighted sum"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="everything times lambda" fails="both generators make one step down the weighted sum"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = weight * adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="adversarial losses averaged" fails="both generators make one step down the weighted sum"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = (figures["to_b"] + figures["to_a"]) / 2
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="only one judge" fails="both generators make one step down the weighted sum"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"]
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="cycle through detached translations" fails="both generators make one step down the weighted sum"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b.detach(), fake_a.detach()),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="judged without a graph" fails="both generators make one step down the weighted sum"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b.detach())),
        "to_a": fooling(judge_a(fake_a.detach())),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="judges exchanged" fails="both generators make one step down the weighted sum"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_a(fake_b)),
        "to_a": fooling(judge_b(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="identity on the wrong domains" fails="both generators make one step down the weighted sum"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, y, x),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="zero_grad forgotten" fails="gradients of earlier steps do not count"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="cleared after backward" fails="both generators make one step down the weighted sum"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="no step" fails="both generators make one step down the weighted sum"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="translated again for the judges" fails="nothing is translated twice"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(to_b(x))),
        "to_a": fooling(judge_a(to_a(y))),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="translated again for the caller" fails="nothing is translated twice"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, to_b(x).detach(), to_a(y).detach()


# %% wrong="losses with their graphs" fails="what is returned is detached"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="translations with their graphs" fails="what is returned is detached"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b, fake_a


# %% wrong="translations exchanged" fails="returns both translations, as they were before the step"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_a.detach(), fake_b.detach()


# %% wrong="adversarial losses exchanged in the report" fails="returns the four losses without their weights"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    figures = {**figures, "to_b": figures["to_a"], "to_a": figures["to_b"]}
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="weights in the report" fails="returns the four losses without their weights"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": weight * cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": weight * identity_share * identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + figures["cycle"] + figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="judges frozen for good" fails="everybody can still learn afterwards"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    judge_b.requires_grad_(False)
    judge_a.requires_grad_(False)
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="the judges move, too" fails="the discriminators stay where they are"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for p in (*judge_b.parameters(), *judge_a.parameters()):
            p -= 0.1 * p.grad
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="other defaults" fails="by default the paper's weights"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=1.0,
    identity_share=0.5,
    fooling=None,
    cycle=None,
    identity=None,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": fooling(judge_b(fake_b)),
        "to_a": fooling(judge_a(fake_a)),
        "cycle": cycle(to_b, to_a, x, y, fake_b, fake_a),
        "identity": identity(to_b, to_a, x, y),
    }
    adversarial = figures["to_b"] + figures["to_a"]
    loss = adversarial + weight * figures["cycle"] + weight * identity_share * figures["identity"]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()


# %% wrong="losses of its own" fails="both generators make one step down the weighted sum"
def generator_step(
    to_b,
    to_a,
    judge_b,
    judge_a,
    optimizer,
    x,
    y,
    weight=10.0,
    identity_share=0.5,
    fooling=fooling_loss,
    cycle=cycle_loss,
    identity=identity_loss,
):
    fake_b, fake_a = to_b(x), to_a(y)
    figures = {
        "to_b": ((judge_b(fake_b) - 1) ** 2).mean(),
        "to_a": ((judge_a(fake_a) - 1) ** 2).mean(),
        "cycle": F.l1_loss(to_a(fake_b), x) + F.l1_loss(to_b(fake_a), y),
        "identity": F.l1_loss(to_b(y), y) + F.l1_loss(to_a(x), x),
    }
    loss = figures["to_b"] + figures["to_a"] + weight * (figures["cycle"] + identity_share * figures["identity"])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return {name: value.detach() for name, value in figures.items()}, fake_b.detach(), fake_a.detach()
