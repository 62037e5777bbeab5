package workflow

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/docker/buildx/bake"
)

// text draws an expression that is a text.
func (m maker) text(depth int, names []string) string {
	if depth == 0 {
		return pick(m, `"web"`, `"a-b_c"`, `"1.2.3"`, `"x,y"`, `""`, `" pad "`, "TAG", "NAME", "FIXED", `"${TAG}"`, `"v${TAG}-${NAME}"`, `"$${x}"`)
	}
	inner := func() string { return m.text(depth-1, names) }
	return pick(m,
		func() string { return inner() },
		func() string { return pick(m, append([]string{"TAG"}, names...)...) },
		func() string { return fmt.Sprintf("upper(%s)", inner()) },
		func() string { return fmt.Sprintf("lower(%s)", inner()) },
		func() string {
			return fmt.Sprintf("replace(%s, %s, %s)", inner(), pick(m, `"."`, `"-"`, `"web"`), pick(m, `"_"`, `""`, `"--"`))
		},
		func() string { return fmt.Sprintf("trimprefix(%s, %s)", inner(), pick(m, `"v"`, `"we"`)) },
		func() string { return fmt.Sprintf("trimsuffix(%s, %s)", inner(), pick(m, `"b"`, `"3"`)) },
		func() string { return fmt.Sprintf("trim(%s, \" v\")", inner()) },
		func() string { return fmt.Sprintf("trimspace(%s)", inner()) },
		func() string { return fmt.Sprintf("format(\"%%s-%%s\", %s, %s)", inner(), inner()) },
		func() string { return fmt.Sprintf("format(\"%%v%%%%%%d\", %s, %d)", inner(), m.IntN(9)) },
		func() string { return fmt.Sprintf("join(%s, %s)", pick(m, `","`, `"-"`), m.list(depth-1, names)) },
		func() string { return fmt.Sprintf("substr(%s, %d, %d)", inner(), m.IntN(3), m.IntN(4)-1) },
		func() string { return fmt.Sprintf("sanitize(%s)", inner()) },
		func() string { return fmt.Sprintf("\"%%{ if %s }y%%{ else }n%%{ endif }\"", m.bool(depth-1, names)) },
		func() string { return fmt.Sprintf("\"%%{ for i in %s ~} ${i} %%{ endfor }\"", m.list(depth-1, names)) },
		func() string { return fmt.Sprintf("%s ? %s : %s", m.bool(depth-1, names), inner(), inner()) },
		func() string { return fmt.Sprintf("(%s)", inner()) },
		func() string { return fmt.Sprintf("element(%s, %d)", m.list(depth-1, names), m.IntN(4)) },
		func() string { return fmt.Sprintf("coalesce(null, %s)", inner()) },
		func() string { return fmt.Sprintf("lookup({a = %s}, %s, %s)", inner(), pick(m, `"a"`, `"b"`), inner()) },
		func() string { return fmt.Sprintf("{a = %s, b = %s}%s", inner(), inner(), pick(m, ".a", `["b"]`)) },
		func() string { return fmt.Sprintf("own(%s, %s)", inner(), inner()) },
		func() string { return fmt.Sprintf("\"${%s}\"", m.number(depth-1)) },
		func() string { return fmt.Sprintf("basename(%s)", pick(m, `"a/b/c"`, `"c"`, `"a/"`)) },
		func() string { return fmt.Sprintf("dirname(%s)", pick(m, `"a/b/c"`, `"c"`, `"/a"`)) },
	)()
}

func (m maker) number(depth int) string {
	if depth == 0 {
		return pick(m, "1", "2", "10", "1.5", "COUNT", "0")
	}
	inner := func() string { return m.number(depth - 1) }
	return pick(m,
		func() string { return fmt.Sprintf("%s + %s", inner(), inner()) },
		func() string { return fmt.Sprintf("(%s - %s)", inner(), inner()) },
		func() string { return fmt.Sprintf("add(%s, %s)", inner(), inner()) },
		func() string { return fmt.Sprintf("multiply(%s, %s)", inner(), inner()) },
		func() string { return fmt.Sprintf("max(%s, %s)", inner(), inner()) },
		func() string { return fmt.Sprintf("length(%s)", m.list(depth-1, nil)) },
		func() string { return fmt.Sprintf("-%s", pick(m, "1", "COUNT")) },
		func() string { return fmt.Sprintf("strlen(%s)", m.text(depth-1, nil)) },
		func() string { return fmt.Sprintf("parseint(\"%d\", 10)", m.IntN(99)) },
	)()
}

