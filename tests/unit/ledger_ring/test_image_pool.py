from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inspector.errors import SharedMemoryError
from inspector.sharedmem import ImagePool, Segment

HEIGHT, WIDTH = 24, 32


def image(value: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(value).integers(0, 255, shape or (HEIGHT, WIDTH), dtype=np.uint8)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    ImagePool.create(tmp_path / "images.pool", HEIGHT * WIDTH * 3, slots=3)
    return tmp_path / "images.pool"


@pytest.fixture
def producer(path: Path) -> ImagePool:
    return ImagePool.resume(path)


@pytest.fixture
def consumer(path: Path) -> ImagePool:
    return ImagePool.attach(path)


@pytest.mark.parametrize(
    "pixels", [image(1), image(2, HEIGHT, WIDTH, 3), image(3, HEIGHT, 2 * WIDTH)[:, ::2]]
)
def test_an_image_comes_out_as_it_went_in(
    producer: ImagePool, consumer: ImagePool, pixels: np.ndarray
) -> None:
    put = producer.put(pixels)
    assert put is not None
    np.testing.assert_array_equal(consumer.take(*put), pixels)


def test_a_station_whose_reader_is_behind_is_told_at_once_and_overwrites_nothing(
    producer: ImagePool, consumer: ImagePool
) -> None:
    puts = [producer.put(image(n)) for n in range(4)]
    assert puts[3] is None
    for n, put in enumerate(puts[:3]):
        assert put is not None
        np.testing.assert_array_equal(consumer.take(*put), image(n))


def test_slots_may_come_back_in_any_order(producer: ImagePool, consumer: ImagePool) -> None:
    puts = [producer.put(image(n)) for n in range(3)]
    assert puts[1] is not None
    consumer.give_back(*puts[1])
    again = producer.put(image(9))
    assert again is not None
    assert again[0] == puts[1][0]
    assert producer.put(image(10)) is None


def test_a_slot_that_was_used_again_is_not_mistaken_for_its_old_image(
    producer: ImagePool, consumer: ImagePool
) -> None:
    old = producer.put(image(1))
    assert old is not None
    consumer.give_back(*old)
    for n in range(3):
        producer.put(image(n))
    assert consumer.take(*old) is None


def test_giving_back_an_old_image_does_not_free_its_successor(
    producer: ImagePool, consumer: ImagePool
) -> None:
    old = producer.put(image(1))
    assert old is not None
    consumer.give_back(*old)
    new = [producer.put(image(n)) for n in range(3)]
    consumer.give_back(*old)
    assert producer.put(image(5)) is None
    assert all(put is not None and consumer.take(*put) is not None for put in new)


def test_an_image_that_changes_while_it_is_copied_is_refused(
    producer: ImagePool, consumer: ImagePool
) -> None:
    put = producer.put(image(1))
    assert put is not None

    class Overwritten(np.ndarray):
        def copy(self, order: str = "K") -> np.ndarray:  # type: ignore[override]
            producer._generation[put[0]] = 0
            return super().copy()

    consumer._pixels = consumer._pixels.view(Overwritten)
    assert consumer.take(*put) is None


def test_a_station_killed_while_copying_leaves_no_image_and_no_lost_slot(
    path: Path, producer: ImagePool, consumer: ImagePool
) -> None:
    put = producer.put(image(1))
    assert put is not None
    producer._generation[put[0]] = 0
    assert consumer.take(*put) is None
    successor = ImagePool.resume(path)
    assert all(successor.put(image(n)) is not None for n in range(3))


def test_a_restarted_station_takes_back_the_slots_that_no_row_has_named(
    path: Path, producer: ImagePool
) -> None:
    old = [producer.put(image(n)) for n in range(3)]
    successor = ImagePool.resume(path)
    new = [successor.put(image(10 + n)) for n in range(4)]
    assert [put is not None for put in new] == [True, True, True, False]
    consumer = ImagePool.attach(path)
    assert all(put is not None and consumer.take(*put) is None for put in old)


def test_an_image_larger_than_a_slot_is_refused(producer: ImagePool) -> None:
    assert producer.put(image(1, HEIGHT + 1, WIDTH, 3)) is None
    assert producer.put(image(1, HEIGHT, WIDTH, 3)) is not None


@pytest.mark.parametrize("slot", [-1, 3])
def test_a_slot_that_does_not_exist_has_no_image(consumer: ImagePool, slot: int) -> None:
    assert consumer.take(slot, 0) is None
    consumer.give_back(slot, 0)


def test_a_pool_of_the_same_size_is_kept_and_any_other_is_made_anew(path: Path, producer: ImagePool) -> None:
    put = producer.put(image(1))
    assert put is not None
    assert ImagePool.ensure(path, HEIGHT * WIDTH * 3, slots=3).take(*put) is not None
    other = ImagePool.ensure(path, HEIGHT * WIDTH, slots=3)
    assert other.slot_bytes == HEIGHT * WIDTH
    for n in range(3):
        other.put(image(n))
    assert other.take(*put) is None


def test_a_pool_of_another_version_is_refused(tmp_path: Path) -> None:
    Segment.create(tmp_path / "images.pool", 4096, magic=b"INSIMAGE", version=999)
    with pytest.raises(SharedMemoryError, match="another version"):
        ImagePool.ensure(tmp_path / "images.pool", 100)
