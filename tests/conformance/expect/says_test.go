package expect

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
	"github.com/akuity/kargo/pkg/api"

	"image-factory/conformance/cluster"
	"image-factory/conformance/manifests"
)

// saying is what a Stage that rebuilds says of itself, in the words that people
// read in Kargo's UI: which images, when, of what.
var saying = regexp.MustCompile(`^rebuilds (.+) (?:(at each new digest)|after (\S+) without a newer digest|(for a digest)|(\S+) after a new digest) of (\S+)`)

const (
	description = "kargo.akuity.io/description"
	// listed is how many images a description names before it says how many more.
	listed = 20
)

// TestSayings wants Stages to do what they say. Nobody expects anything of a
// manifest that was named to run.sh, but its own words.
func TestSayings(t *testing.T) {
	manifests.Each(t, func(t *testing.T, set manifests.Set) {
		kargo := cluster.Client(t, set.KargoObjects(t)...)
		for _, stage := range set.Stages(t) {
			rebuilds := slices.ContainsFunc(manifests.Steps(stage), func(step kargoapi.PromotionStep) bool {
				return strings.HasPrefix(step.As, manifests.Trigger)
			})
			if !rebuilds {
				continue
			}
			said := saying.FindStringSubmatch(stage.Annotations[description])
			if said == nil {
				t.Errorf("%s says only: %s", stage.Name, stage.Annotations[description])
				continue
			}
			var images []string
			for _, step := range manifests.Dispatches(stage) {
				if image := manifests.ImageOf(step.As); !slices.Contains(images, image) {
					images = append(images, image)
				}
			}
			// Where there are pauses, what others are built on goes out first.
			slices.Sort(images)
			if more := len(images) - listed; more > 0 {
				images = append(images[:listed], fmt.Sprintf("%d more", more))
			}
			if does := strings.Join(images, ", "); does != said[1] {
				t.Errorf("%s says that it rebuilds %s, and rebuilds %s", stage.Name, said[1], does)
			}
			automatic, err := api.IsAutoPromotionEnabled(t.Context(), kargo, stage.ObjectMeta)
			if err != nil {
				t.Fatal(err)
			}
			if byHand := said[4] != ""; byHand == automatic {
				t.Errorf("%s says that it waits for a hand: %t, and is automatic: %t", stage.Name, byHand, automatic)
			}
			request := stage.Spec.RequestedFreight[0]
			var waits, saysWait time.Duration
			if request.Sources.RequiredSoakTime != nil {
				waits = request.Sources.RequiredSoakTime.Duration
			}
			if said[3] != "" {
				if saysWait, err = time.ParseDuration(said[3]); err != nil {
					t.Error(err)
				}
			}
			if waits != saysWait {
				t.Errorf("%s says that it waits %s, and waits %s", stage.Name, said[3], waits)
			}
			var holds, saysHold time.Duration
			for _, v := range stage.Spec.PromotionTemplate.Spec.Vars {
				if v.Name == "delay" {
					if holds, err = time.ParseDuration(v.Value); err != nil {
						t.Error(err)
					}
				}
			}
			if said[5] != "" {
				if saysHold, err = time.ParseDuration(said[5]); err != nil {
					t.Error(err)
				}
			}
			if holds != saysHold {
				t.Errorf("%s says that it rebuilds %s after a digest, and holds it for %s", stage.Name, said[5], holds)
			}
			for _, warehouse := range set.Warehouses(t) {
				if warehouse.Name != request.Origin.Name {
					continue
				}
				image := warehouse.Spec.InternalSubscriptions[0].Image
				if of := fmt.Sprintf("%s:%s", image.RepoURL, image.Constraint); of != strings.TrimRight(said[6], ",;") {
					t.Errorf("%s says that it looks at %s, and looks at %s", stage.Name, said[6], of)
				}
			}
		}
	})
}