func (m maker) bool(depth int, names []string) string {
	if depth <= 0 {
		return pick(m, "true", "false", "DEBUG", "TAG == \"latest\"", "TAG != \"\"")
	}
	inner := func() string { return m.bool(depth-1, names) }
	return pick(m,
		func() string { return fmt.Sprintf("(%s && %s)", inner(), inner()) },
		func() string { return fmt.Sprintf("(%s || %s)", inner(), inner()) },
		func() string { return fmt.Sprintf("!%s", pick(m, "DEBUG", "false")) },
		func() string { return fmt.Sprintf("equal(%s, %s)", m.text(depth-1, names), m.text(0, names)) },
		func() string { return fmt.Sprintf("notequal(%s, %s)", m.text(depth-1, names), m.text(0, names)) },
		func() string { return fmt.Sprintf("contains(%s, %s)", m.list(depth-1, names), m.text(0, names)) },
		func() string { return fmt.Sprintf("%s > %s", m.number(depth-1), m.number(0)) },
		func() string { return fmt.Sprintf("not(%s)", inner()) },
	)()
}

func (m maker) list(depth int, names []string) string {
	item := func() string { return m.text(max(depth-1, 0), names) }
	if depth <= 0 {
		return pick(m, `["a", "b"]`, `["web"]`, "LIST", fmt.Sprintf("[%s, %s]", item(), item()))
	}
	inner := func() string { return m.list(depth-1, names) }
	return pick(m,
		func() string { return fmt.Sprintf("[%s, %s]", item(), item()) },
		func() string { return fmt.Sprintf("concat(%s, %s)", inner(), inner()) },
		func() string { return fmt.Sprintf("[for i in %s : \"<${i}>\"]", inner()) },
		func() string { return fmt.Sprintf("[for i, v in %s : \"${i}${v}\" if v != \"a\"]", inner()) },
		func() string { return fmt.Sprintf("split(%s, %s)", pick(m, `","`, `"-"`), item()) },
		func() string { return fmt.Sprintf("distinct(%s)", inner()) },
		func() string { return fmt.Sprintf("reverselist(%s)", inner()) },
		func() string { return fmt.Sprintf("compact(%s)", inner()) },
		func() string { return fmt.Sprintf("sort(%s)", inner()) },
		func() string { return fmt.Sprintf("flatten([%s, [%s]])", inner(), inner()) },
		func() string { return fmt.Sprintf("keys({b = 1, a = %s})", item()) },
		func() string { return fmt.Sprintf("values({b = \"1\", a = %s})", item()) },
		func() string { return fmt.Sprintf("[for k, v in {b = 1, a = 2} : \"${k}${v}\"]") },
		func() string { return fmt.Sprintf("[{n = %s}, {n = \"z\"}][*].n", item()) },
		func() string { return fmt.Sprintf("formatlist(\"%%s!\", %s)", inner()) },
		func() string { return fmt.Sprintf("%s ? %s : []", m.bool(depth-1, names), inner()) },
	)()
}

const global = `
variable "TAG" { default = "latest" }
variable "NAME" { default = "${TAG}-name" }
variable "COUNT" { default = 3 }
variable "DEBUG" { default = false }
variable "LIST" {
  type = list(string)
  default = ["l1", "l2"]
}
FIXED = "fixed-${COUNT}"
function "own" {
  params = [a, b]
  result = "${a}/${b}"
}
`

