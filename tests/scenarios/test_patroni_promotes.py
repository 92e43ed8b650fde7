"""Patroni keeps the database: again and again its leader is killed with all that runs beside it, while words come in. Another is promoted; no
acknowledged word is lost, and each node publishes within ten seconds of a leader that takes writes, without being started again."""
import threading
import time

import pytest

from cluster import patroni
from newsroom import tell
from nodes import bring, metric, nodes, path_of, wait_until, writable

ROUNDS = 5
BETWEEN = 5  # imports acknowledged before each kill
WITHIN_S = 10
PATIENCE_S = 120


class Writer(threading.Thread):
    """One import after another."""

    def __init__(self, room):
        super().__init__()
        self.room, self.acknowledged, self.refused, self.enough = room, [1], [], threading.Event()

    def run(self):
        number = 1
        while not self.enough.is_set():
            number += 1
            answer = bring(self.room, [number], check=False)
            (self.acknowledged if answer.returncode == 0 else self.refused).append(number)

    def wait_for(self, more):
        """So many more acknowledged; the last of them."""
        count = len(self.acknowledged) + more
        until = time.monotonic() + PATIENCE_S
        while len(self.acknowledged) < count:
            assert self.is_alive() and time.monotonic() < until
            time.sleep(0.01)
        return self.acknowledged[count - 1]


def fail_over(cluster, rooms, writer):
    """How long it took from a leader that takes writes until each node showed a word that was written after."""
    writer.wait_for(BETWEEN)
    killed = cluster.leader()
    killed.kill()
    until = time.monotonic() + PATIENCE_S
    while not cluster.writes():
        assert time.monotonic() < until, cluster.told()
    began = time.monotonic()
    number = writer.wait_for(2)  # the first may have begun before
    for room in rooms:
        room.wait_for(path_of(number), within_s=PATIENCE_S)
    took_s = time.monotonic() - began
    killed.start()
    cluster.wait_until_whole()
    assert cluster.leader() is not killed
    return took_s


@pytest.mark.soak
def test_a_failover_by_patroni(tmp_path, counted):
    with patroni() as cluster, nodes(tmp_path, cluster.url(), 3) as rooms:
        bring(rooms[0], [1])
        for room in rooms:
            room.start("--quiet")
            room.wait_for(path_of(1))
        processes = [room.process.pid for room in rooms]
        writer = Writer(rooms[0])
        writer.start()
        slowest_s = 0
        try:
            for number in range(ROUNDS):
                took_s = fail_over(cluster, rooms, writer)
                slowest_s = max(slowest_s, took_s)
                tell(f"test_a_failover_by_patroni: the leader killed {number + 1} of {ROUNDS} times; published {took_s:.1f} s after the next one took writes")
        finally:
            writer.enough.set()
            writer.join()
        for room in rooms:
            wait_until(writable, room)
            for number in writer.acknowledged:
                room.wait_for(path_of(number))
            assert metric(room, "crier_snapshot_lag") == 0
        assert processes == [room.process.pid for room in rooms]
        shown = [[number for number in writer.refused if room.get(path_of(number)).status == 200] for room in rooms]
        assert shown[0] == shown[1] == shown[2]  # what nobody acknowledged is everywhere or nowhere
        counted(f"the leader killed {ROUNDS} times, {len(writer.acknowledged)} acknowledged, 0 lost, {len(writer.refused)} refused and {len(shown[0])} of "
                f"those shown; published at the latest {slowest_s:.1f} s after a leader took writes")
        assert slowest_s < WITHIN_S
