# %% right="lambdas"
def other_pair(to_b, to_a, change, undo):
    return (lambda x: change(to_b(x))), (lambda y: to_a(undo(y)))


# %% right="a function that composes"
def other_pair(to_b, to_a, change, undo):
    def after(first, second):
        return lambda images: second(first(images))

    return [after(to_b, change), after(undo, to_a)]


# %% right="steps with names"
def other_pair(to_b, to_a, change, undo):
    def there(x):
        y = to_b(x)
        return change(y)

    def home(y):
        y = undo(y)
        return to_a(y)

    return there, home


# %% right="a class whose objects are called"
class Chain:
    def __init__(self, *functions):
        self.functions = functions

    def __call__(self, images):
        for function in self.functions:
            images = function(images)
        return images


def other_pair(to_b, to_a, change, undo):
    return [Chain(to_b, change), Chain(undo, to_a)]


# %% wrong="the change first" fails="there: translated, then changed"
def other_pair(to_b, to_a, change, undo):
    def other_to_b(x):
        return to_b(change(x))

    def other_to_a(y):
        return to_a(undo(y))

    return other_to_b, other_to_a


# %% wrong="the same order on the way back" fails="back: undone, then translated back"
def other_pair(to_b, to_a, change, undo):
    def other_to_b(x):
        return change(to_b(x))

    def other_to_a(y):
        return undo(to_a(y))

    return other_to_b, other_to_a


# %% wrong="the change not undone" fails="back: undone, then translated back"
def other_pair(to_b, to_a, change, undo):
    def other_to_b(x):
        return change(to_b(x))

    def other_to_a(y):
        return to_a(y)

    return other_to_b, other_to_a


# %% wrong="changed twice" fails="back: undone, then translated back"
def other_pair(to_b, to_a, change, undo):
    def other_to_b(x):
        return change(to_b(x))

    def other_to_a(y):
        return to_a(change(y))

    return other_to_b, other_to_a


# %% wrong="undone on both ways" fails="there: translated, then changed"
def other_pair(to_b, to_a, change, undo):
    def other_to_b(x):
        return undo(to_b(x))

    def other_to_a(y):
        return to_a(undo(y))

    return other_to_b, other_to_a


# %% wrong="nothing changed" fails="there: translated, then changed"
def other_pair(to_b, to_a, change, undo):
    def other_to_b(x):
        return to_b(x)

    def other_to_a(y):
        return to_a(y)

    return other_to_b, other_to_a


# %% wrong="the pair exchanged" fails="there: translated, then changed"
def other_pair(to_b, to_a, change, undo):
    def other_to_b(x):
        return change(to_b(x))

    def other_to_a(y):
        return to_a(undo(y))

    return other_to_a, other_to_b


# %% wrong="the first pair itself" fails="there: translated, then changed"
def other_pair(to_b, to_a, change, undo):
    def other_to_b(x):
        return change(to_b(x))

    def other_to_a(y):
        return to_a(undo(y))

    return to_b, to_a


# %% wrong="no translation" fails="there: translated, then changed"
def other_pair(to_b, to_a, change, undo):
    def other_to_b(x):
        return change(x)

    def other_to_a(y):
        return undo(y)

    return other_to_b, other_to_a


# %% wrong="one function" fails="returns two functions"
def other_pair(to_b, to_a, change, undo):
    def other_to_b(x):
        return change(to_b(x))

    def other_to_a(y):
        return to_a(undo(y))

    return other_to_b


# %% wrong="generators exchanged" fails="there: translated, then changed"
def other_pair(to_b, to_a, change, undo):
    def other_to_b(x):
        return change(to_a(x))

    def other_to_a(y):
        return to_b(undo(y))

    return other_to_b, other_to_a
