package schemas

import (
	"testing"

	"github.com/akuity/kargo/pkg/promotion"
	_ "github.com/akuity/kargo/pkg/promotion/runner/builtin" // registers the steps
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"image-factory/conformance/cluster"
	"image-factory/conformance/manifests"
	"image-factory/conformance/release"
)

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
				kargo := cluster.Client(t, append(set.KargoObjects(t), cluster.Secrets(stage, "token")...)...)
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
							context.State[step.Alias] = map[string]any(config)
						}
						if skip, err := evaluator.ShouldSkip(t.Context(), context, step); step.Kind == "set-metadata" && skip && err == nil {
							t.Skip("there is nothing to write down; the engine's tests run it when there is")
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
