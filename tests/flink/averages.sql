-- The windows of iot-to-analytics, by event time: one row per device and minute.
-- ${field} and ${above} are the settings of the integration; a reading counts once, and only if it was received in time.
SELECT
  deviceId,
  UNIX_TIMESTAMP(CAST(window_start AS STRING)) * 1000 AS windowStart,
  COUNT(*) AS `count`,
  AVG(${field}) AS `average`,
  MIN(${field}) AS `minimum`,
  MAX(${field}) AS `maximum`
FROM TABLE(TUMBLE(TABLE counted, DESCRIPTOR(at), INTERVAL '1' MINUTE))
GROUP BY deviceId, window_start, window_end
