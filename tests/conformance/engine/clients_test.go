package engine

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/pipelines"
	gitlab "gitlab.com/gitlab-org/api/client-go"
)

// runsOfPipeline is where Azure DevOps starts a pipeline: "Runs_Run Pipeline" in
// specification/pipelines/7.1/pipelines.json of github.com/MicrosoftDocs/vsts-rest-api-specs,
// which no registry has. Its client asks the server for this.
const runsOfPipeline = `[{"id": "7859261e-d2e9-4a68-b820-a5d84cc5bb3d", "area": "pipelines", "resourceName": "runs",
	"routeTemplate": "{project}/_apis/pipelines/{pipelineId}/runs", "resourceVersion": 1,
	"minVersion": "0.0", "maxVersion": "7.2", "releasedVersion": "7.1"}]`

// requiredQuery is the parameter `api-Version` of that description; the client
// writes it into Accept.
const requiredQuery = "api-version=7.1"

// clients start a pipeline each, as a program does that is written with the host's
// own client.
var clients = map[string]func(t *testing.T, address string) error{
	"images/lab": func(t *testing.T, address string) error {
		variables := []*gitlab.PipelineVariableOptions{}
		for _, one := range [][2]string{{"version_bump", "patch"}, {"triggered_by", "kargo-base-image-update"}, {"base_image", "node-22"}} {
			variables = append(variables, &gitlab.PipelineVariableOptions{Key: &one[0], Value: &one[1]})
		}
		_, _, err := ofGitLab(t, address).Pipelines.CreatePipeline("acme/group/lab",
			&gitlab.CreatePipelineOptions{Ref: gitlab.Ptr("main"), Variables: &variables})
		return err
	},
	"images/lab-inputs": func(t *testing.T, address string) error {
		_, _, err := ofGitLab(t, address).Pipelines.CreatePipeline("acme/inputs", &gitlab.CreatePipelineOptions{
			Ref: gitlab.Ptr("dev"), Inputs: gitlab.PipelineInputsOption{
				"version_bump": gitlab.NewPipelineInputValue("patch"),
				"base_image":   gitlab.NewPipelineInputValue("node-22"),
				"digest":       gitlab.NewPipelineInputValue(digest),
			}})
		return err
	},
	"trigger/lab": func(t *testing.T, address string) error {
		_, _, err := ofGitLab(t, address).PipelineTriggers.RunPipelineTrigger("acme/lab", &gitlab.RunPipelineTriggerOptions{
			Ref: gitlab.Ptr("main"), Token: gitlab.Ptr(token), Variables: map[string]string{
				"version_bump": "patch", "triggered_by": "kargo-base-image-update", "base_image": "node-22"}})
		return err
	},
	"images/azure": func(t *testing.T, address string) error {
		return ofAzure(t, address, "My Project", 42, pipelines.RunPipelineParameters{
			TemplateParameters: &map[string]string{
				"version_bump": "patch", "triggered_by": "kargo-base-image-update", "base_image": "node-22"},
		})
	},
	"images/azure-variables": func(t *testing.T, address string) error {
		return ofAzure(t, address, "shop", 7, pipelines.RunPipelineParameters{
			Variables: &map[string]pipelines.Variable{"version_bump": {Value: gitlab.Ptr("patch")}},
		})
	},
}

func ofGitLab(t *testing.T, address string) *gitlab.Client {
	client, err := gitlab.NewClient(token, gitlab.WithBaseURL(address))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func ofAzure(t *testing.T, address, project string, pipeline int, parameters pipelines.RunPipelineParameters) error {
	branch := "refs/heads/main"
	parameters.Resources = &pipelines.RunResourcesParameters{
		Repositories: &map[string]pipelines.RepositoryResourceParameters{"self": {RefName: &branch}}}
	client := pipelines.NewClient(t.Context(), azuredevops.NewPatConnection(address+"/acme", token))
	_, err := client.RunPipeline(t.Context(), pipelines.RunPipelineArgs{
		RunParameters: &parameters, Project: &project, PipelineId: &pipeline})
	return err
}

// TestClients holds the table of routes against the clients that GitLab and
// Microsoft publish, since no registry has a description of either API: they send
// just what the table says that image-factory must send.
func TestClients(t *testing.T) {
	for name, start := range clients {
		t.Run(name, func(t *testing.T) {
			set, image, _ := strings.Cut(name, "/")
			var one route
			for _, known := range routes[set] {
				if known.image == image {
					one = known
				}
			}
			asked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				if r.Method == http.MethodOptions {
					_, _ = fmt.Fprintf(w, `{"count": 1, "value": %s}`, runsOfPipeline)
					return
				}
				asked++
				want, err := url.Parse(one.address)
				if err != nil {
					t.Error(err)
				}
				if r.Method != http.MethodPost || r.URL.EscapedPath() != want.EscapedPath() {
					t.Errorf("the client sends %s %s, the table has %s", r.Method, r.URL.EscapedPath(), want.EscapedPath())
				}
				if one.header != "" && r.Header.Get(one.header) != one.value {
					t.Errorf("the client's %s is %q, the table has %q", one.header, r.Header.Get(one.header), one.value)
				}
				if kind := r.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
					t.Errorf("the client's Content-Type is %q", kind)
				}
				if want.RawQuery != "" && (want.RawQuery != requiredQuery || !strings.Contains(r.Header.Get("Accept"), "api-version=7.1")) {
					t.Errorf("the client accepts %q, the table has %q", r.Header.Get("Accept"), want.RawQuery)
				}
				body, _ := io.ReadAll(r.Body)
				var sent, wanted any
				if json.Unmarshal(body, &sent) != nil || json.Unmarshal([]byte(one.body), &wanted) != nil || !reflect.DeepEqual(sent, wanted) {
					t.Errorf("the client sends %s, the table has %s", body, one.body)
				}
				w.WriteHeader(one.status)
				_, _ = io.WriteString(w, one.answer)
			}))
			defer server.Close()
			if err := start(t, server.URL); err != nil {
				t.Error(err)
			}
			if asked != 1 {
				t.Errorf("the client asked %d times", asked)
			}
		})
	}
}
