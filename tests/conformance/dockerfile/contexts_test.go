package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// namedContexts draws the named contexts of a request: names of its stages, of
// the images that it uses, in every way of writing them, and of nothing.
func (m mutator) namedContexts(request Request) map[string]string {
	names := []string{"nothing", "busybox", "docker.io/library/debian:12", "scratch", "context"}
	for _, line := range strings.Split(request.Dockerfile, "\n") {
		fields := strings.Fields(line)
		for i, field := range fields {
			switch {
			case i > 0 && (strings.EqualFold(fields[i-1], "from") || strings.EqualFold(fields[i-1], "as")):
				names = append(names, field, field)
			case strings.HasPrefix(field, "--from="):
				names = append(names, field[len("--from="):])
			}
		}
	}
	// One name once, and none that buildx refuses.
	names = slices.DeleteFunc(names, func(name string) bool { return canonical(name) == "" })
	contexts, drawn := map[string]string{}, map[string]bool{}
	for range 1 + m.IntN(3) {
		name := choose(m, names)
		switch m.IntN(6) {
		case 0:
			name = strings.TrimSuffix(name, ":latest")
		case 1:
			if !strings.ContainsAny(name, ":@") {
				name += ":latest"
			}
		case 2:
			if !strings.Contains(name, "/") {
				name = "docker.io/library/" + name
			}
		case 3:
			if !strings.Contains(name, "/") {
				name = "index.docker.io/library/" + name
			}
		}
		source := choose(m, []string{
			"docker-image://alpine", "docker-image://ghcr.io/a/b:1", "docker-image://scratch", "docker-image://busybox",
			"docker-image://" + choose(m, names), ".", "../src", "https://example.com/a.git",
		})
		if short, err := shortName(name); err == nil && !drawn[short] {
			contexts[name], drawn[short] = source, true
		}
	}
	return contexts
}

// TestContexts wants the Rust reader to find the images that BuildKit's own
// conversion has a build read, where stages and images have named contexts.
func TestContexts(t *testing.T) {
	path := os.Getenv(readerVariable)
	if path == "" {
		t.Skipf("%s names no reader; tests/conformance/run.sh builds it", readerVariable)
	}
	seed, count := number(t, seedVariable, 1), number(t, contextsVariable, 4_000)
	corpus, whole := seeds(t)
	quiet(t)
	reader, err := startReader(path)
	if err != nil {
		t.Fatal(err)
	}
	counts, different := map[string]int{}, 0
	for at := range count {
		m := mutator{rand.New(rand.NewPCG(seed, at^contextsSalt)), corpus, whole}
		// Half of them as they stand, since most of what is changed is refused.
		request := m.any()
		if m.IntN(2) == 0 {
			request = mutation(seed, at, corpus, whole)
		}
		request.Contexts = m.namedContexts(request)
		// What reads the file is none of the conversion's business.
		request.BuildArgs = maps.Clone(request.BuildArgs)
		delete(request.BuildArgs, "BUILDKIT_SYNTAX")
		ours, err := reader.ask(request)
		if err != nil {
			t.Fatalf("number %d: %v\nrequest %s", at, err, compact(request))
		}
		class, why := compareImages(ours, request)
		if why == "" {
			counts[class]++
			continue
		}
		if different++; different <= shown {
			t.Errorf("seed %d, number %d: %s\ncontexts %v\n%s\nreader %s", seed, at, why, request.Contexts, request.Dockerfile, compact(ours))
		}
	}
	if err := reader.stop(); err != nil {
		t.Error(err)
	}
	summary := fmt.Sprintf("named contexts: seed %d, %d Dockerfiles, %d different", seed, count, different)
	for _, class := range slices.Sorted(maps.Keys(counts)) {
		summary += fmt.Sprintf("\n%7d %s", counts[class], class)
	}
	t.Log(summary)
	if most := uint64(counts[sameImages]); most < count/3 {
		t.Errorf("only %d of %d are the same to the end", most, count)
	}
}

// What is drawn is not what TestMutations draws under the same number.
const (
	contextsSalt     = 1 << 40
	contextsVariable = "CONFORMANCE_CONTEXTS"
	sameImages       = "the same images"
)

// compareImages says in which way the images of a request are the same or why
// they need not be, or what differs.
func compareImages(ours reading, request Request) (class, different string) {
	read, asked, err := Sources(request)
	if edges := frontend([]byte(request.Dockerfile), request); len(edges) > 0 && edges[0].Canonical == "" {
		err = fmt.Errorf("no frontend can be loaded from %q", edges[0].Image)
	}
	switch {
	case err != nil && len(ours.Errors) > 0:
		return bothRefuse, ""
	case err != nil:
		return contextsRefused(ours, err.Error())
	case len(ours.Errors) > 0:
		class, unexplained := refusedByReader(ours.Errors)
		if unexplained != nil {
			return "", fmt.Sprintf("the reader refuses: %s", unexplained.detail)
		}
		return class, ""
	case len(ours.Unresolved) > 0:
		return unresolvable, ""
	}
	images := []string{}
	for _, edge := range ours.Edges {
		if edge.Kind != Frontend {
			images = append(images, canonical(edge.Image))
		}
	}
	slices.Sort(images)
	images = slices.Compact(images)
	isReplaced := slices.ContainsFunc(ours.Stages, func(stage stageReading) bool {
		return slices.ContainsFunc(slices.Collect(maps.Keys(request.Contexts)), func(name string) bool {
			short, _ := shortName(name)
			return short == stage.Name && stage.Name != ""
		})
	})
	switch {
	case slices.Equal(images, read):
		return sameImages, ""
	// A mount of no files names an image all the same. What a stage names that a
	// context stands in the place of is asked for, and nothing comes of it.
	case slices.Equal(images, asked) && (!isReplaced || strings.Contains(request.Dockerfile, "--mount=")):
		return "the same images, of which one has files that no instruction reads", ""
	}
	return "", fmt.Sprintf("the reader finds %q, BuildKit's build reads %q and asks for %q", images, read, asked)
}

// contextsRefused explains what BuildKit alone refuses: what decides no image,
// and a FROM without value, also of a stage that is not needed or that a context
// stands in the place of.
func contextsRefused(ours reading, refusal string) (class, different string) {
	refusal, _, _ = strings.Cut(refusal, " (did you mean ")
	for _, stage := range ours.Stages {
		blank := fmt.Sprintf("base name (%s) should not be blank", stage.Written)
		if strings.Contains(stage.Written, "$") && (refusal == blank || strings.HasPrefix(refusal, "failed to parse stage name ")) {
			return noValue, ""
		}
	}
	if requiredLacks(ours, refusal) {
		return noRequired, ""
	}
	if platformLacks(ours, refusal) {
		return noPlatform, ""
	}
	for _, known := range slices.Concat(laterErrors, parseErrors) {
		if known.message.MatchString(refusal) {
			return known.what, ""
		}
	}
	return "", "BuildKit refuses: " + refusal
}
