// Command chart renders Kargo's own Helm chart and keeps what a control plane outside of a cluster needs of it: CRDs,
// namespaces, RBAC and webhook configurations in objects.yaml, and the environment of each process in NAME.env. The
// webhooks are sent to this machine, with a certificate that is made here: tls.crt and tls.key. In deployments.yaml is
// what would run in a cluster.
package main

import (
	"encoding/base64"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/releaseutil"
	"sigs.k8s.io/yaml"
)

// webhooks is where Kargo's webhooks listen.
const webhooks = "https://127.0.0.1:9443"

// values are what differs from the chart's own: what is not run here is left out, and registries may be asked as
// often as a test likes. More is done at once, so that the hanging requests of one test hold up no other.
const values = `
api: {enabled: false}
externalWebhooksServer: {host: "127.0.0.1:8082", tls: {enabled: false}}
garbageCollector: {enabled: false}
webhooksServer: {tls: {selfSignedCert: false}}
controller:
  argocd: {integrationEnabled: false}
  rollouts: {integrationEnabled: true}
  images: {registries: {rateLimit: 100000}}
  reconcilers: {maxConcurrentReconciles: 16, warehouses: {minReconciliationInterval: 1s}}
`

// kinds are those that are kept, in the order in which they are applied.
var kinds = []string{
	"CustomResourceDefinition", "Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role",
	"RoleBinding", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration",
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: chart CHART FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "chart:", err)
		os.Exit(1)
	}
}

func run(source, target string) error {
	objects, err := render(source)
	if err != nil {
		return err
	}
	certificate, key, err := certify()
	if err != nil {
		return err
	}
	files := map[string][]byte{"tls.crt": certificate, "tls.key": key}
	kept := map[string][]byte{}
	for _, object := range objects {
		kind, _ := object["kind"].(string)
		metadata, _ := object["metadata"].(map[string]any)
		if kind == "ConfigMap" {
			files[fmt.Sprint(metadata["name"], ".env")] = environment(object)
			continue
		}
		redirect(object, base64.StdEncoding.EncodeToString(certificate))
		text, err := yaml.Marshal(object)
		if err != nil {
			return err
		}
		kept[kind] = append(append(kept[kind], "---\n"...), text...)
	}
	for _, kind := range kinds {
		files["objects.yaml"] = append(files["objects.yaml"], kept[kind]...)
	}
	files["deployments.yaml"] = kept["Deployment"]
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(target, name), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// render gives every object of the chart.
func render(source string) ([]map[string]any, error) {
	chart, err := loader.Load(source)
	if err != nil {
		return nil, err
	}
	given, err := chartutil.ReadValues([]byte(values))
	if err != nil {
		return nil, err
	}
	release := chartutil.ReleaseOptions{Name: "kargo", Namespace: "kargo", IsInstall: true}
	all, err := chartutil.ToRenderValues(chart, given, release, chartutil.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	texts, err := engine.Render(chart, all)
	if err != nil {
		return nil, err
	}
	namespace := "{apiVersion: v1, kind: Namespace, metadata: {name: kargo}}"
	documents := []string{namespace}
	for _, path := range slices.Sorted(maps.Keys(texts)) {
		if strings.HasSuffix(path, ".yaml") {
			documents = append(documents, slices.Collect(maps.Values(releaseutil.SplitManifests(texts[path])))...)
		}
	}
	var objects []map[string]any
	for _, document := range documents {
		object := map[string]any{}
		if err := yaml.Unmarshal([]byte(document), &object); err != nil {
			return nil, err
		}
		if len(object) > 0 {
			objects = append(objects, object)
		}
	}
	return objects, nil
}

// environment gives the data of a ConfigMap as lines for a shell.
func environment(configMap map[string]any) []byte {
	var lines []byte
	data, _ := configMap["data"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(data)) {
		quoted := strings.ReplaceAll(fmt.Sprint(data[name]), "'", `'\''`)
		lines = fmt.Appendf(lines, "export %s='%s'\n", name, quoted)
	}
	return lines
}

// redirect sends a webhook that is meant for a Service to this machine.
func redirect(configuration map[string]any, authority string) {
	hooks, _ := configuration["webhooks"].([]any)
	for _, hook := range hooks {
		hook, _ := hook.(map[string]any)
		client, _ := hook["clientConfig"].(map[string]any)
		service, _ := client["service"].(map[string]any)
		hook["clientConfig"] = map[string]any{"url": fmt.Sprint(webhooks, service["path"]), "caBundle": authority}
	}
}
