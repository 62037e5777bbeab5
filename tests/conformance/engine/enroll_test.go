package engine

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
	kargo "github.com/akuity/kargo/pkg/api"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"image-factory/conformance/cluster"
	"image-factory/conformance/github"
	"image-factory/conformance/manifests"
)

// enrollment is one Stage in a cluster, with the Stage in which its Freight
// rests, if there is one.
type enrollment struct {
	subject
	// The Stage, its Freight and the cluster that they are in.
	place
	server *github.Server
	rests  *kargoapi.Stage
}

// enroll runs a test for every Stage that dispatches by itself, with a Stage of
// which nothing is written down yet and Freight that was just found.
func enroll(t *testing.T, test func(t *testing.T, e *enrollment)) {
	eachRecorder(t, func(t *testing.T, s subject) {
		policies := cluster.Client(t, s.set.KargoObjects(t)...)
		automatic, err := kargo.IsAutoPromotionEnabled(t.Context(), policies, s.stage.ObjectMeta)
		if err != nil {
			t.Fatal(err)
		}
		if !automatic {
			t.Skip("nothing is promoted here but by hand")
		}
		server := s.github(t, s.dispatches[0].request)
		e := &enrollment{subject: s, server: server}
		e.place = s.fresh(t, s.pointedAt(t, server, haste{}), nil)
		for _, stage := range s.set.Stages(t) {
			if slices.Contains(s.stage.Spec.RequestedFreight[0].Sources.Stages, stage.Name) {
				e.rests = hurried(stage)
				e.create(t, e.rests)
			}
		}
		if s.expected != nil {
			for _, d := range s.dispatches {
				want := !slices.Contains(s.expected.Stages[s.stage.Name].AtFirst, d.image)
				if says := e.held(d.image); says != want {
					t.Errorf("the Stage says that %s is not built on what is there: %t, want %t", d.image, says, want)
				}
			}
		}
		test(t, e)
	})
}

