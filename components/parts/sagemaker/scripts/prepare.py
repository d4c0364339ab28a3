"""Makes training data of the data lake: CSV without a header, the features of a reading in a line.

The training channel has four in five of the readings. The test channel has the others, and for every hundred of them one planted
anomaly, which is far beyond what the readings measure; a second file says which lines are planted. Of a large data lake, a random sample of
readings is kept, so that it fits in the memory of a small instance.
Runs in SageMaker's scikit-learn image, which has pandas and pyarrow.
"""

import argparse
import csv
import datetime
import pathlib
import random

LEAST_READINGS = 1000
MOST_READINGS = 500_000


def read_lake(folder, features, days, today):
    """The features of all readings that arrived within the days before today, from Parquet in folders by date of arrival."""
    import pandas

    first = (today - datetime.timedelta(days=days)).isoformat()
    for file in sorted(pathlib.Path(folder).rglob("*")):
        date = file.parent.name.partition("=")[2]
        if file.is_file() and date >= first:
            columns = [name.lower() for name in features]
            yield from pandas.read_parquet(file, columns=columns)[columns].values.tolist()


def sample(rows, most, seed):
    """At most so many of the rows, each with the same chance, read one at a time."""
    chance = random.Random(seed)
    kept = []
    for count, row in enumerate(rows, 1):
        if count <= most:
            kept.append(row)
        elif (place := chance.randrange(count)) < most:
            kept[place] = row
    return kept


def bounds_of(rows):
    """The least and the greatest value of each feature."""
    return [
        (min(row[feature] for row in rows), max(row[feature] for row in rows))
        for feature in range(len(rows[0]))
    ]


def plant(rows, bounds, chance):
    """A reading of which one feature is three times as far from all others as they are from each other."""
    row = list(chance.choice(rows))
    feature = chance.randrange(len(row))
    least, most = bounds[feature]
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
    bounds = bounds_of(rows)
    for _ in range(max(10, len(rest) // 100)):
        test.insert(chance.randrange(len(test) + 1), (plant(rows, bounds, chance), 1))
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
    seed = int(given.seed)
    lake = read_lake(given.lake, given.features.split(","), int(given.days), datetime.date.today())
    train, test = split(sample(lake, MOST_READINGS, seed), seed)
    output = pathlib.Path(given.output)
    write(output / "train" / "train.csv", train)
    write(output / "test" / "test.csv", [row for row, _ in test])
    write(output / "labels" / "labels.csv", [[label] for _, label in test])


if __name__ == "__main__":
    main()
