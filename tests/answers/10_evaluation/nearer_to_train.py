# %% right="minima"
def nearer_to_train(train, held_out, fake):
    a = torch.cdist(fake.double(), train.double()).min(dim=1).values
    b = torch.cdist(fake.double(), held_out.double()).min(dim=1).values
    return (a < b).double().mean() + 0.5 * (a == b).double().mean()


# %% right="signs"
def nearer_to_train(train, held_out, fake):
    gap = torch.cdist(fake.double(), held_out.double()).amin(1) - torch.cdist(fake.double(), train.double()).amin(1)
    return (1 + gap.sign()).mean() / 2


# %% right="a loop"
def nearer_to_train(train, held_out, fake):
    won = 0.0
    for x in fake.double():
        a = (train.double() - x).norm(dim=1).min()
        b = (held_out.double() - x).norm(dim=1).min()
        won += 1.0 if a < b else 0.5 if a == b else 0.0
    return won / len(fake)


# %% right="in blocks"
def nearer_to_train(train, held_out, fake):
    a, b = (torch.cat([block.amin(1) for block in squares_in_blocks(fake, images)]) for images in (train, held_out))
    return torch.heaviside(b - a, torch.tensor(0.5).double()).mean()


# %% wrong="turned round" fails="four of seven"
def nearer_to_train(train, held_out, fake):
    a, b = (torch.cdist(fake.double(), part.double()).amin(1) for part in (train, held_out))
    return ((a > b).double() + (a == b).double() / 2).mean()


# %% wrong="ties for nothing" fails="ties count one half"
def nearer_to_train(train, held_out, fake):
    a, b = (torch.cdist(fake.double(), part.double()).amin(1) for part in (train, held_out))
    return (a < b).double().mean()


# %% wrong="ties in full" fails="ties count one half"
def nearer_to_train(train, held_out, fake):
    a, b = (torch.cdist(fake.double(), part.double()).amin(1) for part in (train, held_out))
    return (a <= b).double().mean()


# %% wrong="mean distances" fails="the nearest image decides"
def nearer_to_train(train, held_out, fake):
    a, b = (torch.cdist(fake.double(), part.double()).mean(1) for part in (train, held_out))
    return ((a < b).double() + (a == b).double() / 2).mean()


# %% wrong="farthest images" fails="the nearest image decides"
def nearer_to_train(train, held_out, fake):
    a, b = (torch.cdist(fake.double(), part.double()).amax(1) for part in (train, held_out))
    return ((a < b).double() + (a == b).double() / 2).mean()


# %% wrong="counted" fails="four of seven"
def nearer_to_train(train, held_out, fake):
    a, b = (torch.cdist(fake.double(), part.double()).amin(1) for part in (train, held_out))
    return ((a < b).double() + (a == b).double() / 2).sum()


# %% wrong="nearest fake of each training image" fails="four of seven"
def nearer_to_train(train, held_out, fake):
    a, b = (torch.cdist(fake.double(), part.double()).amin(0) for part in (train, held_out))
    return ((a < b).double() + (a == b).double() / 2).mean()


# %% wrong="copies only" fails="four of seven"
def nearer_to_train(train, held_out, fake):
    a = torch.cdist(fake.double(), train.double()).amin(1)
    return (a < 1e-6).double().mean()


# %% wrong="always one half" fails="copies: 1, and copies of the others: 0"
def nearer_to_train(train, held_out, fake):
    return fake.double().sum() * 0 + 0.5


# %% wrong="divided by the training images" fails="four of seven"
def nearer_to_train(train, held_out, fake):
    a, b = (torch.cdist(fake.double(), part.double()).amin(1) for part in (train, held_out))
    return ((a < b).double() + (a == b).double() / 2).sum() / len(train)


# %% wrong="row by row" fails="four of seven"
def nearer_to_train(train, held_out, fake):
    n = min(len(fake), len(train))
    a, b = ((fake[:n].double() - part[:n].double()).norm(dim=1) for part in (train, held_out))
    return ((a < b).double() + (a == b).double() / 2).mean()
