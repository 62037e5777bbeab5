package workflow

import (
	"encoding/json"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nektos/act/pkg/model"
)

// matrix draws a matrix of JSON, and its keys other than include and exclude.
func (m maker) matrix() (map[string]any, []string) {
	value := func() any {
		return pick[any](m, "a", "A", "b", "1", "", 0.0, 1.0, 2.0, true, false, nil, []any{"x", 1.0}, []any{"x"},
			map[string]any{"n": "x", "v": 1.0}, map[string]any{"n": "x"}, map[string]any{"n": "y"})
	}
	matrix := map[string]any{}
	keys := []string{"os", "ver", "app"}[:1+m.IntN(3)]
	for _, key := range keys {
		values := []any{}
		for range 1 + m.IntN(3) {
			values = append(values, value())
		}
		matrix[key] = values
	}
	entry := func(own bool) map[string]any {
		one := map[string]any{}
		for range 1 + m.IntN(2) {
			key := pick(m, keys...)
			one[key] = pick(m, append(slices.Clone(matrix[key].([]any)), "other", value())...)
		}
		if own {
			one[pick(m, "extra", "more")] = pick[any](m, "e", 5.0, false)
		}
		return one
	}
	for _, key := range []string{"include", "exclude"} {
		if m.IntN(2) == 0 {
			continue
		}
		var all []any
		for range 1 + m.IntN(3) {
			all = append(all, entry(key == "include" && m.IntN(3) > 0))
		}
		if key == "exclude" && m.IntN(20) == 0 {
			all = append(all, map[string]any{"absent": "a"})
		}
		matrix[key] = all
	}
	return matrix, keys
}

// TestMatrix wants act and the Rust reader to make the same cells of matrices
// that are made at random. They differ on purpose in how a value is compared
// with one of include or exclude: GitHub does it by the == of expressions, part
// by part, and act by whether both are the same. So act is held against [cells]
// with its own comparison, and the reader against [cells] with GitHub's.
func TestMatrix(t *testing.T) {
	r := reader(t)
	counts := map[string]int{}
	for at := range count {
		matrix, keys := draw(at).matrix()
		text := Workflow(map[string]any{
			"runs-on": "x", "strategy": map[string]any{"matrix": matrix},
			"env":   map[string]any{"M": "${{ toJSON(matrix) }}"},
			"steps": []any{map[string]any{"run": `docker build --build-arg "M=$M" .`}},
		})
		parsed, err := model.ReadWorkflow(strings.NewReader(text), false)
		if err != nil {
			t.Fatalf("number %d: %v", at, err)
		}
		theirs, err := parsed.Jobs["job"].GetMatrixes()
		builds, failed := r.Ask(Request{Files: map[string]string{Ship: text}})
		if failed != nil {
			t.Fatalf("number %d: %v", at, failed)
		}
		if err != nil {
			counts["refused by both"]++
			if len(builds) != 1 || unknowns(Plain(builds)) == 0 {
				t.Errorf("number %d: act refuses, %v\nmatrix %s\nreader %s", at, err, show(matrix), show(builds))
			}
			continue
		}
		strict := cells(matrix, keys, reflect.DeepEqual)
		if len(strict) == 0 {
			// Where all is excluded nothing runs; act runs one job without values.
			strict = []map[string]any{{}}
		}
		want := canonical(cells(matrix, keys, fits))
		if has := canonical(theirs); !slices.Equal(has, canonical(strict)) {
			t.Errorf("number %d: act is not as its comparison explains\nmatrix %s\nact %v\nrule %v", at, show(matrix), has, canonical(strict))
		}
		var got []string
		for _, build := range builds {
			var cell map[string]any
			text, _ := build.Args["M"].(string)
			if err := json.Unmarshal([]byte(text), &cell); err != nil {
				t.Fatalf("number %d: %v of %q", at, err, text)
			}
			got = append(got, canonical([]map[string]any{cell})...)
		}
		slices.Sort(got)
		switch {
		case !slices.Equal(want, got):
			if counts["different"]++; counts["different"] <= 5 {
				t.Errorf("number %d:\nmatrix %s\nGitHub %v\nreader %v\nact    %v", at, show(matrix), want, got, canonical(theirs))
			}
		case slices.Equal(want, canonical(theirs)):
			counts["the same"]++
		case len(want) == 0:
			counts["all is excluded, and act runs one job all the same"]++
		default:
			counts["compared by ==, and act compares otherwise"]++
		}
	}
	t.Logf("matrices: seed %d, %d cases: %v", seed, count, counts)
	if counts["the same"] < count/3 {
		t.Error("too few cases are compared to the end")
	}
}

// cells makes the jobs of a matrix as GitHub's documentation has it: every
// combination of the values of keys that no entry of exclude fits; each entry of
// include goes to those that it fits, and is a job of its own where there is none.
func cells(matrix map[string]any, keys []string, fits func(own, wanted any) bool) []map[string]any {
	all := []map[string]any{{}}
	for _, key := range keys {
		var longer []map[string]any
		for _, cell := range all {
			for _, value := range matrix[key].([]any) {
				longer = append(longer, maps.Clone(cell))
				longer[len(longer)-1][key] = value
			}
		}
		all = longer
	}
	entries := func(key string) (entries []map[string]any) {
		list, _ := matrix[key].([]any)
		for _, entry := range list {
			entries = append(entries, entry.(map[string]any))
		}
		return entries
	}
	matches := func(cell, entry map[string]any) bool {
		for key, wanted := range entry {
			if slices.Contains(keys, key) && !fits(cell[key], wanted) {
				return false
			}
		}
		return true
	}
	all = slices.DeleteFunc(all, func(cell map[string]any) bool {
		return slices.ContainsFunc(entries("exclude"), func(entry map[string]any) bool { return matches(cell, entry) })
	})
	var alone []map[string]any
	for _, entry := range entries("include") {
		found := false
		for _, cell := range all {
			if matches(cell, entry) {
				found = true
				for key, value := range entry {
					if !slices.Contains(keys, key) {
						cell[key] = value
					}
				}
			}
		}
		if !found {
			alone = append(alone, entry)
		}
	}
	return append(all, alone...)
}

// fits says whether a value is what an entry says, as GitHub has it
// (MatrixBuilder.cs of github.com/actions/runner): each text, number, boolean and
// null in the entry is compared by == with what the value has in that place.
func fits(own, wanted any) bool {
	switch wanted := wanted.(type) {
	case map[string]any:
		object, _ := own.(map[string]any)
		for name, part := range wanted {
			if !fits(object[name], part) {
				return false
			}
		}
		return true
	case []any:
		list, _ := own.([]any)
		for at, part := range wanted {
			var item any
			if at < len(list) {
				item = list[at]
			}
			if !fits(item, part) {
				return false
			}
		}
		return true
	}
	one, isText := own.(string)
	other, areTexts := wanted.(string)
	if isText && areTexts {
		return strings.EqualFold(one, other)
	}
	return asNumber(own) == asNumber(wanted)
}

// asNumber is a value beside one of another kind, in a comparison of expressions.
func asNumber(value any) float64 {
	switch value := value.(type) {
	case nil:
		return 0
	case bool:
		if value {
			return 1
		}
		return 0
	case float64:
		return value
	case string:
		if value == "" {
			return 0
		}
		if number, err := strconv.ParseFloat(value, 64); err == nil {
			return number
		}
	}
	return math.NaN()
}

// canonical gives each cell as a text, in order.
func canonical(cells []map[string]any) []string {
	all := []string{}
	for _, cell := range cells {
		all = append(all, show(cell))
	}
	slices.Sort(all)
	return all
}
