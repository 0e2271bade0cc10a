// SPDX-License-Identifier: GPL-3.0-or-later

// The rows without a fault: A, H and B. Their threads are goroutines.
package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v4/pgxpool"
)

const (
	holdTime    = time.Millisecond
	warmTime    = 300 * time.Millisecond
	sampleEvery = 64 // in row A, where reading the clock costs something beside the operation
)

type tally struct {
	operations uint64
	waits      durations
}

type loop func(pool *pgxpool.Pool, counted *tally, stopped *int32) error

type traffic struct {
	perSecond float64
	fairness  float64
	waits     durations
}

func run(pool *pgxpool.Pool, count int, seconds time.Duration, work loop) (*traffic, error) {
	tallies := make([]*tally, count)
	failures := make(chan error, count)
	start := make(chan struct{})
	var stopped int32
	var ended sync.WaitGroup
	for i := range tallies {
		tallies[i] = new(tally)
		ended.Add(1)
		go func(counted *tally) {
			defer ended.Done()
			<-start
			if err := work(pool, counted, &stopped); err != nil {
				failures <- err
			}
		}(tallies[i])
	}
	began := time.Now()
	close(start)
	time.Sleep(seconds)
	atomic.StoreInt32(&stopped, 1)
	took := time.Since(began)
	ended.Wait()
	if len(failures) > 0 {
		return nil, <-failures
	}
	return sum(tallies, took), nil
}

func sum(tallies []*tally, took time.Duration) *traffic {
	all := new(traffic)
	var operations, most uint64
	least := tallies[0].operations
	for _, one := range tallies {
		operations += one.operations
		if one.operations > most {
			most = one.operations
		}
		if one.operations < least {
			least = one.operations
		}
		all.waits.merge(&one.waits)
	}
	if least == 0 {
		least = 1
	}
	all.perSecond = float64(operations) / took.Seconds()
	all.fairness = float64(most) / float64(least)
	return all
}

func acquireLoop(pool *pgxpool.Pool, counted *tally, stopped *int32) error {
	for atomic.LoadInt32(stopped) == 0 {
		asked := time.Now()
		lease, err := pool.Acquire(context.Background())
		if err != nil {
			return err
		}
		counted.waits.add(time.Since(asked))
		lease.Release()
		for i := 1; i < sampleEvery; i++ {
			if lease, err = pool.Acquire(context.Background()); err != nil {
				return err
			}
			lease.Release()
		}
		counted.operations += sampleEvery
	}
	return nil
}

func leaseLoop(use func(*pgxpool.Conn) error) loop {
	return func(pool *pgxpool.Pool, counted *tally, stopped *int32) error {
		for atomic.LoadInt32(stopped) == 0 {
			asked := time.Now()
			lease, err := pool.Acquire(context.Background())
			if err != nil {
				return err
			}
			counted.waits.add(time.Since(asked))
			err = use(lease)
			lease.Release()
			if err != nil {
				return err
			}
			if atomic.LoadInt32(stopped) == 0 {
				counted.operations++
			}
		}
		return nil
	}
}

func warmAndRun(asked order, count int, work loop) (*traffic, error) {
	pool, err := openFilled(asked.conninfo, connections)
	if err != nil {
		return nil, err
	}
	if _, err = run(pool, count, warmTime, work); err != nil {
		return nil, err
	}
	return run(pool, count, asked.seconds, work)
}

func acquireOnly(asked order, count int) (metrics, error) {
	seen, err := warmAndRun(asked, count, acquireLoop)
	if err != nil {
		return nil, err
	}
	return metrics{
		"ns_per_op":    1e9 / seen.perSecond,
		"ops_per_s":    seen.perSecond,
		"wait_p50_us":  seen.waits.quantile(0.5) / 1e3,
		"wait_p99_us":  seen.waits.quantile(0.99) / 1e3,
		"wait_p999_us": seen.waits.quantile(0.999) / 1e3,
		"fairness":     seen.fairness,
	}, nil
}

func hold(asked order) (metrics, error) {
	seen, err := warmAndRun(asked, callers, leaseLoop(func(*pgxpool.Conn) error {
		time.Sleep(holdTime)
		return nil
	}))
	if err != nil {
		return nil, err
	}
	return metrics{
		"leases_per_s": seen.perSecond,
		"wait_p50_ms":  seen.waits.quantile(0.5) / 1e6,
		"wait_p99_ms":  seen.waits.quantile(0.99) / 1e6,
		"wait_max_ms":  float64(seen.waits.longest) / 1e6,
		"fairness":     seen.fairness,
	}, nil
}

func query(asked order) (metrics, error) {
	seen, err := warmAndRun(asked, callers, leaseLoop(selectOne))
	if err != nil {
		return nil, err
	}
	return metrics{
		"ops_per_s":   seen.perSecond,
		"wait_max_ms": float64(seen.waits.longest) / 1e6,
		"fairness":    seen.fairness,
	}, nil
}
