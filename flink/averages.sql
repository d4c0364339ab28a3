-- Averages of readings per device and minute. main.py fills in ${...} and runs the statements in order.
-- One statement ends at a line that ends in a semicolon.

-- Readings of the integration's forwarder: valid, with an id of their content. The rule of lateness is a property of a reading, so the
-- watermark follows the clock of AWS IoT: once it has received a reading lateness and slack after the end of a minute, the minute is over.
CREATE TEMPORARY TABLE readings (
  deviceId STRING NOT NULL,
  id STRING NOT NULL,
  `timestamp` BIGINT NOT NULL,
  receivedAt BIGINT NOT NULL,
  `value` DOUBLE NOT NULL,
  takenAt AS TO_TIMESTAMP_LTZ(`timestamp`, 3),
  WATERMARK FOR takenAt AS TO_TIMESTAMP_LTZ(receivedAt - ${latenessMs} - ${slackMs}, 3)
) WITH (${source});

CREATE TEMPORARY TABLE results (
  deviceId STRING,
  windowStart BIGINT,
  `count` BIGINT,
  `average` DOUBLE,
  `minimum` DOUBLE,
  `maximum` DOUBLE,
  readings STRING
) PARTITIONED BY (deviceId) WITH (${sink});

-- Readings that count: above the threshold and in time. The window of one is over if the watermark has passed its end.
CREATE TEMPORARY VIEW counting AS
SELECT
  deviceId,
  id,
  windowStart,
  `value`,
  takenAt,
  CURRENT_WATERMARK(takenAt) IS NOT NULL
    AND CURRENT_WATERMARK(takenAt) >= TO_TIMESTAMP_LTZ(windowStart + 59999, 3) AS isOver
FROM (SELECT *, `timestamp` / 60000 * 60000 AS windowStart FROM readings)
WHERE `value` > ${above} AND receivedAt < windowStart + 60000 + ${latenessMs};

-- Flink drops readings whose window is over and counts them as lost, so they do not get that far.
CREATE TEMPORARY VIEW punctual AS
SELECT * FROM counting WHERE NOT isOver;

-- Each of them once.
CREATE TEMPORARY VIEW counted AS
SELECT window_start, window_end, deviceId, windowStart, id, MIN(`value`) AS `value`
FROM TABLE(TUMBLE(TABLE punctual, DESCRIPTOR(takenAt), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, deviceId, windowStart, id;

-- The earliest of them, one more than a result holds: so the writer knows that there were more.
CREATE TEMPORARY VIEW held AS
SELECT window_start, window_end, deviceId, windowStart, id, `value`
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, deviceId ORDER BY id) AS place
  FROM counted
)
WHERE place <= ${mostReadings} + 1;

-- A result has its readings too, by which the writer adds those that come after it.
INSERT INTO results
SELECT
  deviceId,
  windowStart,
  COUNT(*),
  AVG(`value`),
  MIN(`value`),
  MAX(`value`),
  LISTAGG(id || CAST(`value` AS STRING), ',')
FROM held
GROUP BY window_start, window_end, deviceId, windowStart;

-- Readings whose window is over, such as redriven ones: each is a result, which the writer adds to that of its window.
INSERT INTO results
SELECT deviceId, windowStart, 1, `value`, `value`, `value`, id || CAST(`value` AS STRING)
FROM counting
WHERE isOver;
