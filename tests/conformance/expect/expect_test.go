package expect

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/conformance/cluster"
	"image-factory/conformance/manifests"
)

// TestFixtures holds every manifest that was made from a fixture against what
// the fixture's author wrote by hand beside it.
func TestFixtures(t *testing.T) {
	manifests.Each(t, func(t *testing.T, set manifests.Set) {
		want := Of(t, set)
		if want == nil {
			t.Skip("nobody says what must come of this manifest")
		}
		t.Run("Release", func(t *testing.T) { checkRelease(t, set, want.Refused) })
		t.Run("Warehouses", func(t *testing.T) { checkWarehouses(t, set, want) })
		stages := map[string]Stage{}
		for _, stage := range set.Stages(t) {
			stages[stage.Name] = read(t, stage, want)
		}
		sameNames(t, "Stages", stages, want.Stages)
		for name, stage := range stages {
			t.Run(name, func(t *testing.T) {
				// Whether it is automatic is for Kargo to say: see autopromotion. What it
				// builds at first, too: see engine.
				stage.Automatic, stage.AtFirst = want.Stages[name].Automatic, want.Stages[name].AtFirst
				if !reflect.DeepEqual(stage, want.Stages[name]) {
					t.Errorf("is   %s\nwant %s", text(t, stage), text(t, want.Stages[name]))
				}
			})
		}
	})
}

// checkRelease wants all that newer releases brought, but for what the
// manifest's own release refuses: a step that it does not know fails at run time.
func checkRelease(t *testing.T, set manifests.Set, refused []string) {
	for _, stage := range set.Stages(t) {
		if len(manifests.Dispatches(stage)) == 0 {
			continue
		}
		has := map[string]bool{}
		for _, step := range manifests.Steps(stage) {
			has[step.Uses] = true
			var config map[string]any
			if err := json.Unmarshal(step.Config.Raw, &config); err != nil {
				t.Fatal(err)
			}
			for key := range config {
				has[key] = true
			}
		}
		for _, newer := range []string{"fail", "pollInterval", "errorExpression"} {
			if want := !slices.Contains(refused, newer); has[newer] != want {
				t.Errorf("%s has %s: %t, want %t", stage.Name, newer, has[newer], want)
			}
		}
	}
}

func checkWarehouses(t *testing.T, set manifests.Set, want *File) {
	warehouses := map[string]*kargoapi.Warehouse{}
	for _, warehouse := range set.Warehouses(t) {
		warehouses[warehouse.Name] = warehouse
	}
	sameNames(t, "Warehouses", warehouses, want.Warehouses)
	for name, warehouse := range warehouses {
		image := warehouse.Spec.InternalSubscriptions[0].Image
		if image.RepoURL != want.Warehouses[name].RepoURL {
			t.Errorf("%s watches %s, want %s", name, image.RepoURL, want.Warehouses[name].RepoURL)
		}
		watches := ""
		if image.ImageSelectionStrategy == kargoapi.ImageSelectionStrategyDigest {
			watches = image.Constraint
		}
		if watches != want.Warehouses[name].Watches {
			t.Errorf("%s watches the tag %q by its digest, want %q", name, watches, want.Warehouses[name].Watches)
		}
	}
}

// read gives what a Stage does, in the words of an expectation. Of a dispatch,
// it reads only what its author wrote down.
func read(t *testing.T, stage *kargoapi.Stage, want *File) Stage {
	t.Helper()
	request := stage.Spec.RequestedFreight[0]
	is := Stage{Warehouse: request.Origin.Name}
	if soak := request.Sources.RequiredSoakTime; soak != nil {
		is.Soak = soak.Duration.String()
	}
	for _, step := range manifests.Reads(stage) {
		var config struct{ URL string }
		if err := json.Unmarshal(step.Config.Raw, &config); err != nil {
			t.Fatal(err)
		}
		is.Reads = config.URL
		is.Lines = manifests.Locked(t, stage)
	}
	if verification := stage.Spec.Verification; verification != nil {
		if err := json.Unmarshal([]byte(verification.Args[0].Value), &is.Request); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range manifests.Dispatches(stage) {
		var config struct{ URL, Body string }
		if err := json.Unmarshal(step.Config.Raw, &config); err != nil {
			t.Fatal(err)
		}
		dispatch := Dispatch{URL: config.URL}
		var body struct {
			Ref    string
			Inputs map[string]string
		}
		if err := json.Unmarshal([]byte(config.Body), &body); err != nil {
			t.Fatalf("%s: %v", step.As, err)
		}
		dispatch.Ref, dispatch.Inputs = body.Ref, body.Inputs
		image := manifests.ImageOf(step.As)
		author := want.Stages[stage.Name].Dispatches[image]
		if author.Secret != "" {
			credential := cluster.CredentialsIn(string(step.Config.Raw))[0]
			dispatch.Secret, dispatch.Key = credential.Secret, credential.Key
		}
		if author.Timeout != "" && step.Retry != nil {
			dispatch.Timeout = step.Retry.Timeout.Duration.String()
		}
		if is.Dispatches == nil {
			is.Dispatches = map[string]Dispatch{}
		}
		if other, twice := is.Dispatches[image]; twice && other.URL != dispatch.URL {
			t.Errorf("%s asks %s, a step before it %s", step.As, dispatch.URL, other.URL)
		}
		// Of several steps for one image the last is the one that tries again.
		is.Dispatches[image] = dispatch
	}
	return is
}

func sameNames[A, B any](t *testing.T, what string, is map[string]A, want map[string]B) {
	t.Helper()
	names, wanted := slices.Sorted(maps.Keys(is)), slices.Sorted(maps.Keys(want))
	if !slices.Equal(names, wanted) {
		t.Errorf("%s are %q\nwant %q", what, names, wanted)
	}
}

func text(t *testing.T, value any) string {
	t.Helper()
	out, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