// target draws a block.
func (m maker) target(name string, others []string) string {
	var lines []string
	var names []string
	if m.IntN(4) == 0 {
		lines = append(lines, fmt.Sprintf("name = \"%s-${x}-${y.n}\"", name),
			`matrix = { x = ["p", "q"], y = [{ n = "1", v = "one" }, { n = "2", v = "two" }] }`)
		names = []string{"x", "y.v", `"${x}${y.n}"`}
	}
	some := func(line func() string) {
		if m.IntN(3) > 0 {
			lines = append(lines, line())
		}
	}
	depth := 1 + m.IntN(3)
	if len(others) > 0 && m.IntN(2) == 0 {
		lines = append(lines, fmt.Sprintf("inherits = [%s]", strings.Join(quoted(others), ", ")))
	}
	some(func() string { return "context = " + pick(m, `"."`, `"./apps"`, `"apps/${FIXED}"`, `"a/../b"`) })
	some(func() string { return "dockerfile = " + pick(m, `"x.Dockerfile"`, `"docker/${NAME}"`, "null") })
	some(func() string { return "target = " + m.text(depth, names) })
	some(func() string {
		return fmt.Sprintf("args = {\n  A = %s\n  \"B\" = %s\n  C = %s\n}", m.text(depth, names), pick(m, "null", "1", "true", "COUNT"), m.number(1))
	})
	some(func() string { return "tags = " + m.list(depth, names) })
	some(func() string {
		return "platforms = " + pick(m, `["linux/amd64"]`, `["linux/amd64", "linux/arm64"]`, "[]")
	})
	some(func() string {
		return fmt.Sprintf("contexts = { up = \"docker-image://%s\", src = %s }", pick(m, "alpine", "${NAME}"), pick(m, `"src"`, `""`))
	})
	return fmt.Sprintf("target \"%s\" {\n  %s\n}\n", name, strings.Join(lines, "\n  "))
}

func quoted(names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = fmt.Sprintf("%q", name)
	}
	return all
}

// bakeCase is files, and what the command line and the environment say.
type bakeCase struct {
	files   []bake.File
	targets []string
	set     []string
	env     map[string]string
}

func (m maker) bake() bakeCase {
	c := bakeCase{env: map[string]string{}, targets: []string{"default"}}
	text := global
	names := []string{"base", "web", "api"}
	for i, name := range names {
		text += m.target(name, names[:i][:m.IntN(i+1)])
	}
	text += "group \"default\" { targets = [\"web\", \"more\"] }\ngroup \"more\" { targets = [\"api\"] }\n"
	c.files = append(c.files, bake.File{Name: "docker-bake.hcl", Data: []byte(text)})
	if m.IntN(4) == 0 {
		c.files = append(c.files, bake.File{Name: "over.hcl", Data: []byte("TAG = \"over\"\n" + m.target(pick(m, names...), nil))})
	}
	if m.IntN(4) == 0 {
		c.files = append(c.files, bake.File{Name: "more.json", Data: []byte(
			`{"target": {"web": {"args": {"J": "${TAG}-json", "N": null, "T": true}, "tags": ["j:${upper(TAG)}"]}}, "variable": {"COUNT": {"default": 7}}}`)})
	}
	for _, one := range [][]string{
		{"TAG", "", "1.0", "env"}, {"COUNT", "4", "2.5"}, {"DEBUG", "true", "0"}, {"LIST", "e1", "e1,e2"}, {"FIXED", "no"},
	} {
		if m.IntN(4) == 0 {
			c.env[one[0]] = pick(m, one[1:]...)
		}
	}
	if m.IntN(5) == 0 {
		c.env["LIST_JSON"] = `["j1","j2"]`
	}
	if m.IntN(3) == 0 {
		c.targets = []string{pick(m, "web", "more", "base", "we*", "web-p-1", "*")}
	}
	for range m.IntN(3) {
		c.set = append(c.set, pick(m, "*.args.A=set", "web.target=prod", "*.tags=t/u", "web.tags+=v/w", "base.args.Z=z",
			"*.platform=linux/arm64", "api.dockerfile=set.Dockerfile", "web.context=ctx", "*.contexts.up=dir", "*.tags="))
	}
	return c
}

