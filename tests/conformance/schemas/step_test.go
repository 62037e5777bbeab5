package schemas

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
	"github.com/akuity/kargo/pkg/promotion"
	_ "github.com/akuity/kargo/pkg/promotion/runner/builtin" // registers the steps
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"image-factory/conformance/cluster"
	"image-factory/conformance/manifests"
	"image-factory/conformance/release"
)

// runsOf are runs that the steps wait for, by image.
func runsOf(stage *kargoapi.Stage) map[string]any {
	runs := map[string]any{}
	for _, step := range manifests.Awaits(stage) {
		runs[strings.TrimPrefix(step.As, manifests.Await)] = map[string]any{"id": "1", "page": "https://github.example/runs/1"}
	}
	return runs
}

var secret = regexp.MustCompile(`secret\(\\?"([^"\\]+)\\?"\)\[\\?"([^"\\]+)\\?"\]`)

// addresses are the Secrets with the addresses of those who are told.
func addresses(stage *kargoapi.Stage) []client.Object {
	var secrets []client.Object
	for _, step := range manifests.Notifies(stage) {
		var config struct{ URL string }
		if err := json.Unmarshal(step.Config.Raw, &config); err != nil {
			continue
		}
		if found := secret.FindStringSubmatch(config.URL); found != nil {
			secrets = append(secrets, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: stage.Namespace, Name: found[1]},
				Data: map[string][]byte{found[2]: []byte("https://hooks.example.com/")}})
		}
	}
	return secrets
}

// TestSteps wants every step to be of a kind that this release registers and
// its configuration, once Kargo has evaluated its expressions, to be what that
// step's schema asks for. The CRD says nothing of either.
func TestSteps(t *testing.T) {
	manifests.Each(t, func(t *testing.T, set manifests.Set) {
		for _, stage := range set.Stages(t) {
			if stage.Spec.PromotionTemplate == nil {
				continue
			}
			t.Run(stage.Name, func(t *testing.T) {
				freight := cluster.Freight(set.Warehouses(t), stage, "sha256:"+cluster.Hex('a', 64))
				kargo := cluster.Client(t, slices.Concat(set.KargoObjects(t), cluster.Secrets(stage, "token"), addresses(stage))...)
				promo := cluster.Promotion(t, kargo, stage, freight)
				evaluator := promotion.NewStepEvaluator(kargo, nil)
				context := promotion.NewContext(promo, stage)
				context.State = promotion.State{}
				steps := promotion.NewSteps(promo)
				// As if all had been run already: expressions read what became of others.
				for _, step := range steps {
					context.SetCurrentStep(step)
				}
				began := metav1.Now()
				for i := range context.StepExecutionMetadata {
					context.StepExecutionMetadata[i].StartedAt = &began
				}
				for _, step := range steps {
					t.Run(step.Alias, func(t *testing.T) {
						if _, err := promotion.DefaultStepRunnerRegistry.Get(step.Kind); err != nil {
							t.Fatal(err)
						}
						config, err := evaluator.Config(t.Context(), context, step)
						if err != nil {
							t.Fatal(err)
						}
						if step.Kind == "compose-output" {
							if step.Alias == "runs" {
								config["of"] = runsOf(stage)
							}
							context.State[step.Alias] = map[string]any(config)
						}
						skip, err := evaluator.ShouldSkip(t.Context(), context, step)
						if (step.Kind == "set-metadata" || config["message"] == "") && skip && err == nil {
							t.Skip("there is nothing to write down or to tell; the engine's tests run it when there is")
						}
						schema := release.File(t,
							"pkg/promotion/runner/builtin/schemas/"+step.Kind+"-config.json")
						validateJSON(t, schema, map[string]any(config))
					})
				}
			})
		}
	})
}
