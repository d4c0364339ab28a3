"""Makes training data of the data lake: CSV without a header, the features of a reading in a line.

The training channel has four in five of the readings. The test channel has the others, and for every hundred of them one planted
anomaly, which is far beyond what the readings measure; a second file says which lines are planted.
Runs in SageMaker's scikit-learn image, which has pandas and pyarrow.
"""

import argparse
import csv
import datetime
import pathlib
import random

LEAST_READINGS = 1000


def read_lake(folder, features, days, today):
    """The features of all readings that arrived within the days before today, from Parquet in folders by date of arrival."""
    import pandas

    first = (today - datetime.timedelta(days=days)).isoformat()
    rows = []
    for file in sorted(pathlib.Path(folder).rglob("*")):
        date = file.parent.name.partition("=")[2]
        if file.is_file() and date >= first:
            columns = [name.lower() for name in features]
            rows.extend(pandas.read_parquet(file, columns=columns)[columns].values.tolist())
    return rows


def plant(rows, chance):
    """A reading of which one feature is three times as far from all others as they are from each other."""
    row = list(chance.choice(rows))
    feature = chance.randrange(len(row))
    values = [one[feature] for one in rows]
    least, most = min(values), max(values)
    span = (most - least) or 1.0
    row[feature] = most + 3 * span if chance.random() < 0.5 else least - 3 * span
    return row


def split(rows, seed):
    """Lines for training, and lines for testing with 1 for each planted one and 0 for others."""
    if len(rows) < LEAST_READINGS:
        raise SystemExit(
            f"The data lake has {len(rows)} readings; training needs {LEAST_READINGS} or more: wait, or raise trainingDays."
        )
    chance = random.Random(seed)
    shuffled = list(rows)
    chance.shuffle(shuffled)
    cut = len(shuffled) * 4 // 5
    train, rest = shuffled[:cut], shuffled[cut:]
    test = [(row, 0) for row in rest]
    for _ in range(max(10, len(rest) // 100)):
        test.insert(chance.randrange(len(test) + 1), (plant(rows, chance), 1))
    return train, test


def write(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def main():
    arguments = argparse.ArgumentParser()
    for name in ("lake", "output", "features", "days", "seed"):
        arguments.add_argument(f"--{name}", required=True)
    given = arguments.parse_args()
    rows = read_lake(given.lake, given.features.split(","), int(given.days), datetime.date.today())
    train, test = split(rows, int(given.seed))
    output = pathlib.Path(given.output)
    write(output / "train" / "train.csv", train)
    write(output / "test" / "test.csv", [row for row, _ in test])
    write(output / "labels" / "labels.csv", [[label] for _, label in test])


if __name__ == "__main__":
    main()
