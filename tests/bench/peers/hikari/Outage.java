// SPDX-License-Identifier: GPL-3.0-or-later
import com.zaxxer.hikari.HikariDataSource;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Row D: what eight threads see from the moment the runner says DOWN until it says STOP. */
final class Outage {
    // A caller that failed doesn't try again in the same instant.
    private static final long PAUSE_AFTER_ERROR_NANOS = 1_000_000;
    private volatile boolean recording;
    private volatile boolean running = true;
    private final AtomicLong errors = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();
    // Both are guarded by this object's lock; it is held for look-ups only.
    private final Set<Integer> oldServers = new HashSet<>();
    private final Map<Integer, Double> firstSuccess = new HashMap<>();
    private final Map<Thread, Long> begun = new HashMap<>();

    void begin() {
        recording = true;
    }

    void end() {
        running = false;
    }

    void traffic(HikariDataSource pool) {
        while (running) {
            long began = System.nanoTime();
            setBegun(began);
            try {
                int server = Pools.operate(pool);
                count(began);
                succeeded(server);
            } catch (Exception error) {
                count(began);
                errors.incrementAndGet();
                FaultRows.complain(error);
                LockSupport.parkNanos(PAUSE_AFTER_ERROR_NANOS);
            }
        }
        synchronized (this) {
            begun.remove(Thread.currentThread());
        }
    }

    private void count(long began) {
        if (recording) {
            longestNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
        }
    }

    private synchronized void setBegun(long nanos) {
        begun.put(Thread.currentThread(), nanos);
    }

    private synchronized void succeeded(int server) {
        if (!recording) {
            oldServers.add(server);
        } else if (!oldServers.contains(server)) {
            firstSuccess.computeIfAbsent(server, key -> wallSeconds());
        }
    }

    private static double wallSeconds() {
        Instant now = Instant.now();
        return now.getEpochSecond() + now.getNano() / 1e9;
    }

    synchronized Metrics metrics() {
        long now = System.nanoTime();
        long longest = longestNanos.get();
        for (long began : begun.values()) { // an operation that has not ended yet counts as long as it has lasted
            longest = Math.max(longest, now - began);
        }
        double[] times = firstSuccess.values().stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Metrics().put("errors", errors.get()).put("longest_op_ms", longest / 1e6)
                .put("first_success_wall", times.length > 0 ? Double.valueOf(times[0]) : null)
                .put("all4_back_wall", times.length >= SteadyRows.POOL_SIZE
                        ? Double.valueOf(times[SteadyRows.POOL_SIZE - 1]) : null);
    }
}
