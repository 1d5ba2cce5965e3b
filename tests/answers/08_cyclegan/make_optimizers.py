# %% right="chained"
def make_optimizers(nets, rate=2e-4):
    both = itertools.chain(nets["to_b"].parameters(), nets["to_a"].parameters())
    made = {"generators": torch.optim.Adam(both, rate, (0.5, 0.999))}
    for name in ("judge_b", "judge_a"):
        made[name] = torch.optim.Adam(nets[name].parameters(), rate, (0.5, 0.999))
    return made


# %% right="groups of parameters"
def make_optimizers(nets, rate=2e-4):
    groups = {"generators": ["to_b", "to_a"], "judge_b": ["judge_b"], "judge_a": ["judge_a"]}
    return {
        name: torch.optim.Adam([{"params": nets[n].parameters()} for n in names], lr=rate, betas=(0.5, 0.999))
        for name, names in groups.items()
    }


# %% right="AdamW without decay"
def make_optimizers(nets, rate=2e-4):
    both = [*nets["to_b"].parameters(), *nets["to_a"].parameters()]
    return {
        "generators": torch.optim.AdamW(both, lr=rate, betas=(0.5, 0.999), weight_decay=0.0),
        "judge_b": torch.optim.Adam(nets["judge_b"].parameters(), lr=rate, betas=(0.5, 0.999)),
        "judge_a": torch.optim.Adam(nets["judge_a"].parameters(), lr=rate, betas=(0.5, 0.999)),
    }


# %% right="a loop over lists of modules"
def make_optimizers(nets, rate=2e-4):
    of = {name: nn.ModuleList([nets[name]]) for name in ("judge_b", "judge_a")}
    of["generators"] = nn.ModuleList([nets["to_b"], nets["to_a"]])
    return {name: torch.optim.Adam(own.parameters(), rate, (0.5, 0.999), foreach=True) for name, own in of.items()}


# %% wrong="one optimiser over all" fails="generators moves to_b and to_a, and nothing else"
def make_optimizers(nets, rate=2e-4):
    everything = [p for net in nets.values() for p in net.parameters()]
    one = torch.optim.Adam(everything, lr=rate, betas=(0.5, 0.999))
    return {"generators": one, "judge_b": one, "judge_a": one}


# %% wrong="three over all" fails="generators moves to_b and to_a, and nothing else"
def make_optimizers(nets, rate=2e-4):
    everything = [p for net in nets.values() for p in net.parameters()]
    return {
        name: torch.optim.Adam(everything, lr=rate, betas=(0.5, 0.999)) for name in ("generators", "judge_b", "judge_a")
    }


# %% wrong="one generator only" fails="generators moves to_b and to_a, and nothing else"
def make_optimizers(nets, rate=2e-4):
    both = [*nets["to_b"].parameters()]
    return {
        "generators": torch.optim.Adam(both, lr=rate, betas=(0.5, 0.999)),
        "judge_b": torch.optim.Adam(nets["judge_b"].parameters(), lr=rate, betas=(0.5, 0.999)),
        "judge_a": torch.optim.Adam(nets["judge_a"].parameters(), lr=rate, betas=(0.5, 0.999)),
    }


# %% wrong="a generator and a judge together" fails="generators moves to_b and to_a, and nothing else"
def make_optimizers(nets, rate=2e-4):
    both = [*nets["to_b"].parameters(), *nets["to_a"].parameters(), *nets["judge_a"].parameters()]
    return {
        "generators": torch.optim.Adam(both, lr=rate, betas=(0.5, 0.999)),
        "judge_b": torch.optim.Adam(nets["judge_b"].parameters(), lr=rate, betas=(0.5, 0.999)),
        "judge_a": torch.optim.Adam(nets["judge_a"].parameters(), lr=rate, betas=(0.5, 0.999)),
    }


# %% wrong="judges exchanged" fails="judge_b moves judge_b, and nothing else"
def make_optimizers(nets, rate=2e-4):
    both = [*nets["to_b"].parameters(), *nets["to_a"].parameters()]
    return {
        "generators": torch.optim.Adam(both, lr=rate, betas=(0.5, 0.999)),
        "judge_b": torch.optim.Adam(nets["judge_a"].parameters(), lr=rate, betas=(0.5, 0.999)),
        "judge_a": torch.optim.Adam(nets["judge_b"].parameters(), lr=rate, betas=(0.5, 0.999)),
    }


# %% wrong="one for both judges" fails="judge_a moves judge_a, and nothing else"
def make_optimizers(nets, rate=2e-4):
    both = [*nets["to_b"].parameters(), *nets["to_a"].parameters()]
    judges = [*nets["judge_b"].parameters(), *nets["judge_a"].parameters()]
    common = torch.optim.Adam(judges, lr=rate, betas=(0.5, 0.999))
    return {
        "generators": torch.optim.Adam(both, lr=rate, betas=(0.5, 0.999)),
        "judge_b": common,
        "judge_a": common,
    }


