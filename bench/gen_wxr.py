#!/usr/bin/python3
"""Writes a made-up WordPress export to standard output: the same bytes for the same options, as long as wanted. corpus.py says what is in it.

    gen_wxr.py --items N [--body-bytes 5000] [--seed 1] [--distinct 20000]
"""
import argparse
import sys

import corpus


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, required=True)
    parser.add_argument("--body-bytes", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--distinct", type=int, default=20000, help="bodies that differ")
    options = parser.parse_args()
    made = corpus.Corpus(options.seed, options.items, options.body_bytes, options.distinct)
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.writelines(made.export())


if __name__ == "__main__":
    main()
