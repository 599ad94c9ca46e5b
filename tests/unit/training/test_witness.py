"""What the net says of every place is held against what is known of it."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from inspector.training._nets import DefectNet, NetSpec  # noqa: E402
from inspector.training._witness import EarlyWitness, place_loss  # noqa: E402

STEP = 16
SPEC = NetSpec(height=128, width=128, channels=1, fold=2, widths=(8, 8, 8), classes=2)
SURE = 8.0


def places(*rows: str) -> torch.Tensor:
    """Return (1, H, W) of one sign per place: # there, . bare, ? unknown."""
    signs = torch.tensor([[{"#": 1.0, ".": 0.0, "?": -1.0}[sign] for sign in row] for row in rows])
    return signs.repeat_interleave(STEP, 0).repeat_interleave(STEP, 1)[None]


def seen(*rows: str) -> torch.Tensor:
    """Return logits (1, h, w) of a witness that is sure: # there, . nothing."""
    return torch.tensor([[[SURE if sign == "#" else -SURE for sign in row] for row in rows]])


def loss(said: torch.Tensor, known: torch.Tensor, *, boxed: bool) -> float:
    return float(place_loss(said, known, STEP, boxed=boxed))


@pytest.mark.parametrize("boxed", [False, True])
def test_who_is_right_everywhere_has_nothing_to_learn(*, boxed: bool) -> None:
    assert loss(seen("#..", "..."), places("#..", "..."), boxed=boxed) < 0.01


@pytest.mark.parametrize("boxed", [False, True])
def test_a_call_beside_the_defect_costs(*, boxed: bool) -> None:
    assert loss(seen("#.#", "..."), places("#..", "..."), boxed=boxed) > 0.5


@pytest.mark.parametrize("boxed", [False, True])
def test_what_nobody_knows_costs_nothing(*, boxed: bool) -> None:
    assert loss(seen("#.#", "..."), places("#.?", "???"), boxed=boxed) < 0.01


def test_a_line_aslant_in_its_box_needs_not_fill_it() -> None:
    box, line = places("##.", "##."), seen("#..", ".#.")
    assert loss(line, box, boxed=True) < 0.6 * loss(line, box, boxed=False)


def test_a_box_in_which_nothing_is_seen_costs_as_much_as_ever() -> None:
    box, nothing = places("##.", "##."), seen("...", "...")
    assert loss(nothing, box, boxed=True) == pytest.approx(loss(nothing, box, boxed=False))


def test_an_image_without_a_box_adds_nothing_to_what_boxes_teach() -> None:
    known = torch.cat((places("#.."), places("...")))
    said = torch.cat((seen("#.."), seen("...")))
    assert loss(said, known, boxed=True) < 0.01


def test_the_early_witness_teaches_the_first_kernels_and_changes_nothing_of_what_the_net_sees() -> None:
    torch.manual_seed(0)
    net = DefectNet(SPEC).eval()
    x, known = torch.randn(2, 4, 64, 64), torch.zeros(2, 128, 128)
    features, early = EarlyWitness(net, SPEC.step)(net, x, known)
    assert torch.equal(features, net.body(x))
    early.backward()
    assert net.body[0].conv.weight.grad.abs().sum() > 0
    assert net.body[-1].conv.weight.grad is None
