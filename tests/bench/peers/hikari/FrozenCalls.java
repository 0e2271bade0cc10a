// SPDX-License-Identifier: GPL-3.0-or-later
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;

/** Row E: four threads, each with one operation on a frozen server, two of the connections fresh and two idle for 2 s. */
final class FrozenCalls {
    private static final int CALLERS = SteadyRows.POOL_SIZE;
    private static final long IDLE_MILLIS = 2000; // over the time for which pools trust a connection unseen
    private static final long GIVE_UP_SECONDS = 45;

    private static final class Call {
        int server; // 0 until it got a connection
        Double millis;
        String error;
    }

    private final HikariDataSource pool;
    private final CyclicBarrier allHold = new CyclicBarrier(CALLERS);
    private final CyclicBarrier halfHold = new CyclicBarrier(CALLERS / 2);
    private final CountDownLatch ready = new CountDownLatch(CALLERS);
    private final CountDownLatch frozen = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(CALLERS);
    // Both are guarded by this object's lock; nothing is called under it.
    private final Set<Integer> fresh = new HashSet<>();
    private final Call[] calls = new Call[CALLERS];

    FrozenCalls(HikariDataSource pool) {
        this.pool = pool;
        Arrays.setAll(calls, i -> new Call());
    }

    void start() throws InterruptedException {
        for (int i = 0; i < CALLERS; i++) {
            int caller = i;
            Thread thread = new Thread(() -> {
                try {
                    prepare(caller);
                    ready.countDown();
                    frozen.await();
                    call(calls[caller]);
                } catch (Exception error) {
                    FaultRows.complain(error);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        ready.await();
    }

    Metrics finish() throws InterruptedException {
        frozen.countDown();
        ended.await(GIVE_UP_SECONDS, TimeUnit.SECONDS);
        return metrics();
    }

    private void prepare(int caller) throws Exception {
        useTogether(allHold);
        allHold.await();
        Thread.sleep(IDLE_MILLIS);
        if (caller < CALLERS / 2) {
            int server = useTogether(halfHold);
            synchronized (this) {
                fresh.add(server);
            }
        }
    }

    /** Holds the lease until the others have one too, so that each has another connection. */
    private int useTogether(CyclicBarrier others) throws Exception {
        try (Connection lease = pool.getConnection()) {
            Pools.select(lease);
            others.await();
            return Pools.serverOf(lease);
        }
    }

    private void call(Call call) {
        long began = System.nanoTime();
        String error = null;
        try (Connection lease = pool.getConnection()) {
            synchronized (this) {
                call.server = Pools.serverOf(lease);
            }
            Pools.select(lease);
        } catch (Exception thrown) {
            error = thrown.toString();
        }
        synchronized (this) {
            call.millis = (System.nanoTime() - began) / 1e6;
            call.error = error;
        }
        ended.countDown();
    }

    private synchronized Metrics metrics() {
        Metrics[] operations = new Metrics[CALLERS];
        double longest = 0;
        int hung = 0;
        for (int i = 0; i < CALLERS; i++) {
            Call call = calls[i];
            String connection = call.server == 0 ? "none" : fresh.contains(call.server) ? "fresh" : "idle";
            operations[i] = new Metrics().text("connection", connection).put("ms", call.millis).text("error", call.error);
            longest = Math.max(longest, call.millis == null ? 0 : call.millis);
            hung += call.millis == null ? 1 : 0;
        }
        return new Metrics().put("max_ms", hung > 0 ? null : Double.valueOf(longest)).put("hung", hung)
                .list("ops", operations);
    }
}