// TestBake wants buildx and the Rust reader to find the same targets in files
// that are made at random.
func TestBake(t *testing.T) {
	t.Setenv("BUILDX_BAKE_DISABLE_VARS_ENV_LOOKUP", "1")
	r := reader(t)
	same, refused, unknown, different := 0, 0, 0, 0
	for at := range count {
		c := draw(at).bake()
		want, _, err := bake.ReadTargets(context.Background(), c.files, slices.Clone(c.targets), c.set,
			map[string]string{"BAKE_CMD_CONTEXT": "cwd://"}, c.env, &bake.EntitlementConf{})
		got, failed := r.Ask(c.request())
		if failed != nil {
			t.Fatalf("number %d: %v", at, failed)
		}
		if err != nil {
			refused++
			continue
		}
		if parts := bakeUnknown(got); parts > 0 {
			unknown++
		}
		if why := bakeDifference(want, got); why != "" {
			different++
			if different <= 5 {
				t.Errorf("number %d: %s\ntargets %v set %v env %v\n%s", at, why, c.targets, c.set, c.env, c.text())
			}
			continue
		}
		same++
	}
	t.Logf("bake: seed %d, %d cases: %d the same (%d of these with parts that are not known), %d refused by buildx, %d different",
		seed, count, same, unknown, refused, different)
	if same < count/2 || unknown > count/10 {
		t.Errorf("too few cases are compared to the end")
	}
}

func (c bakeCase) request() Request {
	files, with := map[string]string{}, map[string]any{}
	var names []string
	for _, file := range c.files {
		files[file.Name] = string(file.Data)
		names = append(names, file.Name)
	}
	with["files"], with["targets"] = strings.Join(names, "\n"), strings.Join(c.targets, "\n")
	with["set"], with["source"] = strings.Join(c.set, "\n"), "."
	files[Ship] = Workflow(map[string]any{"env": c.env, "steps": []any{map[string]any{"uses": "docker/bake-action@v6", "with": with}}})
	return Request{Files: files}
}

func (c bakeCase) text() string {
	var all strings.Builder
	for _, file := range c.files {
		fmt.Fprintf(&all, "--- %s\n%s", file.Name, file.Data)
	}
	return all.String()
}

func bakeUnknown(builds []Build) int {
	parts := 0
	for _, build := range builds {
		parts += unknowns(Plain(build))
	}
	return parts
}

func bakeDifference(want map[string]*bake.Target, got []Build) string {
	found := map[string]Build{}
	for _, build := range got {
		found[build.Name] = build
	}
	if wanted, names := slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(found)); !slices.Equal(wanted, names) {
		return fmt.Sprintf("buildx builds %v, the reader has %v", wanted, names)
	}
	for name, target := range want {
		build, none := found[name], 0
		parts := []struct {
			what      string
			want, got any
		}{
			{"context", clean(path.Clean(*target.Context)), build.Context},
			{"dockerfile", clean(path.Join(*target.Context, *target.Dockerfile)), build.Dockerfile},
			{"target", orNil(target.Target), build.Target},
			{"args", Plain(orEmpty(target.Args)), Plain(build.Args)},
			{"contexts", Plain(orEmpty(target.Contexts)), Plain(build.Contexts)},
			{"tags", Plain(nonEmpty(target.Tags)), Plain(build.Tags)},
			{"platforms", Plain(nonEmpty(target.Platforms)), Plain(build.Platforms)},
		}
		for _, part := range parts {
			if !Same(part.want, part.got, &none) {
				return fmt.Sprintf("%s of %s: buildx %s, the reader %s", part.what, name, show(part.want), show(part.got))
			}
		}
	}
	return ""
}

func orNil(text *string) any {
	if text == nil || *text == "" {
		return nil
	}
	return *text
}

func orEmpty[T any](values map[string]T) map[string]T {
	if values == nil {
		return map[string]T{}
	}
	return values
}

// nonEmpty leaves empty texts out, which buildx refuses later.
func nonEmpty(texts []string) []string {
	all := []string{}
	for _, text := range texts {
		if text != "" {
			all = append(all, text)
		}
	}
	return all
}
