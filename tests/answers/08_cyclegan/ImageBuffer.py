# %% right="an index loop"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        result = images.detach().clone()
        for i in range(len(result)):
            new = images[i].detach().clone()
            if len(self.images) < self.size:
                self.images.append(new)
                continue
            if u[i, 0] >= 0.5:
                continue
            k = int(torch.floor(u[i, 1] * self.size))
            result[i] = self.images[k]
            self.images[k] = new
        return result


# %% right="one tensor as the store"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []
        self.store = None

    def __call__(self, images, u):
        out = []
        with torch.no_grad():
            for image, chance in zip(images, u):
                if self.store is None:
                    self.store = image[None].clone()
                    out.append(image.clone())
                elif len(self.store) < self.size:
                    self.store = torch.cat([self.store, image[None]])
                    out.append(image.clone())
                elif chance[0] < 0.5:
                    number = (chance[1] * self.size).long()
                    out.append(self.store[number].clone())
                    self.store[number] = image
                else:
                    out.append(image.clone())
        return torch.stack(out).detach()


# %% right="images kept with their batch"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        chosen = []
        for number in range(images.shape[0]):
            image = images[number : number + 1].detach()
            show = image
            if len(self.images) == self.size:
                if float(u[number, 0]) < 0.5:
                    place = int(float(u[number, 1]) * self.size)
                    show = self.images.pop(place)
                    self.images.insert(place, image)
            else:
                self.images.append(image)
            chosen.append(show)
        return torch.cat(chosen, dim=0)


# %% right="a dict under another name"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.store = {}

    @torch.no_grad()
    def __call__(self, images, u):
        shown = torch.empty_like(images)
        for i, image in enumerate(images):
            place = torch.floor(u[i, 1] * self.size).long().item()
            if len(self.store) < self.size:
                self.store[len(self.store)] = shown[i] = image.clone()
            elif u[i, 0] >= 0.5:
                shown[i] = image
            else:
                shown[i] = self.store.pop(place)
                self.store[place] = image.clone()
        return shown


# %% wrong="always an older one" fails="once full, half of the new images pass through"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            else:
                older = int(place * self.size)
                self.images[older], image = image.clone(), self.images[older]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="never an older one" fails="the other half show an older image"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            elif fate < 0:
                older = int(place * self.size)
                self.images[older], image = image.clone(), self.images[older]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="never replaced" fails="the new image takes the older one's place"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            elif fate < 0.5:
                older = int(place * self.size)
                image = self.images[older]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="the new one kept, and shown" fails="the other half show an older image"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            elif fate < 0.5:
                older = int(place * self.size)
                self.images[older] = image.clone()
            shown.append(image)
        return torch.stack(shown)


# %% wrong="the comparison turned around" fails="once full, half of the new images pass through"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            elif fate >= 0.5:
                older = int(place * self.size)
                self.images[older], image = image.clone(), self.images[older]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="graphs kept" fails="what is kept and shown has no graph"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images, u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            elif fate < 0.5:
                older = int(place * self.size)
                self.images[older], image = image.clone(), self.images[older]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="graphs kept where images pass" fails="what is kept and shown has no graph"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images, u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.detach().clone())
            elif fate < 0.5:
                older = int(place * self.size)
                self.images[older], image = image.detach().clone(), self.images[older]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="shared by all buffers" fails="two buffers share nothing"
class ImageBuffer:
    images = []

    def __init__(self, size=50):
        self.size = size

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            elif fate < 0.5:
                older = int(place * self.size)
                self.images[older], image = image.clone(), self.images[older]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="one image too many" fails="the other half show an older image"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if len(self.images) <= self.size:
                self.images.append(image.clone())
            elif fate < 0.5:
                older = int(place * self.size)
                self.images[older], image = image.clone(), self.images[older]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="fate ignored while it fills" fails="what fills the buffer comes back unchanged"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if len(self.images) < self.size and fate >= 0.5:
                self.images.append(image.clone())
            elif fate < 0.5 and self.images:
                older = int(place * len(self.images))
                self.images[older], image = image.clone(), self.images[older]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="rounded to the nearest place" fails="the other half show an older image"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            elif fate < 0.5:
                older = min(round(place * self.size), self.size - 1)
                self.images[older], image = image.clone(), self.images[older]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="the last place never" fails="every place can be hit, the first and the last too"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            elif fate < 0.5:
                older = int(place * (self.size - 1))
                self.images[older], image = image.clone(), self.images[older]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="always the oldest" fails="the other half show an older image"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            elif fate < 0.5:
                older = 0
                self.images[older], image = image.clone(), self.images[older]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="always the newest" fails="the other half show an older image"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            elif fate < 0.5:
                older = self.size - 1
                self.images[older], image = image.clone(), self.images[older]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="kept although it passes" fails="an image that passes through is not kept"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            elif fate < 0.5:
                older = int(place * self.size)
                self.images[older], image = image.clone(), self.images[older]
            else:
                self.images[int(place * self.size)] = image.clone()
            shown.append(image)
        return torch.stack(shown)


# %% wrong="a growing buffer" fails="an image that passes through is not kept"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            elif fate < 0.5:
                older = int(place * self.size)
                self.images[older], image = image.clone(), self.images[older]
            else:
                self.images = self.images[1:] + [image.clone()]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="one fate for the batch" fails="within a batch, image by image"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            elif float(u[0, 0]) < 0.5:
                older = int(place * self.size)
                self.images[older], image = image.clone(), self.images[older]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="a batch is taken in at the end" fails="within a batch, image by image"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        if len(self.images) < self.size:
            self.images += list(images.detach().clone())
            self.images = self.images[: self.size]
            return images.detach()
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if fate < 0.5:
                older = int(place * self.size)
                self.images[older], image = image.clone(), self.images[older]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="another default size" fails="50 by default"
class ImageBuffer:
    def __init__(self, size=100):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            elif fate < 0.5:
                older = int(place * self.size)
                self.images[older], image = image.clone(), self.images[older]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="the numbers exchanged" fails="the other half show an older image"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (place, fate) in zip(images.detach(), u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            elif fate < 0.5:
                older = int(place * self.size)
                self.images[older], image = image.clone(), self.images[older]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="taken after the exchange" fails="the other half show an older image"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            elif fate < 0.5:
                older = int(place * self.size)
                self.images[older] = image.clone()
                image = self.images[older]
            shown.append(image)
        return torch.stack(shown)


# %% wrong="mixed with the older one" fails="the other half show an older image"
class ImageBuffer:
    def __init__(self, size=50):
        self.size = size
        self.images = []

    def __call__(self, images, u):
        shown = []
        for image, (fate, place) in zip(images.detach(), u.tolist()):
            if len(self.images) < self.size:
                self.images.append(image.clone())
            elif fate < 0.5:
                older = int(place * self.size)
                self.images[older], image = image.clone(), (image + self.images[older]) / 2
            shown.append(image)
        return torch.stack(shown)
