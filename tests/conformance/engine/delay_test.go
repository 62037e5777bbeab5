package engine

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"image-factory/conformance/cluster"
	"image-factory/conformance/manifests"
)

// age is what a step that waits for an update to be old enough adds to the time
// at which it came.
var age = regexp.MustCompile(`(outputs\.plan\.since \+ )[0-9]+`)

// aged gives the delay of a Stage another length.
func aged(stage *kargoapi.Stage, length time.Duration) *kargoapi.Stage {
	for i := range manifests.Steps(stage) {
		step := &stage.Spec.PromotionTemplate.Spec.Steps[i]
		if step.As == "wait-for-delay" {
			step.Config.Raw = age.ReplaceAll(step.Config.Raw, fmt.Appendf(nil, "${1}%d", length.Milliseconds()))
		}
	}
	return stage
}

// delays are what the Stages of the fixture wait, by hand.
var delays = map[string]time.Duration{
	"rebuild-trigger-node-22":  72 * time.Hour,
	"rebuild-trigger-alpine-3": 36 * time.Hour,
}

// eachDelay runs a test for every Stage that waits after an update, and for no
// window.
func eachDelay(t *testing.T, test func(t *testing.T, s subject)) {
	each(t, func(s subject) bool {
		return strings.HasSuffix(s.set.Name, "-delay") && delays[s.stage.Name] > 0
	}, test)
}

// TestDelay sends when an update is old enough, once, and what came meanwhile
// with it. What comes later waits for itself.
func TestDelay(t *testing.T) {
	const length = 3 * time.Second
	eachDelay(t, func(t *testing.T, s subject) {
		server := s.github(t, s.dispatches[0].request)
		p := s.in(t, aged(s.pointedAt(t, server, haste{}), length), cluster.Secrets(s.stage, token))
		first := p.promotion(t)
		came := time.Now()
		time.Sleep(time.Second)
		newer := s.finds(t, p, 'd')
		second := newer.promotion(t)
		if ended := p.run(t.Context(), t, first); ended.Status != kargoapi.PromotionPhaseSucceeded {
			t.Fatalf("ended %s: %s", ended.Status, ended.Message)
		}
		s.want(t, server, "the first", 1, "", 0)
		for _, d := range s.dispatches {
			if after := to(server, d.request)[0].At.Sub(came); after < length-100*time.Millisecond {
				t.Errorf("%s was sent %s after the update", d.image, after)
			}
		}
		before := looks(server)
		ended := newer.run(t.Context(), t, second)
		if ended.Status != kargoapi.PromotionPhaseSucceeded || looks(server) != before {
			t.Errorf("what came meanwhile ended %s after %d looks: %s", ended.Status, looks(server)-before, ended.Message)
		}
		s.want(t, server, "what came meanwhile", 1, "", 0)

		later := s.finds(t, p, 'e')
		came = time.Now()
		if ended := later.promote(t); ended.Status != kargoapi.PromotionPhaseSucceeded {
			t.Errorf("what came later ended %s: %s", ended.Status, ended.Message)
		}
		s.want(t, server, "what came later", 2, "", 0)
		for _, d := range s.dispatches {
			if after := to(server, d.request)[1].At.Sub(came); after < length-100*time.Millisecond {
				t.Errorf("%s was sent %s after the later update", d.image, after)
			}
		}
	})
}

