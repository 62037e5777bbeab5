package schemas

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/akuity/kargo/pkg/expressions"
	batchv1 "k8s.io/api/batch/v1"
	"sigs.k8s.io/yaml"

	"image-factory/conformance/manifests"
)

// analysisTemplate is what this test reads of one.
type analysisTemplate struct {
	Spec struct {
		Args    []struct{ Name string }
		Metrics []struct {
			Name     string
			Provider struct {
				Job struct{ Spec json.RawMessage }
			}
		}
	}
}

// TestVerification follows the argument of every verification into its Job:
// through Kargo's evaluation, which must leave a string, and through the
// substitution of Argo Rollouts v1.9.1, which quotes it into the JSON of the
// metric (utils/template/template.go, ResolveQuotedArgs).
func TestVerification(t *testing.T) {
	manifests.Each(t, func(t *testing.T, set manifests.Set) {
		templates := map[string]analysisTemplate{}
		for _, object := range set.OfKind("AnalysisTemplate") {
			raw, err := object.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			var template analysisTemplate
			if err := json.Unmarshal(raw, &template); err != nil {
				t.Fatal(err)
			}
			templates[object.GetName()] = template
		}
		accounts := map[string]bool{}
		for _, object := range set.OfKind("ServiceAccount") {
			accounts[object.GetName()] = true
		}
		for _, stage := range set.Stages(t) {
			verification := stage.Spec.Verification
			if verification == nil {
				continue
			}
			if len(manifests.Steps(stage)) == 0 {
				t.Errorf("%s has no step, so Kargo verifies nothing in it", stage.Name)
			}
			for _, reference := range verification.AnalysisTemplates {
				template, ok := templates[reference.Name]
				if !ok {
					t.Fatalf("%s asks for AnalysisTemplate %s", stage.Name, reference.Name)
				}
				if len(template.Spec.Args) != 1 || len(verification.Args) != 1 ||
					template.Spec.Args[0].Name != verification.Args[0].Name {
					t.Fatalf("%s gives %v, the template wants %v", stage.Name, verification.Args, template.Spec.Args)
				}
				value, err := expressions.EvaluateTemplate(verification.Args[0].Value, map[string]any{})
				if err != nil || value != verification.Args[0].Value {
					t.Errorf("Kargo makes %T %v of it: %v", value, value, err)
				}
				for _, metric := range template.Spec.Metrics {
					if len(metric.Name) > 24 {
						t.Errorf("metric %s is too long for the label of its Job", metric.Name)
					}
					checkJob(t, metric.Provider.Job.Spec, verification.Args[0].Value, accounts)
				}
			}
		}
	})
}

func checkJob(t *testing.T, spec json.RawMessage, request string, accounts map[string]bool) {
	t.Helper()
	quoted := strconv.Quote(request)
	resolved := strings.ReplaceAll(string(spec), "{{args.request}}", quoted[1:len(quoted)-1])
	var job batchv1.JobSpec
	if err := yaml.UnmarshalStrict([]byte(resolved), &job); err != nil {
		t.Fatal(err)
	}
	pod := job.Template.Spec
	container := pod.Containers[0]
	if got := container.Args[len(container.Args)-1]; got != request {
		t.Errorf("the Job is given %s, want %s", got, request)
	}
	var decoded map[string]any
	if err := json.Unmarshal([]byte(request), &decoded); err != nil {
		t.Error(err)
	}
	// Kubernetes would put the value of a variable into an argument.
	if strings.Contains(request, "$(") {
		t.Errorf("Kubernetes would expand %s", request)
	}
	if !accounts[pod.ServiceAccountName] {
		t.Errorf("there is no ServiceAccount %s", pod.ServiceAccountName)
	}
	security := container.SecurityContext
	if *job.ActiveDeadlineSeconds != 600 || *job.BackoffLimit != 1 || pod.RestartPolicy != "Never" ||
		!*pod.SecurityContext.RunAsNonRoot || pod.SecurityContext.SeccompProfile.Type != "RuntimeDefault" ||
		*pod.AutomountServiceAccountToken || !*security.ReadOnlyRootFilesystem || *security.AllowPrivilegeEscalation ||
		len(security.Capabilities.Drop) != 1 || security.Capabilities.Drop[0] != "ALL" ||
		container.Resources.Requests.Cpu().IsZero() || container.Resources.Requests.Memory().IsZero() {
		t.Errorf("the Job may do too much: %s", spec)
	}
}
