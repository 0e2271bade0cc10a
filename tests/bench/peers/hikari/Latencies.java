// SPDX-License-Identifier: GPL-3.0-or-later
/** Durations in nanoseconds, counted in buckets at most 1.6 % wide. One thread writes. */
final class Latencies {
    private static final int SUB_BITS = 6;
    private static final int SUBS = 1 << SUB_BITS;
    private final long[] counts = new long[64 * SUBS];
    private long total;
    private long max;

    void add(long nanos) {
        long value = Math.max(nanos, 0);
        counts[bucketOf(value)]++;
        total++;
        max = Math.max(max, value);
    }

    void add(Latencies other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        total += other.total;
        max = Math.max(max, other.max);
    }

    long max() {
        return max;
    }

    long quantile(double q) {
        long wanted = (long) Math.ceil(q * total);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted && seen > 0) {
                return Math.min(upperEndOf(i), max);
            }
        }
        return max;
    }

    private static int bucketOf(long value) {
        if (value < SUBS) {
            return (int) value;
        }
        int shift = 63 - Long.numberOfLeadingZeros(value) - SUB_BITS;
        return (shift + 1) * SUBS + (int) ((value >>> shift) - SUBS);
    }

    private static long upperEndOf(int bucket) {
        if (bucket < SUBS) {
            return bucket;
        }
        int shift = bucket / SUBS - 1;
        return ((long) (bucket % SUBS + SUBS + 1) << shift) - 1;
    }
}
