package workflow

import (
	"context"
	"fmt"
	"path"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/sirupsen/logrus"
)

// compose draws a Compose file and the environment of a run.
func (m maker) compose() (string, map[string]string) {
	value := func() string {
		return pick(m, "plain", "${TAG}", "$TAG", "${TAG:-def}", "${NONE:-def}", "${EMPTY:-def}", "${EMPTY-def}", "${NONE-a b}",
			"${TAG:+alt}", "${NONE:+alt}", "${EMPTY+alt}", "a-${TAG}-$$x", "${NONE:-${TAG:-in}}", "${NONE}", "x${TAG}y$NONE")
	}
	var lines []string
	add := func(format string, values ...any) { lines = append(lines, fmt.Sprintf(format, values...)) }
	add("x-args: &args")
	add("  SHARED: %q", value())
	add("x-build: &build")
	add("  context: .")
	add("  args: *args")
	add("services:")
	for i, name := range []string{"base", "web", "api"} {
		add("  %s:", name)
		if m.IntN(3) > 0 {
			add("    image: %q", "acme/"+name+":"+pick(m, "1", "${TAG:-2}"))
		}
		if i > 0 && m.IntN(3) == 0 {
			add("    extends: {service: base}")
		}
		switch m.IntN(4) {
		case 0:
			add("    build: %q", pick(m, ".", "./src", "${DIR:-dir}"))
			continue
		case 1:
			add("    build:")
			add("      <<: *build")
		default:
			add("    build:")
			add("      context: %q", pick(m, ".", "./a/b", "apps/${TAG:-x}"))
		}
		if m.IntN(2) == 0 {
			add("      dockerfile: %q", pick(m, "x.Dockerfile", "docker/${TAG:-d}"))
		}
		if m.IntN(2) == 0 {
			add("      target: %q", pick(m, "prod", "${STAGE:-dev}"))
		}
		switch m.IntN(3) {
		case 0:
			add("      args: {A: %q, B: 1, C: true, TAG: , E: %q}", value(), value())
		case 1:
			add("      args: [%q, %q, TAG, NOTHING]", "A="+value(), "B=x=y")
		}
		if m.IntN(3) == 0 {
			add("      tags: [%q, acme/more]", "acme/"+value())
		}
		if m.IntN(3) == 0 {
			add("      platforms: [linux/amd64, linux/arm64]")
		}
		if m.IntN(3) == 0 {
			add("      additional_contexts: {up: \"docker-image://alpine:${TAG:-3}\"}")
		}
	}
	env := map[string]string{"EMPTY": ""}
	if m.IntN(2) == 0 {
		env["TAG"] = pick(m, "t1", "")
	}
	if m.IntN(3) == 0 {
		env["STAGE"] = "stage"
	}
	return strings.Join(lines, "\n") + "\n", env
}

// TestCompose wants compose-go and the Rust reader to find the same builds of
// services.
func TestCompose(t *testing.T) {
	// It warns of each variable that is not set.
	logrus.SetLevel(logrus.ErrorLevel)
	r := reader(t)
	same, refused, different := 0, 0, 0
	for at := range count {
		text, env := draw(at).compose()
		project, err := loader.LoadWithContext(context.Background(), types.ConfigDetails{
			WorkingDir:  "/work",
			ConfigFiles: []types.ConfigFile{{Filename: "compose.yaml", Content: []byte(text)}},
			Environment: env,
		}, func(options *loader.Options) {
			options.SetProjectName("x", true)
			options.ResolvePaths = false
			options.SkipConsistencyCheck = true
		})
		builds, failed := r.Ask(Request{Files: map[string]string{
			"compose.yaml": text,
			Ship:           Workflow(map[string]any{"env": env, "steps": []any{map[string]any{"run": "docker compose build"}}}),
		}})
		if failed != nil {
			t.Fatalf("number %d: %v", at, failed)
		}
		if err != nil {
			refused++
			continue
		}
		if why := composeDifference(project, builds, env); why != "" {
			different++
			if different <= 5 {
				t.Errorf("number %d: %s\nenv %v\n%s", at, why, env, text)
			}
			continue
		}
		same++
	}
	t.Logf("compose: seed %d, %d cases: %d the same, %d refused by compose-go, %d different", seed, count, same, refused, different)
	if same < count/2 {
		t.Error("too few cases are compared to the end")
	}
}

func composeDifference(project *types.Project, builds []Build, env map[string]string) string {
	found := map[string]Build{}
	for _, build := range builds {
		found[build.Name] = build
	}
	for name, service := range project.Services {
		build, is := found[name]
		if is != (service.Build != nil) {
			return fmt.Sprintf("%s: built %t, the reader %t", name, service.Build != nil, is)
		}
		if service.Build == nil {
			continue
		}
		want := service.Build
		tags := []string{}
		if service.Image != "" {
			tags = append(tags, service.Image)
		}
		for _, tag := range want.Tags {
			if tag != service.Image {
				tags = append(tags, tag)
			}
		}
		args := map[string]any{}
		for key, value := range want.Args {
			if value != nil {
				args[key] = *value
			} else if value, ok := env[key]; ok {
				args[key] = value
			}
		}
		file := want.Dockerfile
		if file == "" {
			file = "Dockerfile"
		}
		none := 0
		for _, part := range []struct {
			what      string
			want, got any
		}{
			{"context", clean(path.Clean(want.Context)), build.Context},
			{"dockerfile", clean(path.Join(want.Context, file)), build.Dockerfile},
			{"target", orNil(&want.Target), build.Target},
			{"args", args, Plain(build.Args)},
			{"contexts", Plain(orEmpty(want.AdditionalContexts)), Plain(build.Contexts)},
			{"tags", Plain(tags), Plain(build.Tags)},
			{"platforms", Plain(nonEmpty(want.Platforms)), Plain(build.Platforms)},
		} {
			if !Same(part.want, part.got, &none) || none > 0 {
				return fmt.Sprintf("%s of %s: compose-go %s, the reader %s", part.what, name, show(part.want), show(part.got))
			}
		}
	}
	return ""
}
