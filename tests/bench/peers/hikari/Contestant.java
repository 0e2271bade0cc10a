// SPDX-License-Identifier: GPL-3.0-or-later
/** HikariCP with PostgreSQL's JDBC driver: Contestant ROW --conninfo "host=... port=... user=... dbname=..." --seconds N */
final class Contestant {
    private Contestant() {}

    public static void main(String[] arguments) throws Exception {
        String row = arguments.length > 0 ? arguments[0] : "";
        String conninfo = "";
        double seconds = 3;
        for (int i = 1; i + 1 < arguments.length; i += 2) {
            if (arguments[i].equals("--conninfo")) {
                conninfo = arguments[i + 1];
            } else if (arguments[i].equals("--seconds")) {
                seconds = Double.parseDouble(arguments[i + 1]);
            }
        }
        Metrics metrics = measure(row, conninfo, seconds);
        System.out.println("{\"contestant\":\"hikari\",\"row\":\"" + row + "\",\"metrics\":" + metrics.json() + "}");
        System.out.flush();
        Runtime.getRuntime().halt(0); // threads may hang in a query for ever
    }

    private static Metrics measure(String row, String conninfo, double seconds) throws Exception {
        switch (row) {
            case "a1":
                return SteadyRows.a(conninfo, 1, seconds);
            case "a2":
                return SteadyRows.a(conninfo, 2, seconds);
            case "a8":
                return SteadyRows.a(conninfo, 8, seconds);
            case "h":
                return SteadyRows.h(conninfo, seconds);
            case "b":
                return SteadyRows.b(conninfo, seconds);
            case "c":
                return FaultRows.c(conninfo);
            case "d":
                return FaultRows.d(conninfo);
            case "e":
                return FaultRows.e(conninfo);
            case "f":
                return FaultRows.f(conninfo);
            default:
                throw new IllegalArgumentException("There is no row " + row);
        }
    }
}
