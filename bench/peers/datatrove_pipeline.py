#!/usr/bin/env python3
"""FineWeb's pipeline by datatrove's own blocks over WARC files, in one process: the peer of `bench/pipeline.ts`.

usage: datatrove_pipeline.py WARC_FOLDER OUT_FOLDER
       datatrove_pipeline.py --read WARC_FOLDER     URLs of the pages that its reader passes on, a JSON string a line
needs: pip install "datatrove[io,processing]==0.10.1" warcio trafilatura==2.3.1 lxml_html_clean spacy nltk
       tldextract tokenizers faust-cchardet python-magic "xxhash<4"

Without identification of languages, whose model is a download. The extractor runs in a process of its own, as datatrove
has it, and its time counts. What a filter drops is written too, with the reason and the text, as the other side does; and the text of the
extractor, for the comparison. Prints lines of JSON: CPU seconds by part, then the total. OUT_FOLDER has `extracted`,
`filtered`, `kept` and one folder for each filter.
"""
import json
import os
import resource
import shutil
import sys

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import (
    MinhashConfig,
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
    MinhashDedupSignature,
)
from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)
from datatrove.pipeline.formatters import PIIFormatter
from datatrove.pipeline.readers import JsonlReader, WarcReader
from datatrove.pipeline.writers import JsonlWriter


def cpu_seconds():
    """User and system time of this process and of its children that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def main(source, out):
    shutil.rmtree(out, ignore_errors=True)
    config = MinhashConfig(n_grams=5, num_buckets=14, hashes_per_bucket=8)

    def writer(name):
        return JsonlWriter(f"{out}/{name}", compression=None)

    def timed(part, steps, tasks=1):
        start = cpu_seconds()
        LocalPipelineExecutor(pipeline=steps, tasks=tasks, workers=1, logging_dir=f"{out}/logs/{part}").run()
        print(json.dumps({"part": part, "cpuSeconds": round(cpu_seconds() - start, 2)}), flush=True)

    timed("filter", [
        WarcReader(source, glob_pattern="*.warc.gz"),
        # The limit is on wall time: wide enough for a machine with other work.
        Trafilatura(favour_precision=True, timeout=60),
        writer("extracted"),
        GopherRepetitionFilter(exclusion_writer=writer("gopher-repetition")),
        GopherQualityFilter(exclusion_writer=writer("gopher-quality")),
        C4QualityFilter(filter_no_terminal_punct=False, exclusion_writer=writer("c4")),
        FineWebQualityFilter(exclusion_writer=writer("fineweb")),
        writer("filtered"),
    ])
    timed("signatures", [JsonlReader(f"{out}/filtered"), MinhashDedupSignature(f"{out}/signatures", config=config)])
    timed("buckets", [MinhashDedupBuckets(f"{out}/signatures", f"{out}/buckets", config=config)], tasks=14)
    timed("clusters", [MinhashDedupCluster(f"{out}/buckets", f"{out}/remove", config=config)])
    timed("masks", [
        JsonlReader(f"{out}/filtered"),
        MinhashDedupFilter(f"{out}/remove", exclusion_writer=writer("dedup")),
        PIIFormatter(),
        writer("kept"),
    ])
    print(json.dumps({"part": "all", "cpuSeconds": round(cpu_seconds(), 2)}), flush=True)


def read(source):
    for document in WarcReader(source, glob_pattern="*.warc.gz").run():
        print(json.dumps(document.metadata["url"]))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    read(sys.argv[2]) if sys.argv[1] == "--read" else main(*sys.argv[1:])
