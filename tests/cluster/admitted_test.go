package cluster

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"image-factory/cluster/rig"
)

// TestAdmitted applies what synth makes of every fixture of the conformance suite: CRDs and webhooks take it all.
func TestAdmitted(t *testing.T) {
	t.Parallel()
	f := rig.New(t)
	fixtures, err := filepath.Glob("../conformance/testdata/*/images.yaml")
	if err != nil || len(fixtures) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, fixture := range fixtures {
		command := exec.CommandContext(t.Context(), os.Getenv("IMAGE_FACTORY"), "synth", "--stdout", "--locked", "--images", fixture)
		manifest, err := command.Output()
		if err != nil {
			t.Errorf("%s: %v", fixture, err)
			continue
		}
		f.KubectlWith(string(manifest), "apply", "--server-side", "-f", "-")
	}
}
