# %% right="a loop over the domains"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    order = [nets[name] for name in ("to_b", "to_a", "judge_b", "judge_a")]
    losses, *fakes = of_generators(*order, optimizers["generators"], x, y)
    losses = dict(losses)
    for domain, real, fake, chance in zip("ba", (y, x), fakes, u):
        name = f"judge_{domain}"
        losses[name] = of_judge(nets[name], optimizers[name], real, buffers[domain](fake, chance))
    return losses


# %% right="by keyword"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    figures, fake_b, fake_a = of_generators(
        to_b=nets["to_b"],
        to_a=nets["to_a"],
        judge_b=nets["judge_b"],
        judge_a=nets["judge_a"],
        optimizer=optimizers["generators"],
        x=x,
        y=y,
    )
    shown_b, shown_a = buffers["b"](fake_b, u[0]), buffers["a"](fake_a, u[1])
    figures["judge_a"] = of_judge(judge=nets["judge_a"], optimizer=optimizers["judge_a"], real=x, fake=shown_a)
    figures["judge_b"] = of_judge(judge=nets["judge_b"], optimizer=optimizers["judge_b"], real=y, fake=shown_b)
    return figures


# %% right="judges frozen meanwhile"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = [nets["judge_b"], nets["judge_a"]]
    for judge in judges:
        judge.requires_grad_(False)
    losses, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["generators"], x, y)
    for judge in judges:
        judge.requires_grad_(True)
    return losses | {
        "judge_b": of_judge(judges[0], optimizers["judge_b"], y, buffers["b"](fake_b.detach(), u[0])),
        "judge_a": of_judge(judges[1], optimizers["judge_a"], x, buffers["a"](fake_a.detach(), u[1])),
    }


# %% right="buffers first, the judge of A first"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=generator_step, of_judge=judge_step):
    four = [nets[name] for name in ("to_b", "to_a", "judge_b", "judge_a")]
    losses, fake_b, fake_a = of_generators(*four, optimizers["generators"], x, y)
    old_a, old_b = buffers["a"](fake_a, u[1]).detach(), buffers["b"](fake_b, u[0]).detach()
    losses["judge_a"] = float(of_judge(nets["judge_a"], optimizers["judge_a"], x, old_a))
    losses["judge_b"] = float(of_judge(nets["judge_b"], optimizers["judge_b"], y, old_b))
    return losses


# %% wrong="no buffer" fails="the judge of B is shown what the buffer of B gives"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = nets["judge_b"], nets["judge_a"]
    figures, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["generators"], x, y)
    loss_b = of_judge(judges[0], optimizers["judge_b"], y, fake_b)
    loss_a = of_judge(judges[1], optimizers["judge_a"], x, fake_a)
    return {**figures, "judge_b": loss_b, "judge_a": loss_a}


# %% wrong="one buffer for both domains" fails="the judge of A is shown what the buffer of A gives"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = nets["judge_b"], nets["judge_a"]
    figures, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["generators"], x, y)
    loss_b = of_judge(judges[0], optimizers["judge_b"], y, buffers["b"](fake_b, u[0]))
    loss_a = of_judge(judges[1], optimizers["judge_a"], x, buffers["b"](fake_a, u[1]))
    return {**figures, "judge_b": loss_b, "judge_a": loss_a}


# %% wrong="buffers exchanged" fails="the judge of B is shown what the buffer of B gives"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = nets["judge_b"], nets["judge_a"]
    figures, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["generators"], x, y)
    loss_b = of_judge(judges[0], optimizers["judge_b"], y, buffers["a"](fake_b, u[0]))
    loss_a = of_judge(judges[1], optimizers["judge_a"], x, buffers["b"](fake_a, u[1]))
    return {**figures, "judge_b": loss_b, "judge_a": loss_a}


