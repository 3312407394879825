"""How long a page takes, all in, against pdfplumber and camelot on the same pages in the same run.

    python benchmarks/speed.py FOLDER [--copies 20] [--only afstem] [--text] [--jobs 1]

FOLDER holds PDFs (by default the sample round). Each is copied `--copies` times with a different comment behind its
end, so that no two files have the same hash and nothing is answered from a cache. Afstem does the whole walk in `--jobs` processes,
from an empty workspace to the published dataset, its modules compiled as those of an installation are. The others only find
tables. With `--text`, only the pages on which there is no table are read, from documents that have no others.
"""

from __future__ import annotations

import argparse
import compileall
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_AFSTEM = """
import sys, time
started = time.perf_counter()
from pathlib import Path
from pipeline.run import run
summary = run(Path(sys.argv[1]), jobs=int(sys.argv[2]))
print(time.perf_counter() - started, summary.documents, len(summary.quarantined), summary.proof.figures)
"""


def main() -> None:
    """Time each reader and print milliseconds a page and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "raw")
    parser.add_argument("--copies", type=int, default=20)
    parser.add_argument("--only", choices=["afstem", "pdfplumber", "camelot"])
    parser.add_argument("--text", action="store_true", help="only pages on which there is no table")
    parser.add_argument("--jobs", type=int, default=1, help="processes of Afstem; the others have one each")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        source = text_pages(options.folder, workspace / "text") if options.text else options.folder
        files = vary(source, workspace / "raw", options.copies)
        shutil.copytree(ROOT / "rules", workspace / "rules")
        pages = sum(count_pages(f) for f in files)
        print(f"{len(files)} files, {pages} pages")
        timers: dict[str, Callable[[], float]] = {
            "afstem": lambda: afstem(workspace, options.jobs),
            "pdfplumber": lambda: with_pdfplumber(files),
            "camelot": lambda: with_camelot(files),
        }
        seconds = {name: timer() for name, timer in timers.items() if options.only in (None, name)}
        for name, took in seconds.items():
            ratio = f"  {took / seconds['afstem']:.1f} times as long as afstem" if name != "afstem" and "afstem" in seconds else ""
            print(f"{name:12} {1000 * took / pages:8.2f} ms a page{ratio}")


def vary(source: Path, target: Path, copies: int) -> list[Path]:
    """Copies of every PDF below `source` in a folder for each copy, no two with the same bytes."""
    out = []
    originals = sorted(source.rglob("*.pdf"))
    for k in range(copies):
        for original in originals:
            file = target / f"kommune{k:02d}" / original.name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(original.read_bytes() + f"\n% copy {k}\n".encode())
            out.append(file)
    return out


def text_pages(source: Path, target: Path) -> Path:
    """A folder with the same PDFs, without the pages on which there is a table. One by one: together, several rules would fit."""
    import pypdfium2

    from pipeline.read.pdfium import read_pages
    from pipeline.tables import find_tables

    target.mkdir()
    for file in sorted(source.rglob("*.pdf")):
        without = [page.number - 1 for page in read_pages(file) if not find_tables(page)]
        if without:
            with pypdfium2.PdfDocument(file) as pdf, pypdfium2.PdfDocument.new() as text:
                text.import_pages(pdf, without)
                text.save(target / file.name)
    return target


def count_pages(file: Path) -> int:
    import pypdfium2

    with pypdfium2.PdfDocument(file) as pdf:
        return len(pdf)


def afstem(workspace: Path, jobs: int) -> float:
    """The whole run in a fresh process: imports, reading, reconciling, publishing."""
    compileall.compile_dir(ROOT / "pipeline", quiet=1)
    done = subprocess.run(
        [sys.executable, "-c", _AFSTEM, str(workspace), str(jobs)], check=True, capture_output=True, text=True, cwd=ROOT
    )
    print("afstem: {1} documents, {2} quarantined, {3} figures".format(*done.stdout.split()))
    return float(done.stdout.split()[0])


def with_pdfplumber(files: list[Path]) -> float:
    import pdfplumber

    started = time.perf_counter()
    for file in files:
        with pdfplumber.open(file) as pdf:
            for page in pdf.pages:
                page.extract_tables()
    return time.perf_counter() - started


def with_camelot(files: list[Path]) -> float:
    import camelot

    started = time.perf_counter()
    for file in files:
        camelot.read_pdf(str(file), pages="all", flavor="lattice", suppress_stdout=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
