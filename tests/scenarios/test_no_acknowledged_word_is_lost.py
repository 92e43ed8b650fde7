"""The primary is killed while words come in, and its standby is promoted: what was acknowledged is there, and each node shows it."""
import threading

from nodes import PATIENCE_S, bring, metric, nodes, path_of, wait_until, writable
from postgres import primary_and_standby

BEFORE, AFTER = 8, 4  # imports acknowledged before the kill, and after the promotion


def test_a_failover(tmp_path, counted):
    with primary_and_standby() as (primary, standby):
        url = primary.url(standby, options="?target_session_attrs=read-write&connect_timeout=2")
        with nodes(tmp_path, url, 3) as rooms:
            bring(rooms[0], [1])
            for room in rooms:
                room.start()
                room.wait_for(path_of(1))
            processes = [room.process.pid for room in rooms]
            acknowledged, refused = [1], []
            enough, promoted, done = threading.Event(), threading.Event(), threading.Event()
            writer = threading.Thread(target=write, args=(rooms[0], acknowledged, refused, enough, promoted, done))
            writer.start()
            try:
                assert enough.wait(PATIENCE_S)
                primary.kill()
                assert standby.sql("SELECT pg_promote(true, 60)") == "t"
                standby.sql("ALTER SYSTEM RESET synchronous_standby_names")
                standby.sql("SELECT pg_reload_conf()")
                promoted.set()
                assert done.wait(PATIENCE_S)
            finally:
                promoted.set()
                writer.join()
            for room in rooms:
                wait_until(writable, room)
                for number in acknowledged:
                    room.wait_for(path_of(number))
                assert metric(room, "crier_snapshot_lag") == 0
            assert processes == [room.process.pid for room in rooms]
            shown = [sum(room.get(path_of(number)).status == 200 for number in acknowledged + refused) for room in rooms]
            assert len(set(shown)) == 1  # what nobody acknowledged is everywhere or nowhere
            counted(f"{len(acknowledged)} acknowledged, 0 lost, {len(refused)} refused and {shown[0] - len(acknowledged)} of those shown")


def write(room, acknowledged, refused, enough, promoted, done):
    """One import after another, until some were acknowledged on both sides of the kill."""
    after = 0
    for number in range(2, 200):
        began_promoted = promoted.is_set()
        answer = bring(room, [number], check=False)
        (acknowledged if answer.returncode == 0 else refused).append(number)
        after += answer.returncode == 0 and began_promoted
        if len(acknowledged) > BEFORE:
            enough.set()
        if after >= AFTER:
            done.set()
            return
