package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/distribution/reference"
	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/frontend/gateway/client"
	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"
	"github.com/tonistiigi/fsutil/types"
)

// gateway is a BuildKit that has no files and every image. What it is not asked
// for in a conversion is not there.
type gateway struct {
	client.Client
	asked   *recorder
	options map[string]string
}

// newClient gives what BuildKit's conversion finds named contexts by, as buildx
// hands them over: under the shortest name of the reference, folders as locals.
func newClient(contexts map[string]string, asked *recorder) (*dockerui.Client, error) {
	// A main context of git, so that nobody looks for a .dockerignore in it.
	options := map[string]string{"context": "https://example.com/main.git"}
	for name, source := range contexts {
		short, err := shortName(name)
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(source, "docker-image://") {
			source = "local:files"
		}
		options["context:"+short] = source
	}
	return dockerui.NewClient(gateway{asked: asked, options: options})
}

// shortName is what buildx makes of the name of a context.
func shortName(name string) (string, error) {
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return "", fmt.Errorf("invalid context name %s: %w", name, err)
	}
	return strings.TrimSuffix(reference.FamiliarString(named), ":latest"), nil
}

func (g gateway) BuildOpts() client.BuildOpts {
	return client.BuildOpts{Opts: g.options, LLBCaps: pb.Caps.CapSet(pb.Caps.All())}
}

func (g gateway) ResolveImageConfig(
	ctx context.Context, image string, options sourceresolver.Opt,
) (string, digest.Digest, []byte, error) {
	return g.asked.ResolveImageConfig(ctx, image, options)
}

// Solve gives an empty folder.
func (g gateway) Solve(context.Context, client.SolveRequest) (*client.Result, error) {
	result := client.NewResult()
	result.SetRef(folder{})
	return result, nil
}

func (g gateway) Inputs(context.Context) (map[string]llb.State, error) { return nil, nil }

// folder has no files.
type folder struct{ client.Reference }

func (folder) StatFile(context.Context, client.StatRequest) (*types.Stat, error) {
	return nil, os.ErrNotExist
}

func (folder) ReadFile(context.Context, client.ReadRequest) ([]byte, error) {
	return nil, os.ErrNotExist
}
