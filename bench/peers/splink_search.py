"""Requests against a registry with Splink on DuckDB, one thread, trained on the files without labels.

    splink_search.py REGISTRY.tsv QUERIES.tsv OUT.ndjson

Splink has no transliteration: it is given names in Latin letters, words in order of the alphabet.
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
frames = [
    connection.execute(
        "select * replace (nullif(dob, '') as dob, nullif(year, '') as year, nullif(birthplace, '')"
        " as birthplace, nullif(unit_number, '') as unit_number, nullif(second, '') as second)"
        " from read_csv(?, all_varchar = true, delim = '\t', quote = '')",
        [path],
    ).df()
    for path in sys.argv[1:3]
]
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
    link_type="link_only",
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
linker = Linker(frames, settings, input_table_aliases=["a_registry", "b_queries"],
                db_api=DuckDBAPI(connection=connection))
linker.training.estimate_probability_two_random_records_match(
    [block_on("dob", "first"), block_on("first", "second", "year")], recall=0.5
)
linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
linker.training.estimate_parameters_using_expectation_maximisation(block_on("dob"))
linker.training.estimate_parameters_using_expectation_maximisation(block_on("first", "second"))
started = time.perf_counter()
found = linker.inference.predict(threshold_match_probability=0.0001).as_pandas_dataframe()
seconds = time.perf_counter() - started
answers = {}
for row in found.sort_values("match_probability", ascending=False).itertuples():
    left, right = row.unique_id_l, row.unique_id_r
    qid, key = (left, right) if row.source_dataset_l == "b_queries" else (right, left)
    held = answers.setdefault(qid, [])
    if len(held) < 50:
        held.append({"id": key, "probability": row.match_probability})
with open(sys.argv[3], "w", encoding="utf-8") as out:
    for qid, candidates in answers.items():
        out.write(json.dumps({"qid": qid, "candidates": candidates}) + "\n")
print(json.dumps({"compared": len(found), "seconds": seconds, "queries": len(frames[1])}))
