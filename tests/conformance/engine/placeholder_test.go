package engine

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"

	"image-factory/conformance/cluster"
)

// TestPlaceholders holds what is sent for the placeholders of the fixture against
// the Freight and the Promotion: always as texts, whatever they look like.
func TestPlaceholders(t *testing.T) {
	node := "docker.io/library/node:1.10@"
	eachTrigger(t, func(t *testing.T, s subject) {
		if !strings.HasSuffix(s.set.Name, "-placeholders") {
			t.Skip("has no placeholders")
		}
		server := s.github(t, s.dispatches[0].request)
		stage, before := s.pointedAt(t, server, haste{}), "sha256:"+cluster.Hex('c', 64)
		if err := stage.Status.UpsertMetadata("digest", before); err != nil {
			t.Fatal(err)
		}
		p := s.in(t, stage, cluster.Secrets(s.stage, token))
		promo := p.promotion(t)
		if ended := p.run(t.Context(), t, promo); ended.Status != kargoapi.PromotionPhaseSucceeded {
			t.Fatalf("ended %s: %s", ended.Status, ended.Message)
		}
		digest := p.freight.Images[0].Digest
		if !strings.HasPrefix(digest, "sha256:") {
			t.Fatalf("the Freight has no digest: %v", p.freight.Images)
		}
		because := `Kargo's "` + p.freight.Name + `" in ` + promo.Name + ` \ no number`
		want := map[string]map[string]string{
			"api": {"base": node + digest, "tag": "1.10", "because": because, "base_image": "node-1.10"},
			"web": {"base": "plain", "number": "1.10", "before": before, "base_image": "node-1.10"},
		}
		if strings.Contains(s.stage.Name, "alpine") {
			want = map[string]map[string]string{"api": {
				"base": "docker.io/library/alpine:3@" + digest, "tag": "3", "because": because, "base_image": "alpine-3",
			}}
		}
		for _, d := range s.dispatches {
			requests := to(server, d.request)
			if len(requests) != 1 {
				t.Fatalf("%s is sent %d times", d.image, len(requests))
			}
			var body struct {
				Ref    string
				Inputs map[string]string
			}
			if err := json.Unmarshal([]byte(requests[0].Body), &body); err != nil {
				t.Fatalf("%v: %s", err, requests[0].Body)
			}
			delete(body.Inputs, "version_bump")
			delete(body.Inputs, "triggered_by")
			if body.Ref != "main" || !maps.Equal(body.Inputs, want[d.image]) {
				t.Errorf("%s: %s\nwant %v", d.image, requests[0].Body, want[d.image])
			}
		}
	})
}
