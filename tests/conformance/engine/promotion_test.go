// Package engine runs the Promotions of every Stage that synth emits with
// Kargo's own engine against a server that stands for GitHub.
package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
	kargo "github.com/akuity/kargo/pkg/api"
	"github.com/akuity/kargo/pkg/promotion"
	_ "github.com/akuity/kargo/pkg/promotion/runner/builtin" // registers the steps
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"image-factory/conformance/cluster"
	"image-factory/conformance/expect"
	"image-factory/conformance/manifests"
)

const (
	// patience takes the place of config.timeout and retry.timeout where they may
	// not be reached: long enough for a busy machine.
	patience = time.Minute
	// requestTimeout takes the place of config.timeout where it must be reached.
	requestTimeout = 200 * time.Millisecond
	// onceTimeout does so where the next request must be answered in time.
	onceTimeout = 3 * time.Second
	// stepTimeout takes the place of retry.timeout where it must be reached.
	stepTimeout = time.Second
	// requeueAfter takes the place of every wait between two reconciles.
	requeueAfter = 10 * time.Millisecond
	// longestWait is where the waits between errors stop growing.
	longestWait = 40 * time.Millisecond
	// maxReconciles is where a Promotion that never ends is given up.
	maxReconciles = 4000

	token = "ghp_conformance"
)

// request is what one http step sends.
type request struct {
	alias  string
	method string
	url    *url.URL
	// path is escaped, as it is sent.
	path   string
	body   string
	config map[string]any
	// retry says that the step tries again, and threshold after how many errors
	// it does so no more.
	retry     bool
	threshold int
}

// dispatch is what a Stage starts for one image. Stages ask in one step that
// tries again, or ask all once and then, of those that are left, again.
type dispatch struct {
	image string
	// request is that of the step that tries again.
	request
	// plain is the body for the first Warehouse, where it is one of several.
	plain string
	// rounds says that another step asks once before.
	rounds bool
}

// subject is one Stage, made ready to run.
type subject struct {
	set        manifests.Set
	stage      *kargoapi.Stage
	dispatches []dispatch
	// reads are steps that read a file.
	reads []request
	// others are steps that send nothing.
	others []kargoapi.PromotionStep
	// expected is what the fixture's author wrote; nil where nobody did.
	expected *expect.File
}

// subjects makes every Stage of a manifest ready that has steps.
func subjects(t *testing.T, set manifests.Set) []subject {
	t.Helper()
	var all []subject
	for _, stage := range set.Stages(t) {
		if len(manifests.Steps(stage)) == 0 {
			continue
		}
		s := subject{set: set, stage: stage, expected: expect.Of(t, set)}
		for _, step := range manifests.Steps(stage) {
			if step.Uses != "http" {
				s.others = append(s.others, step)
			}
		}
		known := len(manifests.Dispatches(stage)) + len(manifests.Reads(stage)) + len(manifests.Waits(stage)) + len(manifests.Awaits(stage)) + len(manifests.Notifies(stage))
		if http := len(manifests.Steps(stage)) - len(s.others); http != known {
			t.Errorf("%s: what %d of %d http steps are for, their names do not say", stage.Name, http-known, http)
		}
		for _, step := range manifests.Dispatches(stage) {
			s.dispatches = add(t, s.dispatches, stage, step)
		}
		for _, step := range manifests.Reads(stage) {
			s.reads = append(s.reads, newRequest(t, step))
		}
		all = append(all, s)
	}
	return all
}

// add puts a step that starts a workflow with the image that it is for. All steps
// of one image must send the same, and only the last may try again.
func add(t *testing.T, dispatches []dispatch, stage *kargoapi.Stage, step kargoapi.PromotionStep) []dispatch {
	t.Helper()
	image, sends := manifests.ImageOf(step.As), newRequest(t, step)
	for i, d := range dispatches {
		if d.image != image {
			continue
		}
		if d.path != sends.path || d.body != sends.body || !reflect.DeepEqual(d.config["headers"], sends.config["headers"]) {
			t.Errorf("%s and %s send not the same", d.alias, sends.alias)
		}
		if d.retry || !sends.retry {
			t.Errorf("%s tries again: %t, want false; %s: %t, want true", d.alias, d.retry, sends.alias, sends.retry)
		}
		dispatches[i] = dispatch{image, sends, plain(t, stage, sends), true}
		return dispatches
	}
	return append(dispatches, dispatch{image, sends, plain(t, stage, sends), false})
}

