// Command cmd runs the stand-in for GitHub's API as a process.
//
// It prints one line of JSON, {"url": ..., "control": ...}, when it listens, and
// ends with SIGTERM, SIGINT or the end of its standard input if -stdin is given.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"image-factory/conformance/github"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "github:", err)
		os.Exit(1)
	}
}

func run() error {
	api := flag.String("api", "api.github.com", "whose API: "+strings.Join(github.Names, ", "))
	world := flag.String("world", "", "folder of repositories and tokens; without it whatever is asked for exists")
	address := flag.String("listen", "127.0.0.1:0", "where the API listens")
	control := flag.String("control", "127.0.0.1:0", "where it is steered and read")
	base := flag.String("base", "", "what all paths begin with, such as /api/v3")
	fetch := flag.Bool("fetch", false, "put GitHub's descriptions into the cache, and stop")
	unchecked := flag.Bool("without-description", false, "do not hold requests against GitHub's description if there is no npm")
	stdin := flag.Bool("stdin", false, "end with standard input")
	flag.Parse()
	if *fetch {
		return github.Fetch()
	}
	description, err := github.Load(*api)
	if errors.Is(err, github.ErrNoNPM) && *unchecked {
		fmt.Fprintln(os.Stderr, "github: skipped:", err)
	} else if err != nil {
		return err
	}
	options := github.Options{Description: description, Base: *base, Address: *address, World: &github.World{Open: true}}
	if *world != "" {
		if options.World, err = github.ReadWorld(os.DirFS(*world)); err != nil {
			return err
		}
	}
	server, err := github.Start(options)
	if err != nil {
		return err
	}
	defer server.Close()
	listener, err := net.Listen("tcp", *control)
	if err != nil {
		return err
	}
	go func() { _ = http.Serve(listener, server.Control()) }()
	line, err := json.Marshal(map[string]string{"url": server.URL(), "control": "http://" + listener.Addr().String()})
	if err != nil {
		return err
	}
	fmt.Println(string(line))
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM, syscall.SIGINT)
	if *stdin {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			ended <- syscall.SIGTERM
		}()
	}
	<-ended
	return nil
}
