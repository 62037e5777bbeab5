package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// difference is one that nothing explains.
type difference struct {
	// kind is the same for what differs in the same way, by which a request is shrunk.
	kind, detail string
}

// The ways in which reader and BuildKit say the same.
const (
	same         = "the same stages and references"
	bothRefuse   = "refused by both"
	unresolvable = "a FROM without value: BuildKit takes the empty text, the reader names it in its place"
)

// The ways in which they differ on purpose: src/dockerfile/mod.rs, "Where it
// differs".
const (
	noValue     = "a FROM without value: BuildKit refuses what the empty text leaves"
	emptyStage  = "a FROM without value: the empty text leaves the name of a stage"
	noRequired  = "a FROM without value: BuildKit refuses the missing value of ${A:?} or ${A?}"
	noPlatform  = "a --platform without value: BuildKit refuses what the empty text leaves"
	nested      = "expressions nested too deeply for the reader"
	tooMuchText = "values that expand to too much text for the reader"
)

// laterErrors are refusals of BuildKit's that come when it runs an instruction
// which the reader passes over, since it decides no edge. The reader must have
// found the stages and references of the oracle's graph all the same.
var laterErrors = refusals([][2]string{
	// ENV, LABEL, COPY and so on. A word of FROM or of --from fails in the oracle's graph, and is no BuildError.
	{"a word that cannot be expanded", `^failed to process "`},
	{"an option of --mount but from", `^unexpected key '|^invalid field '(?s:.*)' must be a key=value pair$|` +
		`^unsupported mount type "|^unsupported sharing value "|^invalid mount target "|^invalid value for |` +
		`^invalid value .* for (mode|uid|gid)$|` +
		`^(mode|uid|gid) not allowed for |^(invalid )?secret mount|^secret target |^invalid cache sharing set for |` +
		`^both source and id can't be set$|^one of source, target required$|^ssh does not support source$`},
	{"a checksum of ADD", `^invalid checksum digest (length|format)$|^unsupported digest algorithm$|` +
		`^checksum (can't be specified for|requires|mismatch) `},
	{"a source of COPY", `^source can't be a (URL|git ref) for COPY$`},
	{"--chmod or --chown", `^invalid chmod parameter: |^--chown=.*: user and group names can't be resolved`},
	{"a port of EXPOSE", `^invalid (containerPort|hostPort|port range|port|IP address)[: ]|^invalid ranges specified |` +
		`^no port specified$`},
	{"a RUN of nothing", `^arguments are required$`},
	{"a signal of STOPSIGNAL", `^invalid signal: `},
	{"a path of VOLUME", `^VOLUME specified can not be an empty string$`},
	{"a path of another drive", `^(normalizing workdir: )?(removing drive letter: )+`},
})

// parseErrors are refusals of values at which the reader does not look, found
// before there is a graph, so that there is nothing to compare.
var parseErrors = refusals([][2]string{
	{"a duration of HEALTHCHECK", `^dockerfile parse error on line \d+: (time: |Interval )`},
	{"a number of HEALTHCHECK", `^dockerfile parse error on line \d+: (strconv\.ParseInt: |--retries cannot be negative )`},
})

// refusal is one of BuildKit's on purpose, by its whole beginning.
type refusal struct {
	what    string
	message *regexp.Regexp
}

func refusals(table [][2]string) []refusal {
	var list []refusal
	for _, row := range table {
		list = append(list, refusal{"BuildKit refuses " + row[0], regexp.MustCompile(row[1])})
	}
	return list
}

// compare says in which way two answers to a request are the same or differ on
// purpose, or what the difference is.
func compare(ours reading, theirs Answer) (class string, unexplained *difference) {
	refusal := theirs.Error + theirs.BuildError
	switch {
	case theirs.Disagreement != "":
		return "", &difference{"the oracle disagrees with itself", theirs.Disagreement}
	case len(ours.Errors) > 0 && refusal != "":
		return bothRefuse, nil
	case len(ours.Errors) > 0:
		return refusedByReader(ours.Errors)
	case theirs.Error != "":
		return refusedBeforeGraph(ours, theirs.Error)
	}
	class, unexplained = compareGraphs(ours, theirs)
	if unexplained != nil || theirs.BuildError == "" {
		return class, unexplained
	}
	return refusedByConversion(ours, theirs)
}

// refusedByReader explains what the reader refuses and BuildKit does not.
func refusedByReader(errors []string) (string, *difference) {
	all := func(part string) bool {
		return !slices.ContainsFunc(errors, func(text string) bool { return !strings.Contains(text, part) })
	}
	switch {
	case all("its expressions are nested too deeply"):
		return nested, nil
	case all("the values of the ARGs expand to too much text"):
		return tooMuchText, nil
	}
	return "", &difference{"the reader refuses", strings.Join(errors, "; ")}
}

// refusedBeforeGraph explains what BuildKit refuses where it has no graph yet.
func refusedBeforeGraph(ours reading, refusal string) (string, *difference) {
	for _, stage := range ours.Stages {
		// An unknown base without an error lacks a value.
		if stage.Base != "unknown" {
			continue
		}
		if refusal == fmt.Sprintf("base name (%s) should not be blank", stage.Written) {
			return noValue, nil
		}
	}
	if requiredLacks(ours, refusal) {
		return noRequired, nil
	}
	if platformLacks(ours, refusal) {
		return noPlatform, nil
	}
	for _, known := range parseErrors {
		if known.message.MatchString(refusal) {
			return known.what, nil
		}
	}
	return "", &difference{"BuildKit refuses", refusal}
}

