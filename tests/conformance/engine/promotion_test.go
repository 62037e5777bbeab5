// Package engine runs the Promotions of every Stage that synth emits with
// Kargo's own engine against a server that stands for GitHub.
package engine

import (
	"encoding/json"
	"net/url"
	"testing"
	"time"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
	"github.com/akuity/kargo/pkg/promotion"
	_ "github.com/akuity/kargo/pkg/promotion/runner/builtin" // registers the steps
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"image-factory/conformance/cluster"
	"image-factory/conformance/manifests"
)

const (
	// requestTimeout takes the place of config.timeout. It is long enough for a
	// busy machine to answer in.
	requestTimeout = 500 * time.Millisecond
	// polledTimeout takes the place of retry.timeout where it must be reached,
	// patientTimeout where it may not be.
	polledTimeout  = time.Second
	patientTimeout = time.Minute
	// requeueAfter takes the place of every wait between two reconciles.
	requeueAfter = 5 * time.Millisecond
	// maxReconciles is where a Promotion that never ends is given up.
	maxReconciles = 2000

	token = "ghp_conformance"
)

// dispatch is one http step of a Stage.
type dispatch struct {
	alias          string
	path           string
	config         map[string]any
	errorThreshold int
}

// subject is one Stage, made ready to run.
type subject struct {
	set        manifests.Set
	stage      *kargoapi.Stage
	dispatches []dispatch
	// reads are steps that read a file.
	reads []dispatch
	// others are steps that send nothing.
	others []kargoapi.PromotionStep
}

// subjects makes every Stage of a manifest ready that has steps.
func subjects(t *testing.T, set manifests.Set) []subject {
	t.Helper()
	var all []subject
	for _, stage := range set.Stages(t) {
		if len(manifests.Steps(stage)) == 0 {
			continue
		}
		s := subject{set: set, stage: stage}
		for _, step := range manifests.Steps(stage) {
			if step.Uses != "http" {
				s.others = append(s.others, step)
			}
		}
		for _, step := range manifests.Dispatches(stage) {
			s.dispatches = append(s.dispatches, newDispatch(t, step))
		}
		for _, step := range manifests.Reads(stage) {
			s.reads = append(s.reads, newDispatch(t, step))
		}
		all = append(all, s)
	}
	return all
}

func newDispatch(t *testing.T, step kargoapi.PromotionStep) dispatch {
	t.Helper()
	d := dispatch{alias: step.As, errorThreshold: 1}
	if err := json.Unmarshal(step.Config.Raw, &d.config); err != nil {
		t.Fatal(err)
	}
	if step.Retry == nil || step.Retry.Timeout == nil || step.Retry.Timeout.Duration <= 0 {
		t.Errorf("step %s has no retry.timeout: Kargo would poll for ever", step.As)
	} else if step.Retry.ErrorThreshold > 0 {
		d.errorThreshold = int(step.Retry.ErrorThreshold)
	}
	target, err := url.Parse(d.config["url"].(string))
	if err != nil {
		t.Fatal(err)
	}
	d.path = target.EscapedPath()
	return d
}

// pointedAt gives the Stage with its dispatches sent to a server instead of
// GitHub, and with its waits cut short. Nothing else is changed.
func (s subject) pointedAt(t *testing.T, server string, stepTimeout time.Duration) *kargoapi.Stage {
	t.Helper()
	stage := s.stage.DeepCopy()
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
		host, err := url.Parse(server)
		if err != nil {
			t.Fatal(err)
		}
		target.Scheme, target.Host = host.Scheme, host.Host
		config["url"] = target.String()
		config["timeout"] = requestTimeout.String()
		raw, err := json.Marshal(config)
		if err != nil {
			t.Fatal(err)
		}
		step.Config = &apiextensionsv1.JSON{Raw: raw}
		if step.Retry != nil {
			step.Retry.Timeout = &metav1.Duration{Duration: stepTimeout}
		}
	}
	return stage
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

// promote runs one Promotion to its end, as Kargo's controller does: every
// reconcile begins with what the last one left in the Promotion's status.
func (s subject) promote(t *testing.T, stage *kargoapi.Stage, secrets []client.Object) outcome {
	t.Helper()
	freight := cluster.Freight(s.set.Warehouses(t), stage, "sha256:"+cluster.Hex('b', 64))
	objects := []client.Object{stage, freight}
	for _, warehouse := range s.set.Warehouses(t) {
		objects = append(objects, warehouse)
	}
	kargo := cluster.Client(t, append(objects, secrets...)...)
	engine := promotion.NewLocalEngine(kargo, nil, nil, nil, promotion.DefaultExprDataCacheFn)
	promo := cluster.Promotion(t, kargo, stage, freight)
	steps := promotion.NewSteps(promo)
	workDir := t.TempDir()
	var ended outcome
	for range maxReconciles {
		context := promotion.NewContext(promo, stage, promotion.WithWorkDir(workDir))
		// An error of the engine means: again, after a while.
		result, _ := engine.Promote(t.Context(), context, steps)
		ended.Result = result
		if result.Status.IsTerminal() {
			return ended
		}
		if result.RetryAfter != nil {
			ended.waits = append(ended.waits, *result.RetryAfter)
		}
		promo.Status.Phase = result.Status
		promo.Status.CurrentStep = result.CurrentStep
		promo.Status.StepExecutionMetadata = result.StepExecutionMetadata
		promo.Status.State = &apiextensionsv1.JSON{Raw: result.State.ToJSON()}
		time.Sleep(requeueAfter)
	}
	t.Fatalf("the Promotion did not end in %d reconciles", maxReconciles)
	return ended
}