// TestDelayLooks waits for as long as it is written: Kargo is asked to look once
// an hour. Its controller may end meanwhile: the time goes on.
func TestDelayLooks(t *testing.T) {
	eachDelay(t, func(t *testing.T, s subject) {
		server := s.github(t, s.dispatches[0].request)
		p := s.in(t, aged(s.pointedAt(t, server, haste{}), delays[s.stage.Name]), cluster.Secrets(s.stage, token))
		promo := p.promotion(t)
		came := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go cancelAfterLooks(ctx, cancel, server)
		ended := p.run(ctx, t, promo)
		for _, wait := range ended.waits {
			if wait != time.Hour {
				t.Errorf("asks Kargo to look again after %s", wait)
			}
		}
		if len(ended.waits) < 2 || len(s.runsOf(server)) > 0 {
			t.Errorf("waited %v, sent %v", ended.waits, s.runsOf(server))
		}
		for _, r := range server.Requests() {
			if r.Headers.Get("Authorization") != "" {
				t.Errorf("a token is sent to %s", r.Path)
			}
		}
		// As if all but a few seconds were over by now, and nothing known.
		p.stage = aged(p.stage, time.Since(came)+3*time.Second)
		promo.Spec.Steps = p.stage.Spec.PromotionTemplate.Spec.Steps
		promo.Status.CurrentStep, promo.Status.StepExecutionMetadata, promo.Status.State = 0, nil, nil
		if ended := p.run(t.Context(), t, promo); ended.Status != kargoapi.PromotionPhaseSucceeded {
			t.Errorf("ended %s: %s", ended.Status, ended.Message)
		}
		s.want(t, server, "after the restart", 1, "", 0)
	})
}

// TestUrgent promotes by hand, and Freight that says that it is urgent, while a
// delay and a window would have both wait: neither does, and the reason stands
// on the Freight. A Promotion of Kargo's own waits.
func TestUrgent(t *testing.T) {
	each(t, func(s subject) bool {
		return strings.HasSuffix(s.set.Name, "-delay") && strings.Contains(s.stage.Name, "-within-")
	}, func(t *testing.T, s subject) {
		for _, c := range []struct {
			name, actor, label, reason string
			waits                      bool
		}{
			{name: "by hand", actor: "kubernetes:alice", reason: "promoted by alice"},
			{name: "said on the Freight", label: `"CVE-2026-1"`, reason: "said on the Freight: CVE-2026-1"},
			{name: "a number on the Freight", label: `17`, actor: "email:a@example.com", reason: "said on the Freight: 17"},
			{name: "of Kargo", waits: true},
			{name: "by an account", actor: "kubernetes:system:serviceaccount:ci:bot", reason: "promoted by kubernetes:system:serviceaccount:ci:bot"},
		} {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				server := s.github(t, s.dispatches[0].request)
				stage := aged(s.pointedAt(t, server, haste{}), time.Hour)
				stage.Spec.PromotionTemplate.Spec.Vars[window(stage)].Value = "2 < 1"
				p := s.in(t, stage, cluster.Secrets(stage, token))
				if c.label != "" {
					p.freight.Status.Metadata = map[string]apiextensionsv1.JSON{"security": {Raw: []byte(c.label)}}
					if err := p.kargo.Status().Update(t.Context(), p.freight); err != nil {
						t.Fatal(err)
					}
				}
				promo := p.promotion(t)
				if c.actor != "" {
					promo.Annotations = map[string]string{kargoapi.AnnotationKeyCreateActor: c.actor}
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if c.waits {
					go cancelAfterLooks(ctx, cancel, server)
				}
				ended := p.run(ctx, t, promo)
				if c.waits {
					if looks(server) < 4 || len(s.runsOf(server)) > 0 {
						t.Errorf("looked %d times, sent %v", looks(server), s.runsOf(server))
					}
					return
				}
				if ended.Status != kargoapi.PromotionPhaseSucceeded || looks(server) > 0 {
					t.Errorf("ended %s after %d looks: %s", ended.Status, looks(server), ended.Message)
				}
				s.want(t, server, c.name, 1, "", 0)
				freight := &kargoapi.Freight{}
				if err := p.kargo.Get(t.Context(), client.ObjectKeyFromObject(p.freight), freight); err != nil {
					t.Fatal(err)
				}
				if says := string(freight.Status.Metadata["urgent-"+stage.Name].Raw); says != fmt.Sprintf("%q", c.reason) {
					t.Errorf("the Freight says %s", says)
				}
			})
		}
	})
}
