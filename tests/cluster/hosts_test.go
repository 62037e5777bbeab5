package cluster

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"image-factory/cluster/rig"
	"image-factory/conformance/hosts"
)

// started is what one host is asked, and what it answers one that it takes: the addresses of the documentation of each
// (../conformance/README.md, "What other hosts are sent").
type started struct {
	image, path, header, value string
	status                     int
	answer                     string
}

// TestHosts pushes a base of five images that five hosts build, first with all of them willing and then with one that
// knows no such workflow: each is asked once, and the Promotion ends as it must.
func TestHosts(t *testing.T) {
	t.Parallel()
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(":"+rig.Token))
	known := []started{
		{"lab", "/api/v4/projects/acme%2Fgroup%2Flab/pipeline", "Private-Token", rig.Token, 201, `{"id": 61}`},
		{"tea", "/api/v1/repos/acme/tea/actions/workflows/tea.yml/dispatches", "Authorization", "token " + rig.Token, 204, ""},
		{"forge", "/api/v1/repos/acme/forge/actions/workflows/forge.yml/dispatches", "Authorization", "token " + rig.Token, 204, ""},
		{"azure", "/acme/shop/_apis/pipelines/42/runs", "Authorization", basic, 200, `{"id": 4711}`},
		{"hook", "/job/hook/build", "Authorization", "Bearer " + rig.Token, 202, ""},
	}
	description, err := hosts.Load("gitea-1.27")
	if err != nil {
		t.Fatal(err)
	}
	var mutex sync.Mutex
	asked := map[string]int{}
	refuses := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		i := slices.IndexFunc(known, func(one started) bool { return r.Method == "POST" && r.URL.EscapedPath() == one.path })
		if i < 0 {
			t.Errorf("nobody knows %s %s", r.Method, r.URL)
			w.WriteHeader(http.StatusNotFound)
			return
		}
		one := known[i]
		if value := r.Header.Get(one.header); value != one.value {
			t.Errorf("%s: %s is %q", one.image, one.header, value)
		}
		if !json.Valid(body) || !strings.Contains(string(body), "kargo-base-image-update") {
			t.Errorf("%s is sent %s", one.image, body)
		}
		if one.image == "tea" {
			if wrong := description.Check(r, "/api/v1", body); len(wrong) > 0 {
				t.Errorf("Gitea's description says %q", wrong)
			}
		}
		mutex.Lock()
		asked[one.image]++
		no := refuses == one.image
		mutex.Unlock()
		w.Header().Set("Content-Type", "application/json")
		if no {
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"message": "workflow \"tea.yml\" doesn't exist"}`)
			return
		}
		w.WriteHeader(one.status)
		_, _ = io.WriteString(w, one.answer)
	}))
	t.Cleanup(server.Close)
	each := func(count int) bool {
		mutex.Lock()
		defer mutex.Unlock()
		return !slices.ContainsFunc(known, func(one started) bool { return asked[one.image] != count })
	}

	f := rig.New(t)
	for _, name := range []string{"gitlab", "gitea", "forgejo", "azure-devops", "hook"} {
		f.Kubectl("create", "secret", "generic", name+"-credentials", "-n", f.Project, "--from-literal=token="+rig.Token)
	}
	f.Rest(fmt.Sprintf(`
gitlab: {url: %[1]q}
gitea: {url: %[1]q}
forgejo: {url: %[1]q}
azureDevops: {url: %[1]q}
images:
- {name: lab, repository: REPOSITORY/lab, source: {provider: gitlab, repo: acme/group/lab}, baseImages: ["BASE/debian:12"]}
- {name: tea, repository: REPOSITORY/tea, source: {provider: gitea, repo: acme/tea}, baseImages: ["BASE/debian:12"]}
- {name: forge, repository: REPOSITORY/forge, source: {provider: forgejo, repo: acme/forge}, baseImages: ["BASE/debian:12"]}
- {name: azure, repository: REPOSITORY/azure, source: {provider: azure-devops, repo: acme/shop, pipeline: 42}, baseImages: ["BASE/debian:12"]}
- {name: hook, repository: REPOSITORY/hook, source: {provider: webhook, repo: acme/hook, webhook: {url: "%[1]s/job/hook/build", credentials: {secret: hook-credentials, key: token}}}, baseImages: ["BASE/debian:12"]}
`, server.URL), "debian:12")
	if !each(0) {
		t.Fatalf("what is found first starts %v", asked)
	}
	seen := len(f.Promotions())
	f.Push("debian:12")
	f.Poll()
	began := time.Now()
	f.Eventually(time.Minute, "each host is asked", func() bool { return each(1) })
	t.Logf("HOSTS | 5 hosts asked within %s of the poll", rounded(time.Since(began)))
	promotions := f.AwaitPromotions(seen+1, time.Minute)
	wantEnd(t, promotions[len(promotions)-1], "Succeeded", "")

	mutex.Lock()
	refuses = "tea"
	mutex.Unlock()
	f.Push("debian:12")
	f.Poll()
	promotions = f.AwaitPromotions(seen+2, time.Minute)
	if !each(2) {
		t.Errorf("asked %v", asked)
	}
	if rig.Fails() {
		wantEnd(t, promotions[len(promotions)-1], "Failed", "tea")
	}
	if message := promotions[len(promotions)-1].Status.Message; rig.Fails() && strings.Contains(message, "not dispatched: lab") {
		t.Errorf("it says %s", message)
	}
}
