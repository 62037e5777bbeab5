// Command registry is a registry in memory, and what puts images into it.
//
//	registry serve ADDRESS       serves until it is ended
//	registry push REFERENCE...   pushes one new image under each reference and prints the digests
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "registry:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	switch {
	case len(arguments) == 2 && arguments[0] == "serve":
		quiet := registry.Logger(log.New(io.Discard, "", 0))
		server := &http.Server{Addr: arguments[1], Handler: registry.New(quiet), ReadHeaderTimeout: time.Minute}
		return server.ListenAndServe()
	case len(arguments) > 1 && arguments[0] == "push":
		for _, reference := range arguments[1:] {
			if err := push(reference); err != nil {
				return err
			}
		}
		return nil
	default:
		return fmt.Errorf("usage: registry serve ADDRESS | push REFERENCE...")
	}
}

func push(reference string) error {
	tag, err := name.NewTag(reference)
	if err != nil {
		return err
	}
	image, err := random.Image(64, 1)
	if err != nil {
		return err
	}
	if err := remote.Write(tag, image); err != nil {
		return err
	}
	digest, err := image.Digest()
	if err == nil {
		fmt.Println(reference, digest)
	}
	return err
}