// requiredLacks says whether a refusal is that of a FROM or an ARG in which the
// reader finds no value: `failed to process "${A:?text}": A: text`.
func requiredLacks(ours reading, refusal string) bool {
	for _, stage := range ours.Stages {
		if stage.Base == "unknown" && strings.HasPrefix(refusal, fmt.Sprintf("failed to process %q: ", stage.Written)) {
			return true
		}
	}
	return slices.ContainsFunc(ours.Warnings, func(warning string) bool {
		name, why, ok := strings.Cut(strings.TrimPrefix(warning, "IF071 `"), "` has no value: ")
		return ok && strings.HasSuffix(refusal, fmt.Sprintf(": %s: %s", name, why))
	})
}

// platformLacks says whether a refusal is that of a --platform of which the
// reader warns that it has no value.
func platformLacks(ours reading, refusal string) bool {
	return slices.ContainsFunc(ours.Warnings, func(warning string) bool {
		written, _, ok := strings.Cut(strings.TrimPrefix(warning, "IF071 the platform `"), "` has no value: ")
		return ok && (refusal == "empty platform value from expression "+written ||
			strings.HasPrefix(refusal, fmt.Sprintf("failed to parse platform %s: ", written)) ||
			strings.HasPrefix(refusal, fmt.Sprintf("failed to process %q: ", written)))
	})
}

// compareGraphs wants the same stages, on the same, of which the same are
// needed, and the same references of those.
func compareGraphs(ours reading, theirs Answer) (string, *difference) {
	if len(ours.Stages) != len(theirs.Stages) {
		detail := fmt.Sprintf("%d, BuildKit has %d", len(ours.Stages), len(theirs.Stages))
		return "", &difference{"number of stages", detail}
	}
	onEmpty := false
	for i, stage := range ours.Stages {
		if name := theirs.Stages[i].Name; stage.Name != name {
			return "", &difference{"name of a stage", fmt.Sprintf("stage %d: %q, BuildKit has %q", i, stage.Name, name)}
		}
		if on := describe(theirs.Stages[i]); stage.Base == "unknown" {
			onEmpty = onEmpty || theirs.Stages[i].On != nil
		} else if is := describeOurs(stage.Base, stage.Stage, stage.Image); is != on {
			return "", &difference{"base of a stage", fmt.Sprintf("stage %d: %s, BuildKit has %s", i, is, on)}
		}
	}
	if onEmpty {
		// What it needs is then needed in BuildKit's graph alone.
		return emptyStage, nil
	}
	for i, stage := range ours.Stages {
		if theirs.Stages[i].Reachable != stage.Reachable {
			detail := fmt.Sprintf("stage %d: %t, BuildKit has %t", i, stage.Reachable, !stage.Reachable)
			return "", &difference{"reach of a stage", detail}
		}
	}
	return compareEdges(ours, theirs)
}

func describe(stage Stage) string {
	if stage.On != nil {
		return describeOurs("stage", *stage.On, "")
	}
	if stage.Base == scratch {
		return scratch
	}
	return describeOurs("image", 0, stage.Base)
}

func describeOurs(base string, stage int, image string) string {
	switch base {
	case "stage":
		return fmt.Sprintf("stage %d", stage)
	case "image":
		return fmt.Sprintf("image %q", image)
	default:
		return base
	}
}

// compareEdges wants the same references. Of a FROM without value BuildKit has
// an edge to what the empty text leaves, which the reader names as such.
func compareEdges(ours reading, theirs Answer) (string, *difference) {
	class := same
	want := images(ours.Edges)
	if len(ours.Unresolved) > 0 {
		class = unresolvable
	}
	needed := 0
	for i, stage := range ours.Stages {
		if stage.Base != "unknown" || !stage.Reachable {
			continue
		}
		if needed++; needed > len(ours.Unresolved) {
			break
		}
		left := ours.Unresolved[needed-1]
		base := theirs.Stages[i].Base
		// What is no reference is refused by BuildKit, which refusedByConversion looks at.
		is := ""
		if canonical(base) != "" {
			is = base
		}
		if empty := deref(left.Empty); empty != is {
			return "", &difference{"what the empty text leaves", fmt.Sprintf("%q, BuildKit has %q", empty, base)}
		}
		if base != scratch {
			want = append(want, fmt.Sprintf("%s %s", kindOf(theirs, i), base))
		}
	}
	if needed != len(ours.Unresolved) {
		return "", &difference{"FROMs without value", fmt.Sprintf("%d, but %d stages are unknown", len(ours.Unresolved), needed)}
	}
	slices.Sort(want)
	// How often the same one is used does not count.
	want = slices.Compact(want)
	has := slices.Compact(images(theirs.Edges))
	if !slices.Equal(want, has) {
		return "", &difference{"references", fmt.Sprintf("%q, BuildKit has %q", want, has)}
	}
	return class, nil
}

func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// kindOf is final for the stage at the bottom of the shipped one.
func kindOf(theirs Answer, at int) Kind {
	for _, edge := range theirs.Edges {
		if edge.Kind == Final && edge.Line == theirs.Stages[at].Line {
			return Final
		}
	}
	return Build
}

// refusedByConversion explains what BuildKit refuses though there is a graph.
func refusedByConversion(ours reading, theirs Answer) (string, *difference) {
	for i, stage := range ours.Stages {
		base := theirs.Stages[i].Base
		why := fmt.Sprintf("failed to parse stage name %q: ", base)
		if stage.Base == "unknown" && canonical(base) == "" && strings.HasPrefix(theirs.BuildError, why) {
			return noValue, nil
		}
	}
	for _, known := range laterErrors {
		if known.message.MatchString(theirs.BuildError) {
			return known.what, nil
		}
	}
	return "", &difference{"BuildKit does not build", theirs.BuildError}
}
