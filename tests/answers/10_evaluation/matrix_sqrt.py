# %% right="a diagonal matrix in the middle"
def matrix_sqrt(matrix):
    values, vectors = torch.linalg.eigh(matrix)
    return vectors @ torch.diag(values.clamp_min(0) ** 0.5) @ vectors.T


# %% right="singular values"
def matrix_sqrt(matrix):
    U, S, Vh = torch.linalg.svd(matrix)
    return (Vh.T * S.sqrt()) @ Vh


# %% right="a sum of outer products"
def matrix_sqrt(matrix):
    values, vectors = torch.linalg.eigh(matrix)
    result = torch.zeros_like(matrix)
    for value, vector in zip(values, vectors.T):
        if value > 0:
            result = result + value.sqrt() * torch.outer(vector, vector)
    return result


# %% right="absolute values of what rounding left"
def matrix_sqrt(matrix):
    values, vectors = torch.linalg.eigh(matrix)
    return torch.einsum("ik,k,jk->ij", vectors, values.abs().sqrt(), vectors)


# %% right="scipy's root, its real part"
def matrix_sqrt(matrix):
    import scipy.linalg

    return torch.from_numpy(scipy.linalg.sqrtm(matrix.numpy()).real.copy())


# %% right="complex eigenvalues"
def matrix_sqrt(matrix):
    values, vectors = torch.linalg.eig(matrix)
    return (vectors @ values.sqrt().diag() @ torch.linalg.inv(vectors)).real


# %% wrong="entry by entry" fails="the example by hand"
def matrix_sqrt(matrix):
    return matrix.abs().sqrt()


# %% wrong="Cholesky" fails="the example by hand"
def matrix_sqrt(matrix):
    return torch.linalg.cholesky(matrix)


# %% wrong="no clamp" fails="eigenvalues that rounding made negative"
def matrix_sqrt(matrix):
    values, vectors = torch.linalg.eigh(matrix)
    return vectors * values.sqrt() @ vectors.T


# %% wrong="a ridge against negative eigenvalues" fails="small matrices as well as large ones"
def matrix_sqrt(matrix):
    values, vectors = torch.linalg.eigh(matrix)
    return vectors * (values.clamp(min=0) + 1e-6).sqrt() @ vectors.T


# %% wrong="eigenvalues cut at 1e-6" fails="small matrices as well as large ones"
def matrix_sqrt(matrix):
    values, vectors = torch.linalg.eigh(matrix)
    return vectors * values.clamp(min=1e-6).sqrt() @ vectors.T


# %% wrong="the transpose on the wrong side" fails="R times R in four dimensions"
def matrix_sqrt(matrix):
    values, vectors = torch.linalg.eigh(matrix)
    return vectors.T @ torch.diag(values.clamp(min=0).sqrt()) @ vectors


# %% wrong="not turned back" fails="R times R in four dimensions"
def matrix_sqrt(matrix):
    values, vectors = torch.linalg.eigh(matrix)
    return vectors * values.clamp(min=0).sqrt()


# %% wrong="no root" fails="the example by hand"
def matrix_sqrt(matrix):
    values, vectors = torch.linalg.eigh(matrix)
    return vectors * values.clamp(min=0) @ vectors.T


# %% wrong="root of the inverse" fails="R times R in four dimensions"
def matrix_sqrt(matrix):
    values, vectors = torch.linalg.eigh(matrix)
    return vectors * values.clamp(min=1e-12).rsqrt() @ vectors.T


# %% wrong="only the diagonal" fails="the example by hand"
def matrix_sqrt(matrix):
    return matrix.diagonal().clamp(min=0).sqrt().diag()


# %% wrong="rows scaled instead of columns" fails="R times R in four dimensions"
def matrix_sqrt(matrix):
    values, vectors = torch.linalg.eigh(matrix)
    return vectors * values.clamp(min=0).sqrt()[:, None] @ vectors.T


# %% wrong="single precision" fails="small matrices as well as large ones"
def matrix_sqrt(matrix):
    values, vectors = torch.linalg.eigh(matrix + 1e-9 * torch.eye(len(matrix), dtype=matrix.dtype))
    return vectors * values.clamp(min=0).sqrt() @ vectors.T
