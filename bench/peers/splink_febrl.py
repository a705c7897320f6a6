"""FEBRL 4 with Splink on DuckDB, unsupervised: blocking, EM, best F1 over all thresholds.

    splink_febrl.py dataset4a.csv dataset4b.csv

The comparisons are those of Splink's own FEBRL 4 example.
"""

import json
import logging
import sys
import time

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

logging.disable(logging.CRITICAL)
connection = duckdb.connect()
connection.execute("set threads = 1")
read = """
    select trim(rec_id) as unique_id, split_part(trim(rec_id), '-', 2) as cluster,
        nullif(trim(given_name), '') as given_name, nullif(trim(surname), '') as surname,
        nullif(trim(address_1), '') as address_1, nullif(trim(suburb), '') as suburb,
        nullif(trim(postcode), '') as postcode, nullif(trim(state), '') as state,
        nullif(trim(date_of_birth), '') as date_of_birth, nullif(trim(soc_sec_id), '') as soc_sec_id,
        nullif(trim(street_number), '') as street_number
    from read_csv(?, all_varchar = true, normalize_names = true)
"""
frames = [connection.execute(read, [path]).df() for path in sys.argv[1:3]]
settings = SettingsCreator(
    link_type="link_only",
    unique_id_column_name="unique_id",
    blocking_rules_to_generate_predictions=[
        block_on("given_name", "surname"),
        block_on("date_of_birth"),
        block_on("soc_sec_id"),
        block_on("state", "address_1"),
        block_on("street_number", "address_1"),
        block_on("postcode"),
    ],
    comparisons=[
        cl.NameComparison("given_name"),
        cl.NameComparison("surname"),
        cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
        cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
        cl.JaroWinklerAtThresholds("suburb", [0.9]).configure(term_frequency_adjustments=True),
    ],
)
started = time.perf_counter()
linker = Linker(frames, settings, db_api=DuckDBAPI(connection=connection))
linker.training.estimate_probability_two_random_records_match(
    [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")], recall=0.9
)
linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
linker.training.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
linker.training.estimate_parameters_using_expectation_maximisation(block_on("postcode"))
found = linker.inference.predict(threshold_match_probability=0.001).as_pandas_dataframe()
seconds = time.perf_counter() - started

cluster = {key: group for frame in frames for key, group in zip(frame.unique_id, frame.cluster)}
there = {group for group in frames[0].cluster} & {group for group in frames[1].cluster}
ordered = found.sort_values("match_probability", ascending=False)
best, right = {"f1": 0.0}, 0
for count, row in enumerate(ordered.itertuples(), 1):
    right += cluster[row.unique_id_l] == cluster[row.unique_id_r]
    precision, recall = right / count, right / len(there)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    if f1 > best["f1"]:
        best = {"f1": f1, "precision": precision, "recall": recall, "at": row.match_probability}
print(json.dumps({**best, "seconds": seconds, "pairs": len(ordered)}))
