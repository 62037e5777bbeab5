package workflow

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// reader starts the Rust program, or says why not.
func reader(t *testing.T) *Reader {
	t.Helper()
	program := os.Getenv("CONFORMANCE_WORKFLOW_READER")
	if program == "" {
		t.Skip("CONFORMANCE_WORKFLOW_READER names no reader; tests/conformance/run.sh builds it")
	}
	r, err := Start(program)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Stop(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// seed and count say which cases each oracle is asked of, and how many.
var (
	seed  = number("CONFORMANCE_SEED", 1)
	count = number("CONFORMANCE_WORKFLOWS", 2_000)
)

// number is one of the environment.
func number(variable string, otherwise int) int {
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	value, err := strconv.Atoi(text)
	if err != nil {
		panic(err)
	}
	return value
}

// draw gives what a case is made of. It depends on the seed and the number alone.
func draw(at int) maker { return maker{rand.New(rand.NewPCG(uint64(seed), uint64(at)))} }

// maker draws what a case is made of.
type maker struct{ *rand.Rand }

func pick[T any](m maker, list ...T) T { return list[m.IntN(len(list))] }
