-- The windows of iot-to-analytics, by event time: one row per device and minute.
-- ${field} is the setting of the integration; `counted` has each reading that counts, once.
SELECT
  deviceId,
  UNIX_TIMESTAMP(CAST(window_start AS STRING)) * 1000 AS windowStart,
  COUNT(*) AS `count`,
  AVG(${field}) AS `average`,
  MIN(${field}) AS `minimum`,
  MAX(${field}) AS `maximum`
FROM TABLE(TUMBLE(TABLE counted, DESCRIPTOR(takenAt), INTERVAL '1' MINUTE))
GROUP BY deviceId, window_start, window_end