func newRequest(t *testing.T, step kargoapi.PromotionStep) request {
	t.Helper()
	r := request{alias: step.As, threshold: 1}
	if err := json.Unmarshal(step.Config.Raw, &r.config); err != nil {
		t.Fatal(err)
	}
	if step.Retry != nil && step.Retry.Timeout != nil && step.Retry.Timeout.Duration > 0 {
		r.retry = true
		r.threshold = max(1, int(step.Retry.ErrorThreshold))
	} else if !step.ContinueOnError || r.config["failureExpression"] == nil {
		t.Errorf("step %s has no retry.timeout: Kargo would poll for ever", step.As)
	}
	r.method, _ = r.config["method"].(string)
	r.body, _ = r.config["body"].(string)
	var err error
	if r.url, err = url.Parse(r.config["url"].(string)); err != nil {
		t.Fatal(err)
	}
	r.path = r.url.EscapedPath()
	return r
}

// haste says which waits of which steps are cut short so that they are reached:
// those of the steps that send to a path.
type haste struct {
	path           string
	request, retry time.Duration
}

// patiently does something in haste, and again with more time if that was too
// little for a busy machine.
func (h haste) patiently(do func(haste) bool) {
	for range 3 {
		if do(h) || h.request+h.retry == 0 {
			return
		}
		h.request, h.retry = 4*h.request, 4*h.retry
	}
}

// pointedAt gives the Stage with its requests sent to a server instead of GitHub,
// and with its waits changed. Nothing else is changed.
func (s subject) pointedAt(t *testing.T, server interface{ URL() string }, haste haste) *kargoapi.Stage {
	t.Helper()
	host, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	stage := s.stage.DeepCopy()
	opened(stage)
	sooner(stage, 0)
	for i := range stage.Spec.PromotionTemplate.Spec.Steps {
		step := &stage.Spec.PromotionTemplate.Spec.Steps[i]
		if step.Uses != "http" {
			continue
		}
		var config map[string]any
		if err := json.Unmarshal(step.Config.Raw, &config); err != nil {
			t.Fatal(err)
		}
		target, err := url.Parse(config["url"].(string))
		if err != nil {
			t.Fatal(err)
		}
		request, retry := patience, patience
		if target.EscapedPath() == haste.path {
			if haste.request > 0 {
				request = haste.request
			}
			if haste.retry > 0 {
				retry = haste.retry
			}
		}
		if target.Host == "" && strings.HasPrefix(step.As, manifests.Notify) {
			continue // its address is in a Secret
		}
		// As text: there may be an expression in the path.
		origin := target.Scheme + "://" + target.Host
		config["url"] = strings.Replace(config["url"].(string), origin, host.Scheme+"://"+host.Host, 1)
		config["timeout"] = request.String()
		raw, err := json.Marshal(config)
		if err != nil {
			t.Fatal(err)
		}
		step.Config = &apiextensionsv1.JSON{Raw: raw}
		if step.Retry != nil {
			step.Retry.Timeout = &metav1.Duration{Duration: retry}
		}
	}
	return paused(aged(stage, 0), 0)
}

// outcome is how a Promotion ended.
type outcome struct {
	promotion.Result
	// waits are the waits that steps asked for between two reconciles.
	waits []time.Duration
}

// step gives how one step went.
func (o outcome) step(t *testing.T, alias string) kargoapi.StepExecutionMetadata {
	t.Helper()
	for _, step := range o.StepExecutionMetadata {
		if step.Alias == alias {
			return step
		}
	}
	t.Fatalf("Kargo knows no step %s", alias)
	return kargoapi.StepExecutionMetadata{}
}

// place is a cluster with one Stage in it and Freight for it.
type place struct {
	kargo   client.Client
	stage   *kargoapi.Stage
	freight *kargoapi.Freight
}

