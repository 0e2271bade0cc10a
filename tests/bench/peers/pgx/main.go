// SPDX-License-Identifier: GPL-3.0-or-later

// pgxpool as a contestant: pgx ROW --conninfo "host=... port=... user=... dbname=..." --seconds N
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

type metrics map[string]interface{}

type order struct {
	row      string
	conninfo string
	seconds  time.Duration
}

func orderFrom(arguments []string) (order, error) {
	asked := order{seconds: 3 * time.Second}
	if len(arguments) == 0 || len(arguments)%2 == 0 {
		return asked, fmt.Errorf("usage: pgx ROW --conninfo CONNINFO --seconds N")
	}
	asked.row = strings.ToLower(arguments[0])
	for i := 1; i+1 < len(arguments); i += 2 {
		switch arguments[i] {
		case "--conninfo":
			asked.conninfo = arguments[i+1]
		case "--seconds":
			seconds, err := strconv.ParseFloat(arguments[i+1], 64)
			if err != nil {
				return asked, err
			}
			asked.seconds = time.Duration(seconds * float64(time.Second))
		default:
			return asked, fmt.Errorf("%q is not understood", arguments[i])
		}
	}
	return asked, nil
}

func measure(asked order) (metrics, error) {
	switch asked.row {
	case "a1":
		return acquireOnly(asked, 1)
	case "a2":
		return acquireOnly(asked, 2)
	case "a8":
		return acquireOnly(asked, callers)
	case "h":
		return hold(asked)
	case "b":
		return query(asked)
	case "c":
		return terminated(asked)
	case "d":
		return outage(asked)
	case "e":
		return frozen(asked)
	case "f":
		return many(asked)
	}
	return nil, fmt.Errorf("there is no row %q", asked.row)
}

func main() {
	asked, err := orderFrom(os.Args[1:])
	if err == nil {
		var measured metrics
		if measured, err = measure(asked); err == nil {
			err = json.NewEncoder(os.Stdout).Encode(metrics{"contestant": "pgx", "row": asked.row, "metrics": measured})
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0) // goroutines may hang in a query for ever
}
