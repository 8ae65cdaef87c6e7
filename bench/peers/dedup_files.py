"""Near copies of a file of JSON lines by others, each in a process of its own, and the cost of any command.

usage: dedup_files.py cpu COMMAND...      runs it, prints {"code", "cpuSeconds", "megabytes"} of it and its children
       dedup_files.py rensa IN OUT        writes the lines that stay
       dedup_files.py datatrove IN OUT FOLDER
Needs: pip install rensa==0.5.0; pip install "datatrove[io,processing]==0.10.1" xxhash

Both take word 5-grams (`\\w+` in lower case) and 14 bands of 8 values. rensa's flags say which rows have an earlier one near them;
datatrove's class has its tokenizer replaced by a split at white space, as its own one needs spaCy.
"""
import json, os, re, resource, subprocess, sys

WORD = re.compile(r"\w+")


def cpu(command):
    code = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps({"code": code, "cpuSeconds": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024}))


def rensa(source, out):
    from rensa import RMinHash, RMinHashLSH

    lines, sets = [], []
    for line in open(source, encoding="utf-8"):
        words = WORD.findall(json.loads(line)["text"].lower())
        lines.append(line)
        sets.append([" ".join(words[at : at + 5]) for at in range(len(words) - 4)])
    matrix = RMinHash.digest_matrix_from_token_sets(sets, num_perm=112, seed=42)
    index = RMinHashLSH(threshold=0.8, num_perm=112, num_bands=14)
    seen = index.insert_matrix_and_query_duplicate_flags(matrix)
    with open(out, "w", encoding="utf-8") as kept:
        for line, flag in zip(lines, seen):
            if not flag:
                kept.write(line)


def datatrove(source, out, folder):
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import MinhashConfig, MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter
    from datatrove.utils.logging import logger
    import datatrove.pipeline.dedup.minhash as minhash

    logger.remove()

    class Split:
        def word_tokenize(self, text):
            return text.split()

    minhash.load_word_tokenizer = lambda language: Split()
    config = MinhashConfig(n_grams=5, num_buckets=14, hashes_per_bucket=8)
    reader = lambda: JsonlReader(os.path.dirname(source), glob_pattern=os.path.basename(source))
    run = lambda steps, tasks=1: LocalPipelineExecutor(pipeline=steps, tasks=tasks, workers=1, skip_completed=False, logging_dir=f"{folder}/logs").run()
    run([reader(), MinhashDedupSignature(f"{folder}/sig", config=config)])
    run([MinhashDedupBuckets(f"{folder}/sig", f"{folder}/buckets", config=config)], 14)
    run([MinhashDedupCluster(f"{folder}/buckets", f"{folder}/remove", config=config)])
    run([reader(), MinhashDedupFilter(f"{folder}/remove"), JsonlWriter(f"{folder}/kept", compression=None)])
    with open(out, "w", encoding="utf-8") as kept:
        for name in sorted(os.listdir(f"{folder}/kept")):
            kept.writelines(open(f"{folder}/kept/{name}", encoding="utf-8"))


if __name__ == "__main__":
    what, *rest = sys.argv[1:] or [""]
    if what == "cpu":
        cpu(rest)
    elif what == "rensa":
        rensa(*rest)
    elif what == "datatrove":
        datatrove(*rest)
    else:
        sys.exit(__doc__)
