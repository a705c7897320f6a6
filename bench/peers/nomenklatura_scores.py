"""Scores candidate lists and pairs of names with nomenklatura's own algorithms.

    nomenklatura_scores.py lists CANDIDATES.ndjson OUT.ndjson ALGORITHM
    nomenklatura_scores.py pairs PAIRS.tsv OUT.tsv ALGORITHM

Prints one line of JSON: how many were compared and in how many seconds. Entities are made before the
clock starts and tables are loaded, which is to the peer's advantage.
"""

import json
import sys
import time

from followthemoney import EntityProxy
from nomenklatura.matching import get_algorithm
from nomenklatura.matching.types import ScoringConfig

GENDER = {"m": "male", "f": "female"}


def person(row, key):
    given = {
        "name": row.get("name"),
        "lastName": row.get("surname"),
        "firstName": row.get("given"),
        "fatherName": row.get("patronymic"),
        "birthDate": row.get("dob"),
        "birthPlace": row.get("birthplace"),
        "gender": GENDER.get(row.get("sex")),
    }
    properties = {name: [value] for name, value in given.items() if value}
    return EntityProxy.from_dict({"id": key, "schema": "Person", "properties": properties})


def score_lists(source, target, algorithm):
    config = ScoringConfig.defaults()
    compared, seconds = 0, 0.0
    with open(source, encoding="utf-8") as lines, open(target, "w", encoding="utf-8") as out:
        for line in lines:
            asked = json.loads(line)
            query = person(asked["query"], asked["qid"])
            entities = [person(row, row["id"]) for row in asked["candidates"]]
            started = time.perf_counter()
            scores = [algorithm.compare(query, entity, config).score for entity in entities]
            took = time.perf_counter() - started
            compared += len(entities)
            seconds += took
            found = sorted(
                ({"id": e.id, "probability": s} for e, s in zip(entities, scores)),
                key=lambda each: -each["probability"],
            )
            answer = {"qid": asked["qid"], "candidates": found, "ms": took * 1000}
            out.write(json.dumps(answer) + "\n")
    return compared, seconds


def score_pairs(source, target, algorithm):
    config = ScoringConfig.defaults()
    with open(source, encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    heading, rows = rows[0], rows[1:]
    at = [heading.index(name) for name in ("pair_id", "left", "right")]
    pairs = [
        (
            row[at[0]],
            person({"name": row[at[1]]}, f"{row[at[0]]}-left"),
            person({"name": row[at[2]]}, f"{row[at[0]]}-right"),
        )
        for row in rows
    ]
    started = time.perf_counter()
    scores = [algorithm.compare(left, right, config).score for _, left, right in pairs]
    seconds = time.perf_counter() - started
    with open(target, "w", encoding="utf-8") as out:
        for (key, _, _), score in zip(pairs, scores):
            out.write(f"{key}\t{score:.6f}\n")
    return len(pairs), seconds


mode, source, target, name = sys.argv[1:5]
algorithm = get_algorithm(name)
# Tables are loaded on first use; that is not scoring. Ids differ, for names are remembered by id.
algorithm.compare(
    person({"name": "Vera Example"}, "warm-left"),
    person({"name": "Віра Приклад", "birthDate": "1990-01-01"}, "warm-right"),
    ScoringConfig.defaults(),
)
compared, seconds = (score_lists if mode == "lists" else score_pairs)(source, target, algorithm)
print(json.dumps({"compared": compared, "seconds": seconds}))
