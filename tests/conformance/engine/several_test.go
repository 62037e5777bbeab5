package engine

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/conformance/cluster"
	"image-factory/conformance/github"
	"image-factory/conformance/manifests"
)

// alone is how long a rebuild waits for other bases in tests that are about that.
const alone = 300 * time.Millisecond

// waitsForBases says whether a Stage waits for other bases.
func waitsForBases(stage *kargoapi.Stage) bool {
	return slices.ContainsFunc(manifests.Steps(stage), func(step kargoapi.PromotionStep) bool { return step.As == "wait-for-bases" })
}

// sooner has a Stage wait for other bases for another time.
func sooner(stage *kargoapi.Stage, wait time.Duration) {
	for _, step := range manifests.Steps(stage) {
		if step.As == "wait-for-bases" {
			step.Config.Raw = regexp.MustCompile(`(outputs\.plan\.since \+ )[0-9]+`).
				ReplaceAll(step.Config.Raw, fmt.Appendf(nil, "${1}%d", wait.Milliseconds()))
		}
	}
}

// plain is what a request sends for the first Warehouse of a Stage, as it is
// written.
func plain(t *testing.T, stage *kargoapi.Stage, r request) string {
	t.Helper()
	for _, v := range stage.Spec.PromotionTemplate.Spec.Vars {
		if v.Name != "bodies" || !strings.Contains(r.body, "vars.bodies") {
			continue
		}
		bodies := map[string]string{}
		if err := json.Unmarshal([]byte(strings.Trim(v.Value, `"`)), &bodies); err != nil {
			t.Fatal(err)
		}
		return bodies[stage.Spec.RequestedFreight[0].Origin.Name]
	}
	return r.body
}

// several is a Stage that takes Freight of several Warehouses, in a cluster.
type several struct {
	place
	s      subject
	server *github.Server
	// current is the Freight that the Stage has, by Warehouse.
	current map[string]*kargoapi.Freight
}

// ofSeveral runs a test for every Stage that takes Freight of several Warehouses
// and is promoted by itself, as it is when it is new.
func ofSeveral(t *testing.T, test func(t *testing.T, s *several)) {
	eachRecorder(t, func(t *testing.T, s subject) {
		if !waitsForBases(s.stage) || !s.stage.Spec.RequestedFreight[0].Sources.Direct {
			t.Skip("is for one Warehouse, or somebody promotes it, or Freight rests")
		}
		server := s.github(t, s.dispatches[0].request)
		stage := s.pointedAt(t, server, haste{})
		sooner(stage, alone)
		p := s.fresh(t, stage, cluster.Secrets(s.stage, token))
		test(t, &several{p, s, server, map[string]*kargoapi.Freight{}})
	})
}

// moves has a base move and Kargo make a Promotion for it, which does not begin.
func (s *several) moves(t *testing.T, index int, digit rune) *kargoapi.Promotion {
	t.Helper()
	time.Sleep(2 * time.Millisecond) // Promotions are told apart by the millisecond.
	first := s.stage.DeepCopy()
	first.Spec.RequestedFreight = first.Spec.RequestedFreight[index:]
	freight := cluster.Freight(s.s.set.Warehouses(t), first, "sha256:"+cluster.Hex(digit, 64))
	freight.Status, freight.ResourceVersion = kargoapi.FreightStatus{}, ""
	if err := s.kargo.Create(t.Context(), freight); err != nil && !strings.Contains(err.Error(), "already exists") {
		t.Fatal(err)
	}
	s.current[freight.Origin.Name] = freight
	return cluster.Promotion(t, s.kargo, s.stage, freight)
}

// begins runs a Promotion to its end, with the Freight that the Stage has then.
func (s *several) begins(t *testing.T, promo *kargoapi.Promotion) outcome {
	t.Helper()
	for _, freight := range s.current {
		if freight.Origin.Name != promo.Status.Freight.Origin.Name {
			promo.Status.FreightCollection.UpdateOrPush(kargoapi.FreightReference{Name: freight.Name, Origin: freight.Origin, Images: freight.Images})
		}
	}
	ended := s.run(t.Context(), t, promo)
	if ended.Status != kargoapi.PromotionPhaseSucceeded {
		t.Fatalf("ended %s: %s", ended.Status, ended.Message)
	}
	return ended
}

// known has the Stage take the first digest of each base, which starts nothing.
func (s *several) known(t *testing.T) {
	t.Helper()
	for i := range s.stage.Spec.RequestedFreight {
		s.begins(t, s.moves(t, i, '1'))
	}
	s.built(t, "what was there at first", 0)
}

func (s *several) built(t *testing.T, when string, want int) {
	t.Helper()
	if got := s.s.runsOf(s.server)[s.s.dispatches[0].image]; got != want {
		t.Errorf("%s: built %d times, want %d", when, got, want)
	}
}

