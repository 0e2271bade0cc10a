// SPDX-License-Identifier: GPL-3.0-or-later
import com.zaxxer.hikari.HikariDataSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The rows in which the runner harms the server between the lines it sends (C, D, E), and F. */
final class FaultRows {
    private static final int THREADS = 8;
    private static final int OPERATIONS_AFTER_TERMINATION = 100;
    private static final int IDLE_CONNECTIONS = 50;
    private static final BufferedReader INPUT = new BufferedReader(new InputStreamReader(System.in));

    private FaultRows() {}

    static Metrics c(String conninfo) throws Exception {
        HikariDataSource pool = Pools.openFilled(conninfo, SteadyRows.POOL_SIZE, 0);
        readyUntil("GO");
        long began = System.nanoTime();
        int errors = 0;
        Double firstMillis = null;
        for (int i = 0; i < OPERATIONS_AFTER_TERMINATION; i++) {
            try {
                Pools.operate(pool);
                if (firstMillis == null) {
                    firstMillis = (System.nanoTime() - began) / 1e6;
                }
            } catch (Exception error) {
                errors++;
                complain(error);
            }
        }
        return new Metrics().put("errors", errors).put("first_ms", firstMillis);
    }

    static Metrics d(String conninfo) throws Exception {
        HikariDataSource pool = Pools.openFilled(conninfo, SteadyRows.POOL_SIZE, 5000);
        Outage outage = new Outage();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread worker = new Thread(() -> outage.traffic(pool));
            worker.setDaemon(true);
            worker.start();
            workers.add(worker);
        }
        Thread.sleep(1000); // the protocol: traffic for a second, then READY
        readyUntil("DOWN");
        outage.begin();
        await("STOP");
        outage.end();
        for (Thread worker : workers) {
            worker.join(TimeUnit.SECONDS.toMillis(6)); // the acquire time-out and a little more
        }
        return outage.metrics();
    }

    static Metrics e(String conninfo) throws Exception {
        HikariDataSource pool = Pools.openFilled(conninfo, SteadyRows.POOL_SIZE, 0);
        FrozenCalls calls = new FrozenCalls(pool);
        calls.start();
        readyUntil("FROZEN");
        return calls.finish();
    }

    static Metrics f(String conninfo) throws Exception {
        try (HikariDataSource warm = Pools.openFilled(conninfo, 2, 0); Connection direct = warm.getConnection()) {
            Pools.select(direct); // loads the driver's and the pool's classes before memory is looked at
        }
        double before = heapKib();
        long began = System.nanoTime();
        HikariDataSource pool = Pools.open(conninfo, IDLE_CONNECTIONS, 0);
        pool.getConnection().close(); // the pool starts to fill with the first demand
        while (pool.getHikariPoolMXBean().getIdleConnections() < IDLE_CONNECTIONS) {
            TimeUnit.MICROSECONDS.sleep(200);
        }
        double openMillis = (System.nanoTime() - began) / 1e6;
        double after = heapKib();
        return new Metrics().put("open_ms", openMillis)
                .put("kib_per_connection", (after - before) / IDLE_CONNECTIONS);
    }

    static void complain(Exception error) {
        System.err.println(error);
    }

    private static void readyUntil(String line) throws IOException {
        System.out.println("READY");
        System.out.flush();
        await(line);
    }

    private static void await(String line) throws IOException {
        String read;
        do {
            read = INPUT.readLine();
            if (read == null) {
                throw new IOException("The input ended before " + line);
            }
        } while (!read.trim().equals(line));
    }

    /** The heap in use after a collection: the pages of a Java process say little, since it keeps and returns them at will. */
    private static double heapKib() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024.0;
    }
}
