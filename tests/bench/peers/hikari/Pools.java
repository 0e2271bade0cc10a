// SPDX-License-Identifier: GPL-3.0-or-later
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;

/** HikariCP with its defaults and a fixed size, and the one operation that the rows repeat. */
final class Pools {
    private static final Pattern SETTING = Pattern.compile("(\\w+)\\s*=\\s*('([^']*)'|\\S*)");

    private Pools() {}

    /** A pool that is not filled yet. @param conninfo libpq's form, "host=... port=... user=... dbname=..." */
    static HikariDataSource open(String conninfo, int size, long acquireTimeoutMillis) {
        Map<String, String> settings = new HashMap<>();
        Matcher matcher = SETTING.matcher(conninfo);
        while (matcher.find()) {
            settings.put(matcher.group(1), matcher.group(3) != null ? matcher.group(3) : matcher.group(2));
        }
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl("jdbc:postgresql://" + settings.getOrDefault("host", "localhost") + ":"
                + settings.getOrDefault("port", "5432") + "/" + settings.get("dbname"));
        pool.setUsername(settings.get("user"));
        pool.setPassword(settings.getOrDefault("password", ""));
        pool.setMinimumIdle(size);
        pool.setMaximumPoolSize(size);
        if (acquireTimeoutMillis > 0) {
            pool.setConnectionTimeout(acquireTimeoutMillis);
        }
        return pool;
    }

    static HikariDataSource openFilled(String conninfo, int size, long acquireTimeoutMillis) throws Exception {
        HikariDataSource pool = open(conninfo, size, acquireTimeoutMillis);
        fill(pool, size);
        return pool;
    }

    /** Leases all connections at once and uses each, so that all are open and freshly used. */
    static void fill(HikariDataSource pool, int size) throws Exception {
        List<Connection> leases = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            leases.add(pool.getConnection());
        }
        for (Connection lease : leases) {
            select(lease);
        }
        for (Connection lease : leases) {
            lease.close();
        }
    }

    static void select(Connection lease) throws SQLException {
        try (PreparedStatement statement = lease.prepareStatement("SELECT 1");
                ResultSet rows = statement.executeQuery()) {
            if (!rows.next() || rows.getInt(1) != 1) {
                throw new SQLException("SELECT 1 did not return 1");
            }
        }
    }

    /** Acquire, SELECT 1, release. @return the process of the server that answered */
    static int operate(HikariDataSource pool) throws SQLException {
        try (Connection lease = pool.getConnection()) {
            select(lease);
            return serverOf(lease);
        }
    }

    static int serverOf(Connection lease) throws SQLException {
        return lease.unwrap(PGConnection.class).getBackendPID();
    }
}