func (e *enrollment) create(t *testing.T, objects ...client.Object) {
	t.Helper()
	for _, object := range objects {
		object.SetResourceVersion("")
		if err := e.kargo.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
}

func (e *enrollment) secrets(t *testing.T) {
	t.Helper()
	e.create(t, cluster.Secrets(e.place.stage, token)...)
}

// found has the Warehouse find another digest, and Freight of it come to rest.
func (e *enrollment) found(t *testing.T, digit rune) {
	t.Helper()
	e.place = e.finds(t, e.place, digit)
	e.rest(t)
}

// rest promotes the Freight to the Stage in which it rests.
func (e *enrollment) rest(t *testing.T) {
	t.Helper()
	if e.rests != nil {
		resting := place{e.kargo, e.rests, e.freight}
		promo := succeeds(t, resting)
		// The controller is killed before it has noted that.
		resting.run(t.Context(), t, promo)
	}
}

// succeeds promotes, as Kargo or somebody would.
func succeeds(t *testing.T, p place) *kargoapi.Promotion {
	t.Helper()
	time.Sleep(2 * time.Millisecond) // Promotions are told apart by the millisecond.
	promo := p.promotion(t)
	if ended := p.run(t.Context(), t, promo.DeepCopy()); ended.Status != kargoapi.PromotionPhaseSucceeded {
		t.Fatalf("the Promotion to %s ended %s: %s", p.stage.Name, ended.Status, ended.Message)
	}
	return promo
}

// atFirst is what a Stage says of itself where images are built on what is there.
var atFirst = regexp.MustCompile(`\((?:(.+) )?also for the one that is there at first\)$`)

// held says whether an image is not built on what is there, by the Stage's words;
// enroll has held these against what the author wrote.
func (e *enrollment) held(image string) bool {
	said := atFirst.FindStringSubmatch(e.place.stage.Annotations["kargo.akuity.io/description"])
	return said == nil || said[1] != "" && !slices.Contains(strings.Split(said[1], ", "), image)
}

// built wants so many builds of each image, and so many of those that are built
// on what is there at first.
func (e *enrollment) built(t *testing.T, when string, held, others int) {
	t.Helper()
	counts := e.runsOf(e.server)
	for _, d := range e.dispatches {
		want := others
		if e.held(d.image) {
			want = held
		}
		if counts[d.image] != want && !e.shares(d) {
			t.Errorf("%s: %s was built %d times, want %d", when, d.image, counts[d.image], want)
		}
	}
}

// forget makes the Stages anew: what was written down on them is gone, and what
// was written down on Freight is not.
func (e *enrollment) forget(t *testing.T) {
	t.Helper()
	for _, stage := range []*kargoapi.Stage{e.place.stage, e.rests} {
		if stage != nil {
			if err := e.kargo.Delete(t.Context(), stage); err != nil {
				t.Fatal(err)
			}
			e.create(t, stage)
		}
	}
}

// TestEnroll has a Stage take its first Freight: it starts nothing. All that
// comes after it is built on, and itself too if somebody asks.
func TestEnroll(t *testing.T) {
	enroll(t, func(t *testing.T, e *enrollment) {
		e.secrets(t)
		e.rest(t)
		first := e.place
		promo := succeeds(t, first)
		e.built(t, "the first", 0, 1)
		first.run(t.Context(), t, promo)
		e.built(t, "the controller was killed before it had noted that", 0, 1)
		e.found(t, 'd')
		promo = succeeds(t, e.place)
		e.built(t, "the second", 1, 2)
		e.run(t.Context(), t, promo)
		e.built(t, "the controller was killed again", 1, 2)
		succeeds(t, first)
		e.built(t, "the first by hand", 2, 3)
		succeeds(t, first)
		e.built(t, "the first by hand once more", 3, 4)
		e.forget(t)
		e.rest(t)
		succeeds(t, e.place)
		e.built(t, "the Stage was deleted and made again", 3, 5)
		e.found(t, 'e')
		succeeds(t, e.place)
		e.built(t, "a digest after that", 4, 6)
	})
}

// TestEnrollByHand promotes Freight by hand right after the first was taken,
// and ends that Promotion in the middle: it is not taken for the first.
func TestEnrollByHand(t *testing.T) {
	enroll(t, func(t *testing.T, e *enrollment) {
		e.secrets(t)
		e.rest(t)
		succeeds(t, e.place)
		last := e.dispatches[len(e.dispatches)-1]
		if e.shares(last) {
			t.Skip("faults of this image are those of another")
		}
		e.server.Fail(github.Fault{Path: last.path, Status: 404, Message: "Not Found"})
		time.Sleep(2 * time.Millisecond)
		if ended := e.place.promote(t); ended.Status == kargoapi.PromotionPhaseSucceeded {
			t.Error("what was refused is no success")
		}
		e.server.Mend()
		succeeds(t, e.place)
		e.built(t, "by hand, and what was missing again", 1, 2)
	})
}

// TestEnrollWithoutToken has the first Promotion fail: the digest is known all
// the same, and none that comes later is taken for it.
func TestEnrollWithoutToken(t *testing.T) {
	enroll(t, func(t *testing.T, e *enrollment) {
		e.rest(t)
		if ended := e.place.promote(t); ended.Status == kargoapi.PromotionPhaseSucceeded {
			t.Skip("this release cannot fail for that")
		}
		first := e.place
		e.secrets(t)
		succeeds(t, first)
		e.built(t, "again with a token", 0, 1)
		e.found(t, 'd')
		succeeds(t, e.place)
		e.built(t, "the second", 1, 2)
	})
	enroll(t, func(t *testing.T, e *enrollment) {
		e.rest(t)
		if ended := e.place.promote(t); ended.Status == kargoapi.PromotionPhaseSucceeded {
			t.Skip("this release cannot fail for that")
		}
		e.secrets(t)
		e.found(t, 'd')
		succeeds(t, e.place)
		e.built(t, "the second after a first that failed", 1, 1)
	})
}

// TestEnrollReplaced has a digest replaced before it has rested: the Stage is
// given the second first, and builds on it.
func TestEnrollReplaced(t *testing.T) {
	enroll(t, func(t *testing.T, e *enrollment) {
		if e.rests == nil {
			t.Skip("nothing rests here")
		}
		e.secrets(t)
		e.rest(t)
		e.found(t, 'd')
		succeeds(t, e.place)
		e.built(t, "the second", 1, 1)
	})
}

// TestEnrollOther has a Stage that is there take Freight of another base.
func TestEnrollOther(t *testing.T) {
	enroll(t, func(t *testing.T, e *enrollment) {
		e.secrets(t)
		for _, stage := range []*kargoapi.Stage{e.place.stage, e.rests} {
			if stage != nil {
				marks := map[string]any{"of": "docker.io/library/other:1", "at": 1, "last": cluster.Hex('a', 40)}
				if slices.ContainsFunc(manifests.Steps(stage), func(step kargoapi.PromotionStep) bool { return strings.Contains(string(step.Config.Raw), `"bases":`) }) {
					name := e.place.stage.Spec.RequestedFreight[0].Origin.Name
					marks["bases"], marks["times"] = map[string]any{name: marks["of"]}, map[string]any{name: 1}
				}
				marked(t, e.kargo, stage, marks)
			}
		}
		e.rest(t)
		succeeds(t, e.place)
		e.built(t, "the first of another base", 0, 1)
		e.found(t, 'd')
		succeeds(t, e.place)
		e.built(t, "the second of it", 1, 2)
	})
}

// TestEnrolledBefore has a Stage that was there before any of this was written
// down: by what an older version has left there, or by what the README tells.
func TestEnrolledBefore(t *testing.T) {
	for _, mark := range []map[string]any{{"last": cluster.Hex('a', 40)}, {"baseline": ""}} {
		enroll(t, func(t *testing.T, e *enrollment) {
			e.secrets(t)
			marked(t, e.kargo, e.place.stage, mark)
			e.rest(t)
			succeeds(t, e.place)
			e.built(t, "the next", 1, 1)
		})
	}
	// The Freight was resting when it was applied.
	enroll(t, func(t *testing.T, e *enrollment) {
		if e.rests == nil {
			t.Skip("nothing rests here")
		}
		e.secrets(t)
		succeeds(t, e.place)
		e.built(t, "what was resting", 1, 1)
	})
}

// TestEnrollWhileResting changes who waits for Freight while that rests: an
// image that was waiting is built on it, one that was not is not.
func TestEnrollWhileResting(t *testing.T) {
	for _, c := range []struct {
		when string
		// due are the images that were waiting, none for this Stage's.
		due, sent []string
		want      int
	}{
		{when: "the images are new to the base", due: []string{"another"}},
		{when: "the images are new to the base, of which two digests rest", due: []string{"another", "twice"}},
		{when: "the images were waiting in a Stage that is gone", want: 1},
		{when: "that Stage has dispatched", sent: []string{"all"}},
	} {
		t.Run(c.when, func(t *testing.T) {
			enroll(t, func(t *testing.T, e *enrollment) {
				e.secrets(t)
				mark := map[string]any{"due": c.due}
				var images []string
				for _, d := range e.dispatches {
					images = append(images, d.image)
					if c.sent != nil {
						mark["sent-"+d.image] = time.Now().UnixMilli()
					}
				}
				if c.due == nil {
					mark["due"] = images
				}
				marked(t, e.kargo, e.freight, mark)
				succeeds(t, e.place)
				e.built(t, c.when, c.want, 1)
				others := 1
				if slices.Contains(c.due, "twice") {
					if e.rests == nil {
						t.Skip("nothing rests here")
					}
					e.place = e.finds(t, e.place, 'c')
					marked(t, e.kargo, e.freight, mark)
					succeeds(t, e.place)
					others++
					e.built(t, "the one after it", c.want, others)
				}
				e.found(t, 'd')
				if e.rests != nil {
					marked(t, e.kargo, e.freight, map[string]any{"due": images})
				}
				succeeds(t, e.place)
				e.built(t, "the next", c.want+1, others+1)
			})
		})
	}
}

// marked writes something down on a Stage or on Freight.
func marked(t *testing.T, in client.Client, object client.Object, values map[string]any) {
	t.Helper()
	key := client.ObjectKeyFromObject(object)
	metadata := map[string]apiextensionsv1.JSON{}
	for name, value := range values {
		raw, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		metadata[name] = apiextensionsv1.JSON{Raw: raw}
	}
	stored := object.DeepCopyObject().(client.Object)
	if err := in.Get(t.Context(), key, stored); err != nil {
		t.Fatal(err)
	}
	switch stored := stored.(type) {
	case *kargoapi.Stage:
		stored.Status.Metadata = metadata
	case *kargoapi.Freight:
		stored.Status.Metadata = metadata
	}
	if err := in.Status().Update(t.Context(), stored); err != nil {
		t.Fatal(err)
	}
}
