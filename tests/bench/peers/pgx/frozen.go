// SPDX-License-Identifier: GPL-3.0-or-later

// Row E: four goroutines, each with one operation on a frozen server, two of the connections fresh and two idle for 2 s.
package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v4/pgxpool"
)

const (
	idleTime = 2 * time.Second // over the time for which pools trust a connection unseen
	giveUp   = 45 * time.Second
)

type call struct {
	server uint32 // 0 until it got a connection
	ms     interface{}
	failed interface{}
}

type frozenCalls struct {
	pool *pgxpool.Pool

	mutex sync.Mutex // guards what follows; nothing is called under it
	fresh map[uint32]bool
	calls [connections]call
}

// Uses so many connections at the same time, so that each is another one.
func (f *frozenCalls) useTogether(count int) ([]uint32, error) {
	var leases []*pgxpool.Conn
	var servers []uint32
	for i := 0; i < count; i++ {
		lease, err := f.pool.Acquire(context.Background())
		if err != nil {
			return nil, err
		}
		defer lease.Release()
		leases = append(leases, lease)
	}
	for _, lease := range leases {
		if err := selectOne(lease); err != nil {
			return nil, err
		}
		servers = append(servers, serverOf(lease))
	}
	return servers, nil
}

func (f *frozenCalls) prepare() error {
	if _, err := f.useTogether(connections); err != nil {
		return err
	}
	time.Sleep(idleTime)
	servers, err := f.useTogether(connections / 2)
	for _, server := range servers {
		f.fresh[server] = true
	}
	return err
}

func (f *frozenCalls) operate(caller int) error {
	lease, err := f.pool.Acquire(context.Background())
	if err != nil {
		return err
	}
	defer lease.Release()
	f.mutex.Lock()
	f.calls[caller].server = serverOf(lease)
	f.mutex.Unlock()
	return selectOne(lease)
}

func (f *frozenCalls) call(caller int) {
	began := time.Now()
	err := f.operate(caller)
	took := milliseconds(time.Since(began))
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.calls[caller].ms = took
	if err != nil {
		f.calls[caller].failed = err.Error()
	}
}

func (f *frozenCalls) metrics() metrics {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	var operations []metrics
	var longest interface{} = 0.0
	hung := 0
	for _, one := range f.calls {
		connection := "idle"
		if one.server == 0 {
			connection = "none"
		} else if f.fresh[one.server] {
			connection = "fresh"
		}
		operations = append(operations, metrics{"connection": connection, "ms": one.ms, "error": one.failed})
		if one.ms == nil {
			hung++
		} else if one.ms.(float64) > longest.(float64) {
			longest = one.ms
		}
	}
	if hung > 0 {
		longest = nil
	}
	return metrics{"max_ms": longest, "hung": hung, "ops": operations}
}

func frozen(asked order) (metrics, error) {
	pool, err := openFilled(asked.conninfo, connections)
	if err != nil {
		return nil, err
	}
	calls := &frozenCalls{pool: pool, fresh: map[uint32]bool{}}
	if err = calls.prepare(); err != nil {
		return nil, fmt.Errorf("before the server was frozen: %w", err)
	}
	if err = readyUntil("FROZEN"); err != nil {
		return nil, err
	}
	var ended sync.WaitGroup
	for i := 0; i < connections; i++ {
		ended.Add(1)
		go func(caller int) {
			defer ended.Done()
			calls.call(caller)
		}(i)
	}
	all := make(chan struct{})
	go func() {
		ended.Wait()
		close(all)
	}()
	select {
	case <-all:
	case <-time.After(giveUp):
	}
	return calls.metrics(), nil
}
