"""A registry with itself with Splink on DuckDB, one thread, trained on the file without labels.

    splink_dedupe.py REGISTRY.tsv PERSONS.tsv

Splink has no transliteration: it is given names in Latin letters, words in order of the alphabet.
Prints the best F1 over all thresholds, which the labels choose, and F1 at .9.
"""

import json
import logging
import sys
import time

import duckdb
import splink.comparison_library as cl
import splink.comparison_level_library as cll
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

logging.disable(logging.CRITICAL)
connection = duckdb.connect()
connection.execute("set threads = 1")
frame = connection.execute(
    "select * replace (nullif(dob, '') as dob, nullif(year, '') as year, nullif(birthplace, '')"
    " as birthplace, nullif(unit_number, '') as unit_number, nullif(second, '') as second)"
    " from read_csv(?, all_varchar = true, delim = '\t', quote = '')",
    [sys.argv[1]],
).df()
birth = {
    "output_column_name": "birth",
    "comparison_levels": [
        cll.Or(cll.NullLevel("dob"), cll.NullLevel("year")),
        cll.ExactMatchLevel("dob"),
        cll.DamerauLevenshteinLevel("dob", 1),
        cll.ExactMatchLevel("year"),
        cll.ElseLevel(),
    ],
}
settings = SettingsCreator(
    link_type="dedupe_only",
    unique_id_column_name="unique_id",
    blocking_rules_to_generate_predictions=[
        block_on("dob"),
        block_on("first", "second"),
        block_on("substr(first, 1, 4)", "substr(second, 1, 2)"),
        block_on("substr(first, 1, 4)", "year"),
        block_on("substr(first, 1, 3)", "birthplace"),
    ],
    comparisons=[
        cl.JaroWinklerAtThresholds("first", [0.95, 0.88]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("second", [0.95, 0.88]),
        cl.JaroWinklerAtThresholds("name", [0.97, 0.92, 0.85]),
        cl.CustomComparison(**birth),
        cl.JaroWinklerAtThresholds("birthplace", [0.9]),
        cl.ExactMatch("unit_number"),
    ],
)
started = time.perf_counter()
linker = Linker(frame, settings, db_api=DuckDBAPI(connection=connection))
linker.training.estimate_probability_two_random_records_match(
    [block_on("dob", "first"), block_on("first", "second", "year")], recall=0.5
)
linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
linker.training.estimate_parameters_using_expectation_maximisation(block_on("dob"))
linker.training.estimate_parameters_using_expectation_maximisation(block_on("first", "second"))
found = linker.inference.predict(threshold_match_probability=0.001).as_pandas_dataframe()
seconds = time.perf_counter() - started

with open(sys.argv[2], encoding="utf-8") as lines:
    person = dict(line.rstrip("\n").split("\t") for line in lines)
counts = {}
for each in frame.unique_id:
    counts[person[each]] = counts.get(person[each], 0) + 1
wanted = sum(count * (count - 1) // 2 for count in counts.values())


def figures(right, pairs):
    precision, recall = right / max(1, pairs), right / wanted
    return {"f1": 2 * right / max(1, pairs + wanted), "precision": precision, "recall": recall}


best, at_nine, right = {"f1": 0.0}, figures(0, 0), 0
for count, row in enumerate(found.sort_values("match_probability", ascending=False).itertuples(), 1):
    right += person[row.unique_id_l] == person[row.unique_id_r]
    now = figures(right, count)
    if row.match_probability >= 0.9:
        at_nine = now
    if now["f1"] > best["f1"]:
        best = {**now, "at": row.match_probability}
print(json.dumps({"best": best, "at_nine": at_nine, "seconds": seconds, "pairs": len(found)}))
