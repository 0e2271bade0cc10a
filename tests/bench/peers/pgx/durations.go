// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"math"
	"math/bits"
	"time"
)

const (
	subBits = 6
	subs    = 1 << subBits
)

// Durations counted in buckets at most 1.6 % wide. One goroutine writes.
type durations struct {
	counts  [64 * subs]uint64
	total   uint64
	longest time.Duration
}

func bucketOf(value uint64) int {
	if value < subs {
		return int(value)
	}
	shift := bits.Len64(value) - subBits - 1
	return (shift+1)*subs + int(value>>shift) - subs
}

func upperEndOf(bucket int) uint64 {
	if bucket < subs {
		return uint64(bucket)
	}
	shift := bucket/subs - 1
	return uint64(bucket%subs+subs+1)<<shift - 1
}

func (d *durations) add(one time.Duration) {
	d.counts[bucketOf(uint64(one))]++
	d.total++
	if one > d.longest {
		d.longest = one
	}
}

func (d *durations) merge(other *durations) {
	for i, count := range other.counts {
		d.counts[i] += count
	}
	d.total += other.total
	if other.longest > d.longest {
		d.longest = other.longest
	}
}

// In nanoseconds.
func (d *durations) quantile(share float64) float64 {
	wanted := uint64(math.Ceil(share * float64(d.total)))
	var seen uint64
	for i, count := range d.counts {
		seen += count
		if seen >= wanted && seen > 0 {
			return math.Min(float64(upperEndOf(i)), float64(d.longest))
		}
	}
	return 0
}
