"""Newsrooms of generated items, made once for all parts of a run, or kept in a folder for later runs."""
import os
import shutil
import subprocess
import time

import corpus
from servers import CRIER, ROOT, Crier, crier, memory_mib

LANGUAGES = ",".join(corpus.LANGUAGES)


class Newsrooms:
    def __init__(self, work, keep=None):
        self.work, self.keep = work, keep
        self.imports = {}  # what was measured while they were made, by the number of items

    def folder(self, items):
        """That newsroom, ready to be served."""
        place = self.keep or self.work
        folder = place / f"newsroom-{items}"
        if not (folder / "made").exists():
            self.imports[items] = self.make(folder, items)
            (folder / "made").write_text("")
        return folder

    def make(self, folder, items):
        """Imports so many items; what that took, as a row."""
        shutil.rmtree(folder, ignore_errors=True)
        export = folder.with_suffix(".xml")
        mapping = folder.with_suffix(".mapping")
        mapping.write_text(corpus.mapping(), encoding="utf-8")
        with open(export, "wb") as out:
            subprocess.run([str(ROOT / "bench" / "gen_wxr.py"), "--items", str(items)], check=True, stdout=out)
        size = export.stat().st_size
        crier("init", folder, "--languages", LANGUAGES, "--url", corpus.SITE)
        begun = time.monotonic()
        process = subprocess.Popen([str(CRIER), "import", "wordpress", "-C", str(folder), "--mapping", str(mapping), str(export)],
                                   stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        spent = time.monotonic() - begun
        if status != 0:
            raise SystemExit(f"the import of {items} items failed (status {status}); its reason stands above")
        export.unlink()
        row = {"what": f"WXR import, {items:,} items, bodies of 5 KB", "key": f"import {items}", "MB": round(size / 1e6), "s": round(spent, 1),
               "items/s": round(items / spent), "peak MiB": round(usage.ru_maxrss / 1024)}
        with Crier(folder) as server:
            row["first start s"] = round(server.start_s, 1)
            row["MiB then"] = memory_mib(server.process.pid)[0]
        return row
