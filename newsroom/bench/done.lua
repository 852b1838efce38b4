-- For wrk: what was measured, as one line of JSON.

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %f, "failed": %d, '
      .. '"p50_ms": %f, "p99_ms": %f, "p999_ms": %f, "longest_ms": %f}\n',
    summary.requests, summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency:percentile(99.9) / 1e3,
    latency.max / 1e3
  ))
end
