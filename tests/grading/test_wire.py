"""What crosses between the grader and a student's process: every value whole, and nothing that is no message."""

import json
import math
import os
import random
import socket
import threading
import time
import tracemalloc

import pytest
import torch
from torch import nn

from helpers.checks import doubles
from helpers.checks.subject import Elsewhere
from helpers.grading.inside import wire


def across(value):
    """A value after the journey."""
    return unpacked(wire.pack({"value": value}))["value"]


def unpacked(content, by_name=wire.named):
    header, blob = wire.LENGTHS.unpack(content[: wire.LENGTHS.size])
    rest = content[wire.LENGTHS.size :]
    assert len(rest) == header + blob
    return wire.unpack(rest[:header], rest[header:], lambda part: part, by_name)


def read(header, blob=b""):
    """What the grader reads, as a student's process may write it."""
    header = header if isinstance(header, bytes) else json.dumps(header).encode()
    return wire.unpack(header, blob, lambda part: part)


# Values


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -(10**400),
        1.5,
        math.inf,
        -math.inf,
        -0.0,
        "",
        "naïve ∑ \0 \n",
        "\ud800 alone",
        b"",
        bytes(range(256)),
        1 + 2j,
        complex(0, -math.inf),
        [],
        (),
        set(),
        frozenset(),
        {},
        [1, (2, [3, {4}], {"a": None}), frozenset({(1, 2)}), {"x"}],
        {1: "one", (1, 2): [True], None: {"nested": {"deep": b"x"}}, 2.5: frozenset({1})},
        Elsewhere(7, ("weight", "bias"), "a value of type Linear"),
        [Elsewhere(1), {"f": Elsewhere(2)}],
    ],
)
def test_a_value_arrives_as_it_was(value):
    arrived = across(value)
    assert arrived == value
    assert type(arrived) is type(value)
    assert repr(arrived) == repr(value)


def test_not_a_number_arrives():
    assert math.isnan(across(math.nan))
    assert math.isnan(across(complex(math.nan, 0)).real)


@pytest.mark.parametrize("dtype", sorted(wire.DTYPES, key=str))
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3)])
def test_a_tensor_arrives_as_it_was(dtype, shape):
    tensor = torch.arange(math.prod(shape)).reshape(shape).to(dtype)
    arrived = across(tensor)
    assert arrived.dtype == dtype
    assert arrived.shape == tensor.shape
    assert torch.equal(arrived, tensor)


def test_infinite_and_undefined_entries_arrive():
    tensor = torch.tensor([math.inf, -math.inf, math.nan, -0.0])
    assert across(tensor).tolist()[:2] == [math.inf, -math.inf]
    assert across(tensor).isnan().tolist() == [False, False, True, False]
    assert across(tensor).signbit()[3]


@pytest.mark.parametrize(
    "tensor",
    [
        torch.arange(12.0).reshape(3, 4).T,
        torch.arange(12.0)[::3],
        torch.ones(1).expand(4, 3),
        torch.arange(4.0, requires_grad=True) * 2,
        nn.Parameter(torch.ones(2)),
        torch.tensor([1 + 2j]).conj(),
        torch.tensor([1 + 2j]).conj().imag,
        torch.arange(4).view(torch.uint8)[3:7],
    ],
)
def test_any_view_arrives_plain(tensor):
    arrived = across(tensor)
    assert torch.equal(arrived, tensor)
    assert type(arrived) is torch.Tensor
    assert not arrived.requires_grad
    assert arrived.is_contiguous()


def test_tensors_keep_their_places_in_containers():
    one, two, three = (torch.full((n,), float(n)) for n in (1, 2, 3))
    first, (second, third) = across([one, ({"x": two}, {three})])
    assert torch.equal(first, one)
    assert torch.equal(second["x"], two)
    assert isinstance(third, set)
    assert torch.equal(next(iter(third)), three)


def test_two_places_of_one_tensor_are_two_tensors():
    tensor = torch.zeros(2)
    first, second = across([tensor, tensor])
    first += 1
    assert second.tolist() == [0, 0]


class Grade(float):
    """A subclass that says more than it is."""

    def __repr__(self):
        return "100"


