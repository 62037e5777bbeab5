package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// reading is what the Rust reader says of a request; tests/conformance/reader
// has the format.
type reading struct {
	Stages     []stageReading
	Edges      []Edge
	Unresolved []unresolved
	Errors     []string
	Warnings   []string
}

type stageReading struct {
	Name    string
	Written string
	Line    int
	// Base is stage, image, scratch or unknown.
	Base      string
	Stage     int
	Image     string
	Reachable bool
}

// unresolved is a FROM of a needed stage in which something has no value.
type unresolved struct {
	Written string
	Line    int
	// Empty is the reference that the empty text leaves, nil where it leaves none.
	Empty *string
}

var standardError = os.Stderr

// reader is a process that answers requests one after the other.
type reader struct {
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

func startReader(path string) (*reader, error) {
	process := exec.Command(path)
	// Where a panic is told, past what the test makes of os.Stderr.
	process.Stderr = standardError
	in, err := process.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &reader{process: process, in: in, out: bufio.NewReader(out)}, process.Start()
}

// ask gives the answer to a request. An error means that the reader has ended,
// which nothing that it is given may bring about.
func (r *reader) ask(request Request) (reading, error) {
	var answer reading
	line, err := json.Marshal(request)
	if err != nil {
		return answer, err
	}
	if _, err := r.in.Write(append(line, '\n')); err != nil {
		return answer, fmt.Errorf("the reader takes no request: %w", err)
	}
	text, err := r.out.ReadBytes('\n')
	if err != nil {
		return answer, fmt.Errorf("the reader gives no answer: %w", err)
	}
	return answer, json.Unmarshal(text, &answer)
}

func (r *reader) stop() error {
	if err := r.in.Close(); err != nil {
		return err
	}
	return r.process.Wait()
}
