"""The tables of a folder of PDFs, without any rule, as `score.py` of the ICDAR 2013 documents takes them, and what they cost.

    python benchmarks/public_tables.py FOLDER OUT [--only afstem]

Writes OUT/afstem/NAME.json and OUT/camelot/NAME.json, and prints the processor time of each reader on the same pages in the same
run, imports left out. Camelot reads with its stream flavour, the best of today's tools on tables without rules.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path

from pipeline.extract import read_tables
from pipeline.read import read_pages
from pipeline.text import join_lines

Pages = dict[int, list[list[list[str]]]]  # page -> tables -> rows -> cells


def with_afstem(file: Path) -> Pages:
    """A table that runs over a page break is parted there: the documents are scored page by page."""
    out: Pages = defaultdict(list)
    for table in read_tables(read_pages(file)):
        own: Pages = defaultdict(lambda: [[]])
        for row in table.rows:
            page = next((c.page for c in row if c and c.lines), table.page)
            own[page][0].append([join_lines(c.lines) if c else "" for c in row])
        for page, tables in own.items():
            out[page] += tables
    return out


def with_camelot(file: Path) -> Pages:
    import camelot

    out: Pages = defaultdict(list)
    for table in camelot.read_pdf(str(file), pages="all", flavor="stream", suppress_stdout=True):
        out[int(table.page)].append(table.df.values.tolist())
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", choices=["afstem", "camelot"])
    options = parser.parse_args()
    files = sorted(options.folder.glob("*.pdf"))
    for name, reader in (("afstem", with_afstem), ("camelot", with_camelot)):
        if options.only in (None, name):
            (options.out / name).mkdir(parents=True, exist_ok=True)
            reader(files[0])  # what is loaded at the first use is no part of the time
            took = 0.0
            for file in files:
                started = time.process_time()
                pages = reader(file)
                seconds = time.process_time() - started
                took += seconds
                (options.out / name / f"{file.stem}.json").write_text(json.dumps({"pages": pages, "seconds": seconds}))
            print(f"{name:8} {took:6.2f} s of processor time for {len(files)} documents")


if __name__ == "__main__":
    main()
