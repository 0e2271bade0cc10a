// SPDX-License-Identifier: GPL-3.0-or-later
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** The rows without a fault: A, H and B. */
final class SteadyRows {
    static final int POOL_SIZE = 4;
    private static final long HOLD_NANOS = 1_000_000;
    private static final int SAMPLE_EVERY = 64; // a power of two

    private enum Work { NOTHING, HOLD, SELECT }

    private volatile boolean running;

    private static final class Total {
        long operations;
        long most;
        long least = Long.MAX_VALUE;
        double seconds;
        final Latencies waits = new Latencies();

        double fairness() {
            return (double) most / Math.max(least, 1);
        }
    }

    static Metrics a(String conninfo, int threads, double seconds) throws Exception {
        try (HikariDataSource pool = Pools.openFilled(conninfo, POOL_SIZE, 0)) {
            Total total = warmAndMeasure(pool, threads, seconds, Work.NOTHING);
            return new Metrics().put("ns_per_op", total.seconds * 1e9 / total.operations)
                    .put("ops_per_s", total.operations / total.seconds)
                    .put("wait_p50_us", total.waits.quantile(0.5) / 1e3)
                    .put("wait_p99_us", total.waits.quantile(0.99) / 1e3)
                    .put("wait_p999_us", total.waits.quantile(0.999) / 1e3).put("fairness", total.fairness());
        }
    }

    static Metrics h(String conninfo, double seconds) throws Exception {
        try (HikariDataSource pool = Pools.openFilled(conninfo, POOL_SIZE, 0)) {
            Total total = warmAndMeasure(pool, 8, seconds, Work.HOLD);
            return new Metrics().put("leases_per_s", total.operations / total.seconds)
                    .put("wait_p50_ms", total.waits.quantile(0.5) / 1e6)
                    .put("wait_p99_ms", total.waits.quantile(0.99) / 1e6)
                    .put("wait_max_ms", total.waits.max() / 1e6).put("fairness", total.fairness());
        }
    }

    static Metrics b(String conninfo, double seconds) throws Exception {
        try (HikariDataSource pool = Pools.openFilled(conninfo, POOL_SIZE, 0)) {
            Total total = warmAndMeasure(pool, 8, seconds, Work.SELECT);
            return new Metrics().put("ops_per_s", total.operations / total.seconds)
                    .put("wait_max_ms", total.waits.max() / 1e6).put("fairness", total.fairness());
        }
    }

    /** The compiler at run time has seen the loop for a second, or as long as the measurement, before it counts. */
    private static Total warmAndMeasure(HikariDataSource pool, int threads, double seconds, Work work) throws Exception {
        new SteadyRows().measure(pool, threads, Math.max(1.0, Math.min(seconds, 2.0)), work);
        return new SteadyRows().measure(pool, threads, seconds, work);
    }

    private Total measure(HikariDataSource pool, int threads, double seconds, Work work) throws Exception {
        Total total = new Total();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> workers = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        running = true;
        for (int i = 0; i < threads; i++) {
            Thread worker = new Thread(() -> {
                try {
                    start.await();
                    Latencies waits = new Latencies();
                    long operations = loop(pool, work, waits);
                    synchronized (total) {
                        total.operations += operations;
                        total.most = Math.max(total.most, operations);
                        total.least = Math.min(total.least, operations);
                        total.waits.add(waits);
                    }
                } catch (Throwable failure) {
                    synchronized (failures) {
                        failures.add(failure);
                    }
                }
            });
            worker.start();
            workers.add(worker);
        }
        long began = System.nanoTime();
        start.countDown();
        Thread.sleep((long) (seconds * 1000));
        running = false;
        for (Thread worker : workers) {
            worker.join();
        }
        total.seconds = (System.nanoTime() - began) / 1e9;
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.get(0));
        }
        return total;
    }

    private long loop(HikariDataSource pool, Work work, Latencies waits) throws Exception {
        return work == Work.NOTHING ? loopSampled(pool, waits) : loopTimed(pool, work, waits);
    }

    private long loopSampled(HikariDataSource pool, Latencies waits) throws Exception {
        long operations = 0;
        while (running) {
            if ((operations & (SAMPLE_EVERY - 1)) == 0) {
                long asked = System.nanoTime();
                Connection lease = pool.getConnection();
                waits.add(System.nanoTime() - asked);
                lease.close();
            } else {
                pool.getConnection().close();
            }
            operations++;
        }
        return operations;
    }

    private long loopTimed(HikariDataSource pool, Work work, Latencies waits) throws Exception {
        long operations = 0;
        while (running) {
            long asked = System.nanoTime();
            try (Connection lease = pool.getConnection()) {
                waits.add(System.nanoTime() - asked);
                if (work == Work.HOLD) {
                    LockSupport.parkNanos(HOLD_NANOS);
                } else {
                    Pools.select(lease);
                }
            }
            operations++;
        }
        return operations;
    }
}