def test_subclasses_arrive_as_what_they_hold():
    assert type(across(Grade(0.5))) is float
    assert across(torch.return_types.max((torch.ones(1), torch.zeros(1, dtype=int)))) == (torch.ones(1), torch.zeros(1))


@pytest.mark.parametrize("value", [torch.sin, torch.float64, doubles.Scale, torch.nn.functional.relu])
def test_what_both_sides_have_crosses_by_name(value):
    assert across(value) is value


@pytest.mark.parametrize(
    "value",
    [
        object(),
        lambda x: x,
        os.system,
        wire,
        nn.Linear(1, 1),
        torch.eye(2).to_sparse(),
        torch.empty(2, device="meta"),
        torch.ones(2).to(torch.float8_e5m2),
        torch.ones([1] * wire.DIMENSION_LIMIT),
        [[object()]],
        range(3),
    ],
)
def test_everything_else_is_refused(value):
    with pytest.raises(TypeError):
        wire.pack({"value": value})


def nested(depth):
    value = 0
    for _ in range(depth):
        value = [value]
    return value


def test_depth_is_limited_on_both_sides():
    assert across(nested(wire.DEPTH_LIMIT)) == nested(wire.DEPTH_LIMIT)
    with pytest.raises(TypeError):
        wire.pack({"value": nested(wire.DEPTH_LIMIT + 1)})
    for depth in (wire.DEPTH_LIMIT + 1, 400, 100_000):
        with pytest.raises(wire.Malformed):
            read(b'{"value": ' + b'{"list": [' * depth + b"0" + b"]}" * depth + b"}")


