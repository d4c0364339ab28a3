"""Evaluates a model by its scores of the test channel: the mean and the standard deviation of normal readings, by which scores are
normalised; and, at the score above which readings become alerts, the recall of planted anomalies, the share of normal readings that would be
false alerts, and the precision, which depends on how many anomalies are planted."""

import argparse
import json
import math
import pathlib


def read_scores(folder):
    """The scores of a batch transform, whose lines are in the order of the lines that it was given."""
    scores = []
    for file in sorted(pathlib.Path(folder).rglob("*.out")):
        for line in file.read_text().splitlines():
            if line.strip():
                scores.append(float(json.loads(line)["score"]))
    return scores


def evaluate(scores, labels, above):
    if len(scores) != len(labels):
        raise SystemExit(f"The model returned {len(scores)} scores for {len(labels)} readings.")
    normal = [score for score, label in zip(scores, labels) if label == 0]
    mean = sum(normal) / len(normal)
    deviation = math.sqrt(sum((score - mean) ** 2 for score in normal) / len(normal))
    if deviation == 0:
        raise SystemExit("All normal readings have the same score, so that scores cannot be normalised.")
    found = [(score - mean) / (3 * deviation) > above for score in scores]
    caught = sum(1 for one, label in zip(found, labels) if one and label == 1)
    planted = sum(labels)
    alerts = sum(found)
    return {
        "scoreMean": mean,
        "scoreDeviation": deviation,
        "recall": caught / planted if planted else 0.0,
        "falseAlertShare": (alerts - caught) / len(normal),
        "precision": caught / alerts if alerts else 0.0,
        "readings": len(normal),
        "planted": planted,
    }


def main():
    arguments = argparse.ArgumentParser()
    for name in ("scores", "labels", "output", "above", "model"):
        arguments.add_argument(f"--{name}", required=True)
    given = arguments.parse_args()
    labels = [int(line) for line in (pathlib.Path(given.labels) / "labels.csv").read_text().split()]
    result = evaluate(read_scores(given.scores), labels, float(given.above))
    output = pathlib.Path(given.output)
    output.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"modelDataUrl": given.model, **result}, indent=2)
    (output / "evaluation.json").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
