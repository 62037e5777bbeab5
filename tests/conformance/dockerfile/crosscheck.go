package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/moby/buildkit/solver/pb"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// imageConfig is a base image's configuration, with one layer so that it does
// not count as scratch, and in a folder, since mounts on / are refused.
const imageConfig = `{"os":"linux","architecture":"amd64","config":{"WorkingDir":"/work"},` +
	`"rootfs":{"type":"layers","diff_ids":["sha256:0000000000000000000000000000000000000000000000000000000000000000"]}}`

// recorder answers for every registry, and keeps what was asked for.
type recorder struct {
	mutex  sync.Mutex
	images []string
}

// keep adds a reference once.
func (r *recorder) keep(image string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if !slices.Contains(r.images, image) {
		r.images = append(r.images, image)
	}
}

// ResolveImageConfig keeps the reference; BuildKit asks for images that the
// target needs, and for no other.
func (r *recorder) ResolveImageConfig(
	_ context.Context, image string, _ sourceresolver.Opt,
) (string, digest.Digest, []byte, error) {
	r.keep(image)
	return image, "", []byte(imageConfig), nil
}

// crossCheck lets BuildKit convert the file and compares the images that it
// asks for, and those that its build then reads, with those of the edges.
func crossCheck(
	text []byte, request Request, platform ocispecs.Platform, edges []Edge,
) (buildError, disagreement string) {
	asked := &recorder{}
	state, err := convert(text, request, platform, asked)
	if err == nil {
		err = sources(*state, asked)
	}
	if err != nil {
		return err.Error(), ""
	}
	var want []string
	for _, edge := range edges {
		if edge.Kind == Frontend && edge.Canonical == "" {
			return fmt.Sprintf("no frontend can be loaded from %q", edge.Image), ""
		}
		if edge.Kind != Frontend && !slices.Contains(want, edge.Canonical) {
			want = append(want, edge.Canonical)
		}
	}
	slices.Sort(want)
	slices.Sort(asked.images)
	if !slices.Equal(want, asked.images) {
		return "", fmt.Sprintf("BuildKit asks for %q, the edges are for %q", asked.images, want)
	}
	return "", ""
}

// convert lets BuildKit convert a request, and keeps the images whose
// configuration it asks for.
func convert(text []byte, request Request, platform ocispecs.Platform, asked *recorder) (*llb.State, error) {
	// The conversion writes to the arguments that it is given.
	args := map[string]string{}
	for name, value := range request.BuildArgs {
		args[name] = value
	}
	options := dockerfile2llb.ConvertOpt{
		Config: dockerui.Config{
			BuildArgs:      args,
			Target:         request.Target,
			BuildPlatforms: []ocispecs.Platform{platform},
		},
		TargetPlatform: &platform,
		MetaResolver:   asked,
	}
	if len(request.Contexts) == 0 {
		buildContext := llb.Local("context")
		options.MainContext = &buildContext
	} else {
		client, err := newClient(request.Contexts, asked)
		if err != nil {
			return nil, err
		}
		options.Client = client
	}
	result, err := dockerfile2llb.Dockerfile2LLB(context.Background(), text, options)
	if err != nil {
		return nil, err
	}
	return &result.State, nil
}

// sources keeps the images that a build reads. One that an ONBUILD makes needed
// is read though nobody asked for its configuration.
func sources(state llb.State, into *recorder) error {
	definition, err := state.Marshal(context.Background())
	if err != nil {
		return err
	}
	for _, raw := range definition.Def {
		var op pb.Op
		if err := op.UnmarshalVT(raw); err != nil {
			return err
		}
		if image, ok := strings.CutPrefix(op.GetSource().GetIdentifier(), "docker-image://"); ok {
			into.keep(image)
		}
	}
	return nil
}