@pytest.mark.parametrize(
    "value",
    [
        "x" * wire.HEADER_LIMIT,
        torch.empty(wire.BLOB_LIMIT + 1, dtype=torch.uint8),
        torch.ones(1).expand(10**13),
        [torch.empty(wire.BLOB_LIMIT // 3, dtype=torch.uint8)] * 3,
        [torch.empty(0)] * 20_000,
        set(range(wire.KEY_LIMIT + 1)),
        [dict.fromkeys(range(wire.KEY_LIMIT // 2 + 1), 0)] * 2,
        pytest.param(10**5000, id="a number of 5001 digits"),
    ],
)
def test_too_large_a_message_is_not_sent(value):
    with pytest.raises(ValueError, match=r"too|digits"):
        wire.pack({"value": value})


# What is no message


@pytest.mark.parametrize(
    "value",
    [
        [],
        [1],
        {},
        {"list": {}},
        {"list": "ab"},
        {"list": [1], "tuple": [1]},
        {"tuple": None},
        {"set": [{"list": []}]},
        {"set": 3},
        {"dict": {"ab": 1}},
        {"dict": [[1]]},
        {"dict": [[1, 2, 3]]},
        {"dict": ["ab"]},
        {"dict": [[{"list": []}, 1]]},
        {"tensor": 0},
        {"tensor": -1},
        {"tensor": True},
        {"tensor": "0"},
        {"complex tensor": 0},
        {"complex": [1.0]},
        {"complex": [1.0, 10**400]},
        {"complex": ["1", "2"]},
        {"bytes": "é"},
        {"bytes": "a"},
        {"bytes": [1]},
        {"part": 1},
        {"part": True, "names": [], "what": ""},
        {"part": 1, "names": [1], "what": ""},
        {"part": 1, "names": "ab", "what": ""},
        {"part": 1, "names": [], "what": 3},
        {"part": 1, "names": [], "what": "", "more": 1},
        {"name": "torch:sin"},
        {"name": 3},
        {"pickle": "gASV"},
        {"Tensor": 0},
    ],
)
def test_what_writer_does_not_make_is_malformed(value):
    with pytest.raises(wire.Malformed):
        read({"value": value})


@pytest.mark.parametrize(
    "header", [b"", b"\xff", b"[]", b"3", b"null", b"{", b'{"a": 1} x', b"9" * 5000, b'{"a": ' + b"9" * 5000 + b"}"]
)
def test_a_header_that_is_none_is_malformed(header):
    with pytest.raises(wire.Malformed):
        read(header)


def safetensors_blob(index, data=b""):
    header = index if isinstance(index, bytes) else json.dumps(index).encode()
    return len(header).to_bytes(8, "little") + header + data


def entry(dtype="F32", shape=(1,), offsets=(0, 4)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


@pytest.mark.parametrize(
    "blob",
    [
        b"x",
        b"\0" * 8,
        b"\xff" * 8,
        safetensors_blob(b"{"),
        safetensors_blob({"0": entry()}, b"123"),
        safetensors_blob({"0": entry()}, b"12345"),
        safetensors_blob({"1": entry()}, b"1234"),
        safetensors_blob({"x": entry()}, b"1234"),
        safetensors_blob({"0": entry(shape=(2,))}, b"1234"),
        safetensors_blob({"0": entry(shape=(2**62, 4))}, b"1234"),
        safetensors_blob({"0": entry(shape=(0, 2**63), offsets=(0, 0))}),
        safetensors_blob({"0": entry(shape=(0, 10**9), offsets=(0, 0))}),  # a sum over its empty side has 4 GB
        safetensors_blob({"0": entry(shape=(-1,))}, b"1234"),
        safetensors_blob({"0": entry(), "1": entry()}, b"1234"),
        safetensors_blob({"0": entry(offsets=(0, 2**62))}, b"1234"),
        safetensors_blob({"0": entry("F99")}, b"1234"),
        safetensors_blob({"0": entry("F8_E5M2", (4,))}, b"1234"),
        safetensors_blob({"0": entry(shape=[1] * 40)}, b"1234"),
        safetensors_blob({str(i): entry(shape=(0,), offsets=(0, 0)) for i in range(20_000)}),
    ],
)
def test_a_blob_that_is_none_is_malformed(blob):
    with pytest.raises(wire.Malformed):
        read({"value": 0}, blob)


def test_a_complex_tensor_needs_pairs_of_reals():
    with pytest.raises(wire.Malformed):
        read({"value": {"complex tensor": 0}}, safetensors_blob({"0": entry(shape=(1,))}, b"1234"))
    with pytest.raises(wire.Malformed):
        read({"value": {"complex tensor": 0}}, safetensors_blob({"0": entry("I64", (2,), (0, 16))}, bytes(16)))


def test_members_of_sets_cannot_be_made_to_collide_for_long():
    """Multiples of 2**61 - 1 have the same hash, so a set of n takes n**2 comparisons."""
    colliding = [i * (2**61 - 1) for i in range(100_000)]
    began = time.process_time()
    for value in ({"set": colliding}, {"dict": [[i, 0] for i in colliding]}, {"list": [{"set": colliding[:6000]}] * 9}):
        with pytest.raises(wire.Malformed):
            read({"value": value})
    assert time.process_time() - began < 15


EXAMPLES = [
    {"id": 3, "kind": "value", "value": torch.arange(6.0).reshape(2, 3), "call": 4, "tracked": [True]},
    {"id": 1, "kind": "broken", "message": "It raised ZeroDivisionError: division by zero (at your line `1 / 0`)."},
    {
        "value": {"w": torch.ones(2, dtype=torch.complex128), "b": torch.tensor(True), (1, 2): {1.5, "x"}},
        "more": [Elsewhere(5, ("w", "b"), "a module"), b"bytes", 2 + 3j, frozenset({None}), math.inf],
    },
]
FRAGMENTS = [
    b"[",
    b"]",
    b"{",
    b"}",
    b'"',
    b",",
    b":",
    b"-",
    b"NaN",
    b"1e999",
    b"\\u0000",
    b"\xff",
    b"null",
    b'"tensor"',
]


def mutated(content, rng):
    """A message with a few bytes changed, taken out, doubled, or put in."""
    content = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 8))):
        place, length = rng.randrange(len(content)), rng.choice((1, 1, 4, 30))
        match rng.randrange(5):
            case 0:
                content[place] = rng.randrange(256)
            case 1:
                del content[place : place + length]
            case 2:
                content[place:place] = content[place : place + length]
            case 3:
                content[place:place] = rng.choice(FRAGMENTS)
            case 4:
                other = rng.randrange(len(content))
                content[place : place + length] = content[other : other + length]
        content = content or bytearray(b"0")
    return bytes(content)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_mutations_are_read_or_malformed_and_take_little_memory(number):
    content = wire.pack(EXAMPLES[number])
    header, _ = wire.LENGTHS.unpack(content[: wire.LENGTHS.size])
    index, blob = content[wire.LENGTHS.size :][:header], content[wire.LENGTHS.size + header :]
    rng, outcomes = random.Random(number), {"read": 0, "malformed": 0}
    tracemalloc.start()
    try:
        for _ in range(2500):
            changed = (mutated(index, rng), blob) if not blob or rng.random() < 0.6 else (index, mutated(blob, rng))
            try:
                assert isinstance(read(*changed), dict)
                outcomes["read"] += 1
            except wire.Malformed:
                outcomes["malformed"] += 1
        assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    finally:
        tracemalloc.stop()
    assert min(outcomes.values()) > 100, outcomes


# The channel


@pytest.fixture
def ends():
    """Two ends of a socket."""
    ours, theirs = socket.socketpair()
    yield wire.Channel(*[ours.detach()] * 2), theirs
    theirs.close()


def soon(seconds=60.0):
    return time.monotonic() + seconds


def test_a_message_arrives_in_pieces(ends):
    channel, theirs = ends
    content = wire.pack({"value": torch.arange(1000)})

    def drip():
        for place in range(0, len(content), 501):
            theirs.sendall(content[place : place + 501])
            time.sleep(0.002)

    dripping = threading.Thread(target=drip)
    dripping.start()
    header, blob = channel.receive(soon())
    dripping.join()
    assert torch.equal(wire.unpack(header, blob, lambda part: part)["value"], torch.arange(1000))
    channel.close()


def test_bytes_that_drip_do_not_extend_the_deadline(ends):
    channel, theirs = ends
    over = threading.Event()

    def drip():
        theirs.sendall(wire.LENGTHS.pack(1000, 0))
        for _ in range(900):
            if over.wait(0.02):
                return
            theirs.sendall(b"x")

    dripping = threading.Thread(target=drip)
    dripping.start()
    with pytest.raises(wire.Late):
        channel.receive(soon(0.3))
    assert dripping.is_alive(), "it waited until no more bytes came"
    over.set()
    dripping.join()
    channel.close()


def test_a_reader_that_never_reads_does_not_keep_the_sender(ends):
    channel, _ = ends
    began = time.monotonic()
    with pytest.raises(wire.Late):
        channel.send(bytes(2**24), soon(0.3))
    assert time.monotonic() - began > 0.2
    channel.close()


def test_the_other_end_may_be_gone(ends):
    channel, theirs = ends
    theirs.close()
    with pytest.raises(wire.Closed):
        channel.receive(soon())
    with pytest.raises(wire.Closed):
        channel.send(b"x", soon())
    channel.close()


def test_half_a_message_is_none(ends):
    channel, theirs = ends
    theirs.sendall(wire.pack({"value": 1})[:-1])
    theirs.shutdown(socket.SHUT_WR)
    with pytest.raises(wire.Closed):
        channel.receive(soon())
    channel.close()


@pytest.mark.parametrize(("header", "blob"), [(wire.HEADER_LIMIT + 1, 0), (2, wire.BLOB_LIMIT + 1), (2**64 - 1, 0)])
def test_lengths_beyond_the_limits_are_malformed(ends, header, blob):
    channel, theirs = ends
    theirs.sendall(wire.LENGTHS.pack(header, blob))
    with pytest.raises(wire.Malformed):
        channel.receive(soon())
    channel.close()


def test_memory_grows_with_what_arrives_and_not_with_what_is_announced(ends):
    channel, theirs = ends
    theirs.sendall(wire.LENGTHS.pack(2, wire.BLOB_LIMIT) + b"{}" + b"x" * 1000)
    tracemalloc.start()
    try:
        with pytest.raises(wire.Late):
            channel.receive(soon(0.2))
        assert tracemalloc.get_traced_memory()[1] < 4 * 2**20
    finally:
        tracemalloc.stop()
    channel.close()


def test_a_closed_channel_stays_closed(ends):
    channel, theirs = ends
    channel.close()
    again = os.dup(theirs.fileno())  # takes the number that became free
    channel.close()
    os.fstat(again)
    with pytest.raises(wire.Closed):
        channel.receive(soon())
    with pytest.raises(wire.Closed):
        channel.send(b"x")
    os.close(again)
