// SPDX-License-Identifier: GPL-3.0-or-later

package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgx/v4/pgxpool"
)

const (
	connections = 4
	callers     = 8
)

// A pool with its defaults and a fixed size that isn't filled yet.
func openPool(conninfo string, size int) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(conninfo)
	if err != nil {
		return nil, err
	}
	config.MinConns = int32(size)
	config.MaxConns = int32(size)
	return pgxpool.ConnectConfig(context.Background(), config)
}

// The same with all connections open and used a moment ago.
func openFilled(conninfo string, size int) (*pgxpool.Pool, error) {
	pool, err := openPool(conninfo, size)
	if err != nil {
		return nil, err
	}
	leases := make([]*pgxpool.Conn, size)
	for i := range leases {
		if leases[i], err = pool.Acquire(context.Background()); err != nil {
			return nil, err
		}
	}
	for _, lease := range leases {
		if err = selectOne(lease); err != nil {
			return nil, err
		}
	}
	for _, lease := range leases {
		lease.Release()
	}
	return pool, nil
}

func selectOne(lease *pgxpool.Conn) error {
	var one int
	return lease.QueryRow(context.Background(), "SELECT 1").Scan(&one)
}

func serverOf(lease *pgxpool.Conn) uint32 {
	return lease.Conn().PgConn().PID()
}

// Acquire, SELECT 1, release. The process of the server that answered. Only the acquire has a time-out.
func operate(pool *pgxpool.Pool, patience time.Duration) (uint32, error) {
	limited, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	lease, err := pool.Acquire(limited)
	if err != nil {
		return 0, err
	}
	defer lease.Release()
	return serverOf(lease), selectOne(lease)
}

func complain(err error) {
	fmt.Fprintln(os.Stderr, err)
}