// in makes a cluster of a Stage, its Warehouses, Freight and Secrets. What steps
// write down stays there from one Promotion to the next. The Stage was promoted
// before: what comes of the first digest that it is given is for TestEnroll.
func (s subject) in(t *testing.T, stage *kargoapi.Stage, secrets []client.Object) place {
	t.Helper()
	stage = stage.DeepCopy()
	if err := stage.Status.UpsertMetadata("last", cluster.Hex('a', 40)); err != nil {
		t.Fatal(err)
	}
	return s.fresh(t, stage, secrets)
}

// stays takes the place of the time for which what is written down on a Stage has
// to stay there.
const stays = 400 * time.Millisecond

// hurried waits less long for that.
func hurried(stage *kargoapi.Stage) *kargoapi.Stage {
	stage = stage.DeepCopy()
	for i := range manifests.Steps(stage) {
		step := &stage.Spec.PromotionTemplate.Spec.Steps[i]
		for j := range step.Vars {
			step.Vars[j].Value = strings.ReplaceAll(step.Vars[j].Value, ">= 5000 ", fmt.Sprintf(">= %d ", stays.Milliseconds()))
		}
	}
	return stage
}

// fresh is a cluster like that, in which the Stage is new.
func (s subject) fresh(t *testing.T, stage *kargoapi.Stage, secrets []client.Object) place {
	t.Helper()
	stage = hurried(stage)
	freight := cluster.Freight(s.set.Warehouses(t), stage, "sha256:"+cluster.Hex('b', 64))
	objects := []client.Object{stage, freight}
	for _, warehouse := range s.set.Warehouses(t) {
		objects = append(objects, warehouse)
	}
	return place{cluster.Client(t, append(objects, secrets...)...), stage, freight}
}

// finds is the same cluster once a Warehouse has found another digest.
func (s subject) finds(t *testing.T, p place, digit rune) place {
	t.Helper()
	p.freight = cluster.Freight(s.set.Warehouses(t), p.stage, "sha256:"+cluster.Hex(digit, 64))
	if err := p.kargo.Create(t.Context(), p.freight); err != nil {
		t.Fatal(err)
	}
	return p
}

// promotion makes a Promotion of the Freight, which waits for its turn.
func (p place) promotion(t *testing.T) *kargoapi.Promotion {
	t.Helper()
	return cluster.Promotion(t, p.kargo, p.stage, p.freight)
}

// promote makes a Promotion and runs it to its end.
func (p place) promote(t *testing.T) outcome {
	t.Helper()
	return p.run(t.Context(), t, p.promotion(t))
}

// run takes a Promotion to its end, as Kargo's controller does: every reconcile
// begins with what the last one left in the Promotion's status. If it is called
// off, what the last reconcile did is not in the status.
func (p place) run(ctx context.Context, t *testing.T, promo *kargoapi.Promotion) outcome {
	t.Helper()
	engine := promotion.NewLocalEngine(p.kargo, nil, nil, nil, promotion.DefaultExprDataCacheFn)
	steps := promotion.NewSteps(promo)
	workDir := t.TempDir()
	var ended outcome
	wait := requeueAfter
	for range maxReconciles {
		now := promotion.NewContext(promo, p.stage, promotion.WithWorkDir(workDir),
			promotion.WithActor(kargo.CreateActorAnnotationValue(promo)))
		result, err := engine.Promote(ctx, now, steps)
		ended.Result = result
		if ctx.Err() != nil || result.Status.IsTerminal() {
			return ended
		}
		if result.RetryAfter != nil {
			ended.waits = append(ended.waits, *result.RetryAfter)
		}
		promo.Status.Phase = result.Status
		promo.Status.CurrentStep = result.CurrentStep
		promo.Status.StepExecutionMetadata = result.StepExecutionMetadata
		promo.Status.State = &apiextensionsv1.JSON{Raw: result.State.ToJSON()}
		// Kargo's controller waits twice as long after each error in a row.
		if wait = min(2*wait, longestWait); err == nil {
			wait = requeueAfter
		}
		time.Sleep(wait)
	}
	t.Fatalf("the Promotion did not end in %d reconciles", maxReconciles)
	return ended
}

// promote runs one Promotion in a cluster of its own.
func (s subject) promote(t *testing.T, stage *kargoapi.Stage, secrets []client.Object) outcome {
	t.Helper()
	return s.in(t, stage, secrets).promote(t)
}
