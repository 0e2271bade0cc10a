// SPDX-License-Identifier: GPL-3.0-or-later
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a row has measured, as a JSON object; null is a number that never came. */
final class Metrics {
    private final StringBuilder members = new StringBuilder();

    Metrics put(String name, Double value) {
        return raw(name, value == null ? "null" : String.format(Locale.ROOT, "%.6f", value));
    }

    Metrics put(String name, long value) {
        return put(name, Double.valueOf(value));
    }

    Metrics text(String name, String value) {
        return raw(name, value == null ? "null"
                : '"' + value.replaceAll("[\\\\\"]", "'").replaceAll("\\p{Cntrl}", " ") + '"');
    }

    Metrics list(String name, Metrics[] values) {
        return raw(name, Stream.of(values).map(Metrics::json).collect(Collectors.joining(",", "[", "]")));
    }

    private Metrics raw(String name, String json) {
        members.append(members.length() == 0 ? "" : ",").append('"').append(name).append("\":").append(json);
        return this;
    }

    String json() {
        return "{" + members + "}";
    }
}