# %% wrong="default betas" fails="Adam with betas 0.5 and 0.999"
def make_optimizers(nets, rate=2e-4):
    both = [*nets["to_b"].parameters(), *nets["to_a"].parameters()]
    return {
        "generators": torch.optim.Adam(both, lr=rate),
        "judge_b": torch.optim.Adam(nets["judge_b"].parameters(), lr=rate),
        "judge_a": torch.optim.Adam(nets["judge_a"].parameters(), lr=rate),
    }


# %% wrong="beta1 for the judges only" fails="Adam with betas 0.5 and 0.999"
def make_optimizers(nets, rate=2e-4):
    both = [*nets["to_b"].parameters(), *nets["to_a"].parameters()]
    return {
        "generators": torch.optim.Adam(both, lr=rate),
        "judge_b": torch.optim.Adam(nets["judge_b"].parameters(), lr=rate, betas=(0.5, 0.999)),
        "judge_a": torch.optim.Adam(nets["judge_a"].parameters(), lr=rate, betas=(0.5, 0.999)),
    }


# %% wrong="betas exchanged" fails="Adam with betas 0.5 and 0.999"
def make_optimizers(nets, rate=2e-4):
    both = [*nets["to_b"].parameters(), *nets["to_a"].parameters()]
    return {
        "generators": torch.optim.Adam(both, lr=rate, betas=(0.999, 0.5)),
        "judge_b": torch.optim.Adam(nets["judge_b"].parameters(), lr=rate, betas=(0.999, 0.5)),
        "judge_a": torch.optim.Adam(nets["judge_a"].parameters(), lr=rate, betas=(0.999, 0.5)),
    }


# %% wrong="beta2 forgotten" fails="Adam with betas 0.5 and 0.999"
def make_optimizers(nets, rate=2e-4):
    both = [*nets["to_b"].parameters(), *nets["to_a"].parameters()]
    return {
        "generators": torch.optim.Adam(both, lr=rate, betas=(0.5, 0.9)),
        "judge_b": torch.optim.Adam(nets["judge_b"].parameters(), lr=rate, betas=(0.5, 0.9)),
        "judge_a": torch.optim.Adam(nets["judge_a"].parameters(), lr=rate, betas=(0.5, 0.9)),
    }


# %% wrong="plain descent" fails="Adam with betas 0.5 and 0.999"
def make_optimizers(nets, rate=2e-4):
    both = [*nets["to_b"].parameters(), *nets["to_a"].parameters()]
    return {
        "generators": torch.optim.SGD(both, lr=rate),
        "judge_b": torch.optim.Adam(nets["judge_b"].parameters(), lr=rate, betas=(0.5, 0.999)),
        "judge_a": torch.optim.Adam(nets["judge_a"].parameters(), lr=rate, betas=(0.5, 0.999)),
    }


# %% wrong="rate fixed" fails="the rate is the caller's"
def make_optimizers(nets, rate=2e-4):
    both = [*nets["to_b"].parameters(), *nets["to_a"].parameters()]
    return {
        "generators": torch.optim.Adam(both, lr=2e-4, betas=(0.5, 0.999)),
        "judge_b": torch.optim.Adam(nets["judge_b"].parameters(), lr=2e-4, betas=(0.5, 0.999)),
        "judge_a": torch.optim.Adam(nets["judge_a"].parameters(), lr=2e-4, betas=(0.5, 0.999)),
    }


# %% wrong="slower judges" fails="Adam with betas 0.5 and 0.999"
def make_optimizers(nets, rate=2e-4):
    both = [*nets["to_b"].parameters(), *nets["to_a"].parameters()]
    return {
        "generators": torch.optim.Adam(both, lr=rate, betas=(0.5, 0.999)),
        "judge_b": torch.optim.Adam(nets["judge_b"].parameters(), lr=rate / 2, betas=(0.5, 0.999)),
        "judge_a": torch.optim.Adam(nets["judge_a"].parameters(), lr=rate, betas=(0.5, 0.999)),
    }


# %% wrong="weight decay" fails="Adam with betas 0.5 and 0.999"
def make_optimizers(nets, rate=2e-4):
    both = [*nets["to_b"].parameters(), *nets["to_a"].parameters()]
    return {
        "generators": torch.optim.Adam(both, weight_decay=0.1, lr=rate, betas=(0.5, 0.999)),
        "judge_b": torch.optim.Adam(nets["judge_b"].parameters(), lr=rate, betas=(0.5, 0.999)),
        "judge_a": torch.optim.Adam(nets["judge_a"].parameters(), lr=rate, betas=(0.5, 0.999)),
    }


# %% wrong="a tuple" fails="three optimisers by their names"
def make_optimizers(nets, rate=2e-4):
    both = [*nets["to_b"].parameters(), *nets["to_a"].parameters()]
    return (
        torch.optim.Adam(both, lr=rate, betas=(0.5, 0.999)),
        torch.optim.Adam(nets["judge_b"].parameters(), lr=rate, betas=(0.5, 0.999)),
        torch.optim.Adam(nets["judge_a"].parameters(), lr=rate, betas=(0.5, 0.999)),
    )