# %% wrong="the same numbers for both buffers" fails="the judge of A is shown what the buffer of A gives"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = nets["judge_b"], nets["judge_a"]
    figures, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["generators"], x, y)
    loss_b = of_judge(judges[0], optimizers["judge_b"], y, buffers["b"](fake_b, u[0]))
    loss_a = of_judge(judges[1], optimizers["judge_a"], x, buffers["a"](fake_a, u[0]))
    return {**figures, "judge_b": loss_b, "judge_a": loss_a}


# %% wrong="translations exchanged" fails="the judge of B is shown what the buffer of B gives"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = nets["judge_b"], nets["judge_a"]
    figures, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["generators"], x, y)
    loss_b = of_judge(judges[0], optimizers["judge_b"], y, buffers["b"](fake_a, u[0]))
    loss_a = of_judge(judges[1], optimizers["judge_a"], x, buffers["a"](fake_b, u[1]))
    return {**figures, "judge_b": loss_b, "judge_a": loss_a}


# %% wrong="real images exchanged" fails="each with real images of its own domain"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = nets["judge_b"], nets["judge_a"]
    figures, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["generators"], x, y)
    loss_b = of_judge(judges[0], optimizers["judge_b"], x, buffers["b"](fake_b, u[0]))
    loss_a = of_judge(judges[1], optimizers["judge_a"], y, buffers["a"](fake_a, u[1]))
    return {**figures, "judge_b": loss_b, "judge_a": loss_a}


# %% wrong="optimisers exchanged" fails="each with its own optimiser"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = nets["judge_b"], nets["judge_a"]
    figures, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["generators"], x, y)
    loss_b = of_judge(judges[0], optimizers["judge_a"], y, buffers["b"](fake_b, u[0]))
    loss_a = of_judge(judges[1], optimizers["judge_b"], x, buffers["a"](fake_a, u[1]))
    return {**figures, "judge_b": loss_b, "judge_a": loss_a}


# %% wrong="one optimiser for both judges" fails="each with its own optimiser"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = nets["judge_b"], nets["judge_a"]
    figures, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["generators"], x, y)
    loss_b = of_judge(judges[0], optimizers["judge_b"], y, buffers["b"](fake_b, u[0]))
    loss_a = of_judge(judges[1], optimizers["judge_b"], x, buffers["a"](fake_a, u[1]))
    return {**figures, "judge_b": loss_b, "judge_a": loss_a}


# %% wrong="generators exchanged" fails="with the right networks, optimiser and images"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = nets["judge_b"], nets["judge_a"]
    figures, fake_b, fake_a = of_generators(nets["to_a"], nets["to_b"], *judges, optimizers["generators"], x, y)
    loss_b = of_judge(judges[0], optimizers["judge_b"], y, buffers["b"](fake_b, u[0]))
    loss_a = of_judge(judges[1], optimizers["judge_a"], x, buffers["a"](fake_a, u[1]))
    return {**figures, "judge_b": loss_b, "judge_a": loss_a}


# %% wrong="images exchanged" fails="with the right networks, optimiser and images"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = nets["judge_b"], nets["judge_a"]
    figures, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["generators"], y, x)
    loss_b = of_judge(judges[0], optimizers["judge_b"], y, buffers["b"](fake_b, u[0]))
    loss_a = of_judge(judges[1], optimizers["judge_a"], x, buffers["a"](fake_a, u[1]))
    return {**figures, "judge_b": loss_b, "judge_a": loss_a}


# %% wrong="a judge's optimiser for the generators" fails="with the right networks, optimiser and images"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = nets["judge_b"], nets["judge_a"]
    figures, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["judge_b"], x, y)
    loss_b = of_judge(judges[0], optimizers["judge_b"], y, buffers["b"](fake_b, u[0]))
    loss_a = of_judge(judges[1], optimizers["judge_a"], x, buffers["a"](fake_a, u[1]))
    return {**figures, "judge_b": loss_b, "judge_a": loss_a}


