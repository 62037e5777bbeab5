package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// The variables that name the reader, and that change what is made.
const (
	readerVariable = "CONFORMANCE_READER"
	countVariable  = "CONFORMANCE_MUTATIONS"
	seedVariable   = "CONFORMANCE_SEED"
)

// shown is how many unexplained differences are shrunk and printed.
const shown = 5

// found is an unexplained difference, and the number of its request.
type found struct {
	number uint64
	difference
}

// TestMutations wants BuildKit and the Rust reader to find the same stages and
// references in changed Dockerfiles. Both are asked whatever the other says.
func TestMutations(t *testing.T) {
	path := os.Getenv(readerVariable)
	if path == "" {
		t.Skipf("%s names no reader; tests/conformance/run.sh builds it", readerVariable)
	}
	seed, count := number(t, seedVariable, 1), number(t, countVariable, 10_000)
	corpus, whole := seeds(t)
	quiet(t)
	classes, differences := compareMany(t, path, count, func(at uint64) Request {
		return mutation(seed, at, corpus, whole)
	})
	summary := fmt.Sprintf("seed %d, %d Dockerfiles", seed, count)
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		summary += fmt.Sprintf("\n%7d %s", classes[class], class)
	}
	t.Log(summary)
	// Where most are refused, little is compared: 4 in 10 are the same to the end.
	if most := uint64(classes[same]); most < count/3 {
		t.Errorf("only %d of %d are the same to the end", most, count)
	}
	if len(differences) == 0 {
		return
	}
	slices.SortFunc(differences, func(a, b found) int { return int(a.number) - int(b.number) })
	t.Errorf("%d differences that nothing explains", len(differences))
	reader, err := startReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.stop()
	for _, d := range differences[:min(shown, len(differences))] {
		request := shrink(reader, mutation(seed, d.number, corpus, whole), d.kind)
		ours, err := reader.ask(request)
		t.Errorf("seed %d, number %d: %s: %s\nrequest  %s\nreader   %s (%v)\nBuildKit %s",
			seed, d.number, d.kind, d.detail, compact(request), compact(ours), err, compact(Read(request)))
	}
}

// quiet drops what BuildKit's scanner of words writes of odd characters, which
// goes past every logger.
func quiet(t *testing.T) {
	t.Helper()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	stderr := os.Stderr
	os.Stderr = null
	t.Cleanup(func() {
		os.Stderr = stderr
		_ = null.Close()
	})
}

func number(t *testing.T, variable string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	value, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return value
}

// compareMany asks both of every request and counts what comes of it.
func compareMany(
	t *testing.T, path string, count uint64, request func(uint64) Request,
) (classes map[string]int, differences []found) {
	t.Helper()
	classes = map[string]int{}
	var next atomic.Uint64
	var mutex sync.Mutex
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			reader, err := startReader(path)
			if err != nil {
				t.Error(err)
				return
			}
			for at := next.Add(1) - 1; at < count; at = next.Add(1) - 1 {
				asked := request(at)
				ours, err := reader.ask(asked)
				if err != nil {
					t.Errorf("number %d: %v\nrequest %s", at, err, compact(asked))
					return
				}
				class, different := compare(ours, Read(asked))
				mutex.Lock()
				if different != nil {
					differences = append(differences, found{at, *different})
				} else {
					classes[class]++
				}
				mutex.Unlock()
			}
			if err := reader.stop(); err != nil {
				t.Error(err)
			}
		})
	}
	workers.Wait()
	return classes, differences
}

// shrink takes away what a request has, line by line and then word by word, as
// long as it still shows a difference of the kind.
func shrink(reader *reader, request Request, kind string) Request {
	still := func(smaller Request) bool {
		ours, err := reader.ask(smaller)
		if err != nil {
			return false
		}
		_, different := compare(ours, Read(smaller))
		return different != nil && different.kind == kind
	}
	try := func(smaller Request) bool {
		if !still(smaller) {
			return false
		}
		request = smaller
		return true
	}
	for _, without := range []func(*Request){
		func(r *Request) { r.Target = "" },
		func(r *Request) { r.Platform = "" },
		func(r *Request) { r.BuildArgs = nil },
	} {
		smaller := request
		without(&smaller)
		try(smaller)
	}
	for _, separator := range []string{"\n", " ", "\n"} {
		for again := true; again; {
			again = false
			for i := 0; i < strings.Count(request.Dockerfile, separator)+1; {
				smaller := request
				parts := strings.Split(request.Dockerfile, separator)
				smaller.Dockerfile = strings.Join(slices.Delete(parts, i, i+1), separator)
				if smaller.Dockerfile != "" && try(smaller) {
					again = true
				} else {
					i++
				}
			}
		}
	}
	return request
}

func compact(value any) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(text.String())
}
