// SPDX-License-Identifier: GPL-3.0-or-later

// The rows in which the runner harms the server between the lines it sends (C, D), and F.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v4/pgxpool"
)

const (
	operationsAfterTermination = 100
	acquireTimeout             = 5 * time.Second
	trafficBefore              = time.Second
	pauseAfterError            = time.Millisecond // a caller that failed doesn't try again in the same instant
	stopGrace                  = 6 * time.Second  // over the acquire time-out; who is still busy then hangs
	idleConnections            = 50
)

var input = bufio.NewScanner(os.Stdin)

func readyUntil(word string) error {
	fmt.Println("READY")
	return await(word)
}

func await(word string) error {
	for input.Scan() {
		if strings.TrimSpace(input.Text()) == word {
			return nil
		}
	}
	return fmt.Errorf("the input ended before %s", word)
}

func milliseconds(duration time.Duration) float64 {
	return float64(duration) / 1e6
}

func terminated(asked order) (metrics, error) {
	pool, err := openFilled(asked.conninfo, connections)
	if err != nil {
		return nil, err
	}
	if err = readyUntil("GO"); err != nil {
		return nil, err
	}
	errors := 0
	var first interface{}
	began := time.Now()
	for i := 0; i < operationsAfterTermination; i++ {
		if _, err := operate(pool, acquireTimeout); err != nil {
			errors++
			complain(err)
		} else if first == nil {
			first = milliseconds(time.Since(began))
		}
	}
	return metrics{"errors": errors, "first_ms": first}, nil
}

// What the callers of row D see between DOWN and STOP.
type outageSeen struct {
	stopped int32
	ended   sync.WaitGroup

	mutex   sync.Mutex // guards what follows; nothing is called under it
	down    bool
	errors  int
	longest time.Duration
	begun   map[int]time.Time
	old     map[uint32]bool
	first   map[uint32]time.Time
}

func (o *outageSeen) traffic(pool *pgxpool.Pool, caller int) {
	defer o.ended.Done()
	for atomic.LoadInt32(&o.stopped) == 0 {
		o.begin(caller)
		server, err := operate(pool, acquireTimeout)
		o.end(caller, server, err)
		if err != nil {
			complain(err)
			time.Sleep(pauseAfterError)
		}
	}
}

func (o *outageSeen) begin(caller int) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.begun[caller] = time.Now()
}

func (o *outageSeen) end(caller int, server uint32, err error) {
	now := time.Now()
	o.mutex.Lock()
	defer o.mutex.Unlock()
	took := now.Sub(o.begun[caller])
	delete(o.begun, caller)
	if o.down && took > o.longest {
		o.longest = took
	}
	if err != nil {
		o.errors++
		return
	}
	if !o.down {
		o.old[server] = true
	} else if _, known := o.first[server]; !known && !o.old[server] {
		o.first[server] = now
	}
}

func (o *outageSeen) metrics() metrics {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	for _, began := range o.begun { // an operation that has not ended counts as long as it has lasted
		if lasted := time.Since(began); lasted > o.longest {
			o.longest = lasted
		}
	}
	var walls []float64
	for _, at := range o.first {
		walls = append(walls, float64(at.UnixNano())/1e9)
	}
	sort.Float64s(walls)
	nth := func(n int) interface{} {
		if len(walls) < n {
			return nil
		}
		return walls[n-1]
	}
	return metrics{"errors": o.errors, "longest_op_ms": milliseconds(o.longest), "hung": len(o.begun),
		"first_success_wall": nth(1), "all4_back_wall": nth(connections)}
}

func outage(asked order) (metrics, error) {
	pool, err := openFilled(asked.conninfo, connections)
	if err != nil {
		return nil, err
	}
	seen := &outageSeen{begun: map[int]time.Time{}, old: map[uint32]bool{}, first: map[uint32]time.Time{}}
	seen.ended.Add(callers)
	for i := 0; i < callers; i++ {
		go seen.traffic(pool, i)
	}
	time.Sleep(trafficBefore)
	if err = readyUntil("DOWN"); err != nil {
		return nil, err
	}
	seen.mutex.Lock()
	seen.down = true
	seen.mutex.Unlock()
	if err = await("STOP"); err != nil {
		return nil, err
	}
	atomic.StoreInt32(&seen.stopped, 1)
	all := make(chan struct{})
	go func() {
		seen.ended.Wait()
		close(all)
	}()
	select {
	case <-all:
	case <-time.After(stopGrace):
	}
	return seen.metrics(), nil
}

// What the heap and the stacks hold after a collection: the pages of a Go process say little, since the runtime keeps
// and returns them at will.
func ownKib() float64 {
	runtime.GC()
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return float64(memory.HeapAlloc+memory.StackInuse) / 1024
}

func many(asked order) (metrics, error) {
	warm, err := openFilled(asked.conninfo, 2) // what the driver and the pool make once
	if err != nil {
		return nil, err
	}
	warm.Close()
	before := ownKib()
	began := time.Now()
	pool, err := openPool(asked.conninfo, idleConnections)
	if err != nil {
		return nil, err
	}
	for pool.Stat().IdleConns() < idleConnections {
		if time.Since(began) > time.Minute {
			return nil, fmt.Errorf("the pool did not fill: %d connections", pool.Stat().IdleConns())
		}
		time.Sleep(200 * time.Microsecond)
	}
	took := time.Since(began)
	return metrics{"open_ms": milliseconds(took), "kib_per_connection": (ownKib() - before) / idleConnections}, nil
}
