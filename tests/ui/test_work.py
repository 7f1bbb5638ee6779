"""The queue of workers by itself: bounds, cancelling, deadlines."""

import asyncio
import threading

import pytest

from rag.errors import Busy, Cancelled, NotFound, TimedOut
from ui.work import Work


@pytest.fixture
def work():
    made = Work(workers=1, queue=1, deadline_seconds=30)
    yield made
    made.close()


class Gated:
    """A producer that waits at a gate after its first event, and says when it was closed."""

    def __init__(self):
        self.started = threading.Event()
        self.gate = threading.Event()
        self.closed = threading.Event()
        self.went_on = False

    def __call__(self):
        try:
            self.started.set()
            yield 1
            self.gate.wait(30)
            yield 2
            self.went_on = True
            yield 3
        finally:
            self.closed.set()


def test_events_come_in_order_from_a_thread_and_from_a_loop(work):
    assert list(work.start(lambda: iter("abc"))) == ["a", "b", "c"]

    async def read():
        return [event async for event in work.start(lambda: iter("abc")).stream()]

    assert asyncio.run(read()) == ["a", "b", "c"]
    assert work.start(lambda: iter("abc")).last() == "c"
    assert asyncio.run(work.start(lambda: iter("abc")).wait()) == "c"


def test_an_error_right_behind_an_event_is_not_missed(work):
    def produce():
        yield 1
        raise NotFound("gone")

    async def read():
        seen = []
        with pytest.raises(NotFound):
            async for event in work.start(produce, deadline_seconds=20).stream():
                seen.append(event)
        return seen

    for _ in range(300):
        assert asyncio.run(asyncio.wait_for(read(), 5)) == [1]
    seen = []
    with pytest.raises(NotFound):
        seen.extend(work.start(produce))


def test_unforeseen_error_reaches_the_reader_and_the_worker_lives(work):
    def produce():
        yield 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work.start(produce).last()
    assert work.start(lambda: iter([5])).last() == 5


def test_full_queue_refuses_at_once(work):
    first, second = Gated(), Gated()
    running = work.start(first)
    assert first.started.wait(10)
    waiting = work.start(second)
    with pytest.raises(Busy) as refused:
        work.start(lambda: iter([1]))
    assert refused.value.hint
    assert (work.running, work.waiting) == (1, 1)
    assert 1 <= work.retry_after <= 60
    first.gate.set()
    second.gate.set()
    assert running.last() == 3
    assert waiting.last() == 3


def test_as_many_as_workers_and_queue_are_taken_in_one_moment():
    made = Work(workers=2, queue=1, deadline_seconds=30)
    gates = [Gated() for _ in range(3)]
    tasks = [made.start(gate) for gate in gates]
    with pytest.raises(Busy):
        made.start(lambda: iter([1]))
    for gate in gates:
        gate.gate.set()
    assert [task.last() for task in tasks] == [3, 3, 3]
    made.close()


def test_cancelled_while_waiting_frees_its_place_and_never_runs(work):
    first, second = Gated(), Gated()
    running = work.start(first)
    assert first.started.wait(10)
    waiting = work.start(second)
    waiting.cancel()
    with pytest.raises(Cancelled):
        waiting.last()
    third = work.start(lambda: iter([7]))
    first.gate.set()
    assert running.last() == 3
    assert third.last() == 7
    assert not second.started.is_set()


def test_cancelled_while_running_stops_at_the_next_event(work):
    gated = Gated()
    task = work.start(gated)
    assert gated.started.wait(10)
    task.cancel()
    with pytest.raises(Cancelled):  # the reader does not wait for the worker
        list(task)
    gated.gate.set()
    assert gated.closed.wait(10)
    assert not gated.went_on
    assert work.start(lambda: iter([7])).last() == 7


def test_leaving_the_loop_early_cancels(work):
    gated = Gated()
    for event in work.start(gated):
        assert event == 1
        break
    gated.gate.set()
    assert gated.closed.wait(10)
    assert not gated.went_on


def test_leaving_the_async_loop_early_cancels(work):
    gated = Gated()

    async def read():
        stream = work.start(gated).stream()
        async for event in stream:
            assert event == 1
            break
        await stream.aclose()

    asyncio.run(read())
    gated.gate.set()
    assert gated.closed.wait(10)
    assert not gated.went_on


@pytest.mark.parametrize("how", ["thread", "loop"])
def test_deadline_ends_the_waiting_at_once_and_frees_the_worker_later(work, how):
    gated = Gated()
    task = work.start(gated, deadline_seconds=0.2)

    async def read():
        return await task.wait()

    with pytest.raises(TimedOut) as late:
        if how == "thread":
            task.last()
        else:
            asyncio.run(read())
    assert "0.2 seconds" in late.value.message
    assert not gated.closed.is_set()  # it is still stuck, and nobody waits for it
    gated.gate.set()
    assert gated.closed.wait(10)
    assert not gated.went_on


def test_deadline_counts_the_waiting(work):
    first, second = Gated(), Gated()
    work.start(first)
    assert first.started.wait(10)
    late = work.start(second, deadline_seconds=0.1)
    with pytest.raises(TimedOut):
        late.last()
    first.gate.set()
    assert work.start(lambda: iter([1])).last() == 1
    assert not second.started.is_set()


def test_close_ends_everything_at_once():
    made = Work(workers=1, queue=5, deadline_seconds=30)
    gated = Gated()
    tasks = [made.start(gated), made.start(lambda: iter([1]))]
    assert gated.started.wait(10)
    made.close(wait_seconds=0.1)
    for task in tasks:
        with pytest.raises(Cancelled):
            list(task)
    with pytest.raises(Busy):
        made.start(lambda: iter([1]))
    gated.gate.set()
    assert gated.closed.wait(10)


def test_many_readers_at_once():
    made = Work(workers=4, queue=1000, deadline_seconds=60)

    async def all_of_them():
        tasks = [made.start(lambda n=n: iter(range(n, n + 5))) for n in range(500)]
        return await asyncio.gather(*(task.wait() for task in tasks))

    assert asyncio.run(all_of_them()) == [n + 4 for n in range(500)]
    assert (made.running, made.waiting) == (0, 0)
    made.close()


def test_queue_that_is_too_long_for_the_deadline_refuses_early():
    made = Work(workers=1, queue=1000, deadline_seconds=30)

    def takes_a_while():
        yield threading.Event().wait(0.1)

    for _ in range(9):  # now it is known how long one takes
        made.start(takes_a_while).last()
    slow = Gated()
    first = made.start(slow)
    assert slow.started.wait(10)
    waiting = [made.start(lambda: iter([1])) for _ in range(3)]
    with pytest.raises(Busy):  # three wait, each usually takes 0.1 seconds
        made.start(lambda: iter([1]), deadline_seconds=0.2)
    assert made.start(lambda: iter([1]), deadline_seconds=30).cancel() is None
    slow.gate.set()
    assert first.last() == 3
    assert [task.last() for task in waiting] == [1, 1, 1]
    made.close()
