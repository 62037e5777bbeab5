// Command dockerfile is the oracle for what image-factory reads from a
// Dockerfile: BuildKit's own parser and its own conversion say which images a
// build uses.
//
//	go run . FILE...   one line of JSON for every Dockerfile, in their order
//	go run . <LINES    one line of JSON for every request on standard input
//
// A request is {"dockerfile": TEXT, "target": STAGE, "buildArgs": {K: V},
// "platform": "linux/amd64"}; all but the text may be left out.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "dockerfile:", err)
		os.Exit(1)
	}
}

func run(paths []string, in io.Reader, out io.Writer) error {
	buffered := bufio.NewWriter(out)
	defer buffered.Flush()
	answers := json.NewEncoder(buffered)
	answers.SetEscapeHTML(false)
	if len(paths) > 0 {
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if err := answers.Encode(Read(Request{Dockerfile: string(text)})); err != nil {
				return err
			}
		}
		return nil
	}
	requests := json.NewDecoder(in)
	for {
		var request Request
		if err := requests.Decode(&request); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := answers.Encode(Read(request)); err != nil {
			return err
		}
		// A reader that sends one request at a time waits for its answer.
		if err := buffered.Flush(); err != nil {
			return err
		}
	}
}
