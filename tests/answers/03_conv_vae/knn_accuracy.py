# %% right="votes counted in a table"
def knn_accuracy(codes, labels, queries, truth, k):
    squares = ((queries[:, None] - codes[None]) ** 2).sum(-1)
    nearest = squares.argsort(dim=1)[:, :k]
    votes = F.one_hot(labels[nearest], int(labels.max()) + 1).sum(1)
    return (votes.argmax(1) == truth).float().mean().item()


# %% right="scikit-learn"
def knn_accuracy(codes, labels, queries, truth, k):
    from sklearn.neighbors import KNeighborsClassifier

    model = KNeighborsClassifier(k).fit(codes.numpy(), labels.numpy())
    return float(model.score(queries.numpy(), truth.numpy()))


# %% right="query by query, in single precision"
def knn_accuracy(codes, labels, queries, truth, k):
    right = 0
    for query, label in zip(queries.float(), truth):
        distance = (codes.float() - query).norm(dim=1)
        nearest = distance.topk(k, largest=False).indices
        right += int(labels[nearest].bincount().argmax() == label)
    return right / len(queries)


# %% right="squares expanded"
def knn_accuracy(codes, labels, queries, truth, k):
    gap = codes.square().sum(1)[None] - 2 * queries @ codes.T
    _, nearest = torch.sort(gap, 1)
    vote, _ = torch.mode(labels[nearest[:, :k]], 1)
    return vote.eq(truth).double().mean().item()


# %% wrong="the farthest vote" fails="two far clusters are told apart"
def knn_accuracy(codes, labels, queries, truth, k):
    nearest = torch.cdist(queries, codes).topk(k, dim=1).indices
    return (labels[nearest].mode(1).values == truth).double().mean().item()


# %% wrong="largest inner product" fails="distances are Euclidean"
def knn_accuracy(codes, labels, queries, truth, k):
    nearest = (queries @ codes.T).topk(k, dim=1).indices
    return (labels[nearest].mode(1).values == truth).double().mean().item()


# %% wrong="city blocks" fails="distances are Euclidean"
def knn_accuracy(codes, labels, queries, truth, k):
    nearest = torch.cdist(queries, codes, p=1).topk(k, dim=1, largest=False).indices
    return (labels[nearest].mode(1).values == truth).double().mean().item()


# %% wrong="the largest difference" fails="distances are Euclidean"
def knn_accuracy(codes, labels, queries, truth, k):
    nearest = torch.cdist(queries, codes, p=float("inf")).topk(k, dim=1, largest=False).indices
    return (labels[nearest].mode(1).values == truth).double().mean().item()


# %% wrong="the angle" fails="distances are Euclidean"
def knn_accuracy(codes, labels, queries, truth, k):
    near = F.normalize(queries, dim=1) @ F.normalize(codes, dim=1).T
    nearest = near.topk(k, dim=1).indices
    return (labels[nearest].mode(1).values == truth).double().mean().item()


# %% wrong="the nearest alone" fails="k of them vote"
def knn_accuracy(codes, labels, queries, truth, k):
    nearest = torch.cdist(queries, codes).argmin(1)
    return (labels[nearest] == truth).double().mean().item()


# %% wrong="the nearest skipped, as if it were the query" fails="k = 1 asks the nearest alone"
def knn_accuracy(codes, labels, queries, truth, k):
    nearest = torch.cdist(queries, codes).topk(k + 1, dim=1, largest=False).indices[:, 1:]
    return (labels[nearest].mode(1).values == truth).double().mean().item()


# %% wrong="two neighbours too many" fails="k of them vote"
def knn_accuracy(codes, labels, queries, truth, k):
    nearest = torch.cdist(queries, codes).topk(min(k + 2, len(codes)), dim=1, largest=False).indices
    return (labels[nearest].mode(1).values == truth).double().mean().item()


# %% wrong="all vote" fails="no more than k vote"
def knn_accuracy(codes, labels, queries, truth, k):
    return (labels.mode().values.expand(len(queries)) == truth).double().mean().item()


# %% wrong="labels averaged" fails="the most frequent label wins, not the mean or the largest"
def knn_accuracy(codes, labels, queries, truth, k):
    nearest = torch.cdist(queries, codes).topk(k, dim=1, largest=False).indices
    return (labels[nearest].double().mean(1).round() == truth).double().mean().item()


# %% wrong="the largest label" fails="the most frequent label wins, not the mean or the largest"
def knn_accuracy(codes, labels, queries, truth, k):
    nearest = torch.cdist(queries, codes).topk(k, dim=1, largest=False).indices
    return (labels[nearest].amax(1) == truth).double().mean().item()


# %% wrong="the middle label" fails="the most frequent label wins, not the mean or the largest"
def knn_accuracy(codes, labels, queries, truth, k):
    nearest = torch.cdist(queries, codes).topk(k, dim=1, largest=False).indices
    return (labels[nearest].median(1).values == truth).double().mean().item()


# %% wrong="right if any neighbour is" fails="a share in [0, 1]"
def knn_accuracy(codes, labels, queries, truth, k):
    nearest = torch.cdist(queries, codes).topk(k, dim=1, largest=False).indices
    return (labels[nearest] == truth[:, None]).any(1).double().sum().item() / len(codes)


# %% wrong="the error" fails="a share in [0, 1]"
def knn_accuracy(codes, labels, queries, truth, k):
    nearest = torch.cdist(queries, codes).topk(k, dim=1, largest=False).indices
    return (labels[nearest].mode(1).values != truth).double().mean().item()


# %% wrong="percent" fails="a share in [0, 1]"
def knn_accuracy(codes, labels, queries, truth, k):
    nearest = torch.cdist(queries, codes).topk(k, dim=1, largest=False).indices
    return 100 * (labels[nearest].mode(1).values == truth).double().mean().item()


# %% wrong="a count" fails="a share in [0, 1]"
def knn_accuracy(codes, labels, queries, truth, k):
    nearest = torch.cdist(queries, codes).topk(k, dim=1, largest=False).indices
    return float((labels[nearest].mode(1).values == truth).sum())


# %% wrong="a tensor" fails="returns a float"
def knn_accuracy(codes, labels, queries, truth, k):
    nearest = torch.cdist(queries, codes).topk(k, dim=1, largest=False).indices
    return (labels[nearest].mode(1).values == truth).double().mean()


# %% wrong="one neighbour with the right label is enough" fails="k of them vote"
def knn_accuracy(codes, labels, queries, truth, k):
    nearest = torch.cdist(queries, codes).topk(k, dim=1, largest=False).indices
    return (labels[nearest] == truth[:, None]).any(1).double().mean().item()


# %% right="scikit-learn's classifier"
def knn_accuracy(codes, labels, queries, truth, k):
    from sklearn.neighbors import KNeighborsClassifier

    voters = KNeighborsClassifier(k).fit(codes.numpy(), labels.numpy())
    return float(voters.score(queries.numpy(), truth.numpy()))


# %% wrong="votes weighted by nearness" fails="k of them vote"
def knn_accuracy(codes, labels, queries, truth, k):
    distance, nearest = torch.cdist(queries, codes).topk(k, dim=1, largest=False)
    votes = torch.zeros(len(queries), int(labels.max()) + 1, dtype=distance.dtype)
    votes.scatter_add_(1, labels[nearest], 1 / distance)
    return (votes.argmax(1) == truth).double().mean().item()