// TestSeveral has bases move together, alone and one after the other.
func TestSeveral(t *testing.T) {
	ofSeveral(t, func(t *testing.T, s *several) {
		s.known(t)
		began := time.Now()
		both := []*kargoapi.Promotion{s.moves(t, 0, '2'), s.moves(t, 1, '2')}
		s.begins(t, both[0])
		if waited := time.Since(began); waited < alone {
			t.Errorf("waited %s for the other base", waited)
		}
		s.begins(t, both[1])
		s.built(t, "two together", 1)
		s.begins(t, s.moves(t, 1, '3'))
		s.built(t, "one alone", 2)
		s.begins(t, s.moves(t, 0, '3'))
		s.built(t, "the other later", 3)
		s.begins(t, s.moves(t, 0, '4'))
		s.begins(t, s.moves(t, 1, '4'))
		s.built(t, "one after the other was built", 5)
	})
	ofSeveral(t, func(t *testing.T, s *several) {
		s.known(t)
		var all []*kargoapi.Promotion
		for i := range s.stage.Spec.RequestedFreight {
			all = append(all, s.moves(t, i, '5'))
		}
		for _, promo := range all {
			s.begins(t, promo)
		}
		s.built(t, "all together", 1)
		s.begins(t, cluster.Promotion(t, s.kargo, s.stage, s.current[all[0].Status.Freight.Origin.Name]))
		s.built(t, "what was built by hand", 2)
	})
}

// TestSeveralKnown has a base join a Stage that knows others, and a Stage that
// was there before it was asked to know any.
func TestSeveralKnown(t *testing.T) {
	ofSeveral(t, func(t *testing.T, s *several) {
		s.begins(t, s.moves(t, 0, '1'))
		s.begins(t, s.moves(t, 0, '2'))
		s.built(t, "the second of the first base", 1)
		s.begins(t, s.moves(t, 1, '1'))
		s.built(t, "the first of another base", 1)
		s.begins(t, s.moves(t, 1, '2'))
		s.built(t, "the second of it", 2)
	})
	ofSeveral(t, func(t *testing.T, s *several) {
		marked(t, s.kargo, s.stage, map[string]any{"last": cluster.Hex('a', 40)})
		s.begins(t, s.moves(t, 1, '1'))
		s.begins(t, s.moves(t, 0, '1'))
		s.built(t, "a Stage that knew nothing of bases", 2)
	})
	ofSeveral(t, func(t *testing.T, s *several) {
		name := s.stage.Spec.RequestedFreight[0].Origin.Name
		marked(t, s.kargo, s.stage, map[string]any{"bases": map[string]any{name: "docker.io/library/other:1"}, "times": map[string]any{name: 1}})
		s.begins(t, s.moves(t, 0, '1'))
		s.built(t, "a base of this name that was another", 0)
	})
}

// TestSeveralInputs holds what is sent against which base has moved.
func TestSeveralInputs(t *testing.T) {
	ofSeveral(t, func(t *testing.T, s *several) {
		if s.s.stage.Name != "rebuild-web" {
			t.Skip("another fixture")
		}
		s.known(t)
		for i, want := range []map[string]string{
			{"base_image": "debian-12", "base": "docker.io/library/debian:12@", "version_bump": "patch"},
			{"base_image": "node-22", "base": "docker.io/library/node:22@", "version_bump": "minor", "reason": "node"},
			{"base_image": "node-22-slim", "base": "docker.io/library/node:22-slim@", "version_bump": "patch"},
			// Again, and the Stage knows what it was.
			{"base_image": "debian-12", "base": "docker.io/library/debian:12@", "version_bump": "patch", "before": "sha256:" + cluster.Hex('6', 64)},
		} {
			digit := rune('6' + i)
			promo := s.moves(t, i%3, digit)
			s.begins(t, promo)
			sent := to(s.server, s.s.dispatches[0].request)
			var body struct {
				Ref    string
				Inputs map[string]string
			}
			if err := json.Unmarshal([]byte(sent[len(sent)-1].Body), &body); err != nil {
				t.Fatalf("%v: %s", err, sent[len(sent)-1].Body)
			}
			want["base"] += "sha256:" + cluster.Hex(digit, 64)
			if want["before"] == "" {
				want["before"] = "sha256:" + cluster.Hex('1', 64)
			}
			want["triggered_by"] = "kargo-base-image-update"
			want["because"] = `Kargo's "` + promo.Spec.Freight + `" \ of ` + promo.Name
			if body.Ref != "main" || !maps.Equal(body.Inputs, want) {
				t.Errorf("sent %v, want %v", body.Inputs, want)
			}
		}
	})
}
