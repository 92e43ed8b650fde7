"""What Crier must hold, and whether it did in this run."""

# key of a row, figure in it, bound, whether more is better
BARS = [
    ("cached page of 1 KB ÷ nginx", "cached 1", "ratio", 0.9, True),
    ("cached page of 20 KB ÷ nginx", "cached 20", "ratio", 0.9, True),
    ("cached page of 60 KB ÷ nginx", "cached 60", "ratio", 0.9, True),
    ("list never seen, 1 million items, p99 ms", "list 1000000", "p99 ms", 2, False),
    ("list never seen, cost at 1 million ÷ 10 thousand", "list growth", "ratio", 1.5, False),
    ("search among 1 million items, p95 ms", "search 1000000", "p95 ms", 30, False),
    ("published until seen, same node, p50 ms", "published 10000", "after the command p50 ms", 10, False),
    ("withdrawn until gone, same node, p50 ms", "withdrawn 10000", "after the command p50 ms", 10, False),
    ("published until seen, another node, p50 ms", "published on another node", "after the command p50 ms", 100, False),
    ("published until seen, another node, p99 ms", "published on another node", "p99 ms", 100, False),
    ("WXR import, items/s", "import 10000", "items/s", 3000, True),
    ("WXR import of 1 million, items/s", "import 1000000", "items/s", 3000, True),
    ("site as files, first run, pages/s ÷ Hugo's", "export plain", "÷ hugo", 10, True),
    ("site as files again, nothing changed, pages of the site/s ÷ Hugo's", "export again", "÷ hugo", 10, True),
    ("site as files again, one item published, pages of the site/s ÷ Hugo's", "export one", "÷ hugo", 10, True),
    ("memory with 10 thousand items, MiB", "memory 10000", "MiB after readers", 64, False),
    ("memory with 1 million items, MiB", "memory 1000000", "MiB after readers", 400, False),
]


def judge(rows):
    """A line for each bar whose figure was measured, those that were missed first."""
    by_key = {row["key"]: row for row in rows if row.get("key")}
    lines = []
    for what, key, figure, bound, more in BARS:
        if figure not in by_key.get(key, {}):
            continue
        value = by_key[key][figure]
        met = value >= bound if more else value <= bound
        lines.append((met, f"{'met   ' if met else 'MISSED'}  {what}: {value} (bar: {'at least' if more else 'at most'} {bound})"))
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])]