# %% wrong="judges first" fails="the generators come first"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = nets["judge_b"], nets["judge_a"]
    loss_b = of_judge(judges[0], optimizers["judge_b"], y, buffers["b"](x, u[0]))
    loss_a = of_judge(judges[1], optimizers["judge_a"], x, buffers["a"](y, u[1]))
    figures, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["generators"], x, y)
    return {**figures, "judge_b": loss_b, "judge_a": loss_a}


# %% wrong="translated once more" fails="runs on a small input"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = nets["judge_b"], nets["judge_a"]
    figures, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["generators"], x, y)
    loss_b = of_judge(judges[0], optimizers["judge_b"], y, buffers["b"](nets["to_b"](x), u[0]))
    loss_a = of_judge(judges[1], optimizers["judge_a"], x, buffers["a"](fake_a, u[1]))
    return {**figures, "judge_b": loss_b, "judge_a": loss_a}


# %% wrong="judges stay frozen" fails="the discriminators can learn in their own step"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = nets["judge_b"], nets["judge_a"]
    judges[0].requires_grad_(False)
    judges[1].requires_grad_(False)
    figures, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["generators"], x, y)
    loss_b = of_judge(judges[0], optimizers["judge_b"], y, buffers["b"](fake_b, u[0]))
    loss_a = of_judge(judges[1], optimizers["judge_a"], x, buffers["a"](fake_a, u[1]))
    return {**figures, "judge_b": loss_b, "judge_a": loss_a}


# %% wrong="one judge only" fails="one step of each discriminator"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = nets["judge_b"], nets["judge_a"]
    figures, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["generators"], x, y)
    loss_b = of_judge(judges[0], optimizers["judge_b"], y, buffers["b"](fake_b, u[0]))
    return {**figures, "judge_b": loss_b, "judge_a": loss_b}


# %% wrong="losses exchanged" fails="returns all losses by their names"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = nets["judge_b"], nets["judge_a"]
    figures, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["generators"], x, y)
    loss_b = of_judge(judges[0], optimizers["judge_b"], y, buffers["b"](fake_b, u[0]))
    loss_a = of_judge(judges[1], optimizers["judge_a"], x, buffers["a"](fake_a, u[1]))
    return {**figures, "judge_b": loss_a, "judge_a": loss_b}


# %% wrong="the generators' losses not returned" fails="returns all losses by their names"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = nets["judge_b"], nets["judge_a"]
    figures, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["generators"], x, y)
    loss_b = of_judge(judges[0], optimizers["judge_b"], y, buffers["b"](fake_b, u[0]))
    loss_a = of_judge(judges[1], optimizers["judge_a"], x, buffers["a"](fake_a, u[1]))
    return {"judge_b": loss_b, "judge_a": loss_a}


# %% wrong="buffers asked twice" fails="each buffer is asked once"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=None, of_judge=None):
    judges = nets["judge_b"], nets["judge_a"]
    figures, fake_b, fake_a = of_generators(nets["to_b"], nets["to_a"], *judges, optimizers["generators"], x, y)
    buffers["b"](fake_b, u[0])
    loss_b = of_judge(judges[0], optimizers["judge_b"], y, buffers["b"](fake_b, u[0]))
    loss_a = of_judge(judges[1], optimizers["judge_a"], x, buffers["a"](fake_a, u[1]))
    return {**figures, "judge_b": loss_b, "judge_a": loss_a}


# %% wrong="numbers taken image by image" fails="the judge of B is shown what the buffer of B gives"
def cyclegan_step(nets, optimizers, buffers, x, y, u, of_generators=generator_step, of_judge=judge_step):
    four = [nets[name] for name in ("to_b", "to_a", "judge_b", "judge_a")]
    losses, fake_b, fake_a = of_generators(*four, optimizers["generators"], x, y)
    for domain, real, fake, numbers in (("b", y, fake_b, u[:, 0]), ("a", x, fake_a, u[:, 1])):
        name = f"judge_{domain}"
        losses[name] = of_judge(nets[name], optimizers[name], real, buffers[domain](fake, numbers))
    return losses
