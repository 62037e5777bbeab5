package github

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"image-factory/conformance/openapi"
)

// GitHub's own description of its API, as Octokit publishes it, and the
// contents that this version was seen to have.
const (
	pinnedPackage   = "@octokit/openapi"
	pinnedVersion   = "23.0.2"
	pinnedIntegrity = "sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg=="
)

// ErrNoNPM says that there is no description and nothing to fetch it with.
var ErrNoNPM = errors.New("GitHub's description of its API is not here, and there is no npm to fetch it with")

// Names are the descriptions that are kept: github.com and every release of
// GitHub Enterprise Server in the package.
var Names = []string{"api.github.com", "ghes-3.17", "ghes-3.18", "ghes-3.19"}

// operations are what this server answers; the rest of a description is cut off.
var operations = openapi.Wanted{
	"/":                     {"GET": "meta/root"},
	"/rate_limit":           {"GET": "rate-limit/get"},
	"/repos/{owner}/{repo}": {"GET": "repos/get"},
	"/repos/{owner}/{repo}/actions/permissions":                        {"GET": "actions/get-github-actions-permissions-repository"},
	"/repos/{owner}/{repo}/actions/runs":                               {"GET": "actions/list-workflow-runs-for-repo"},
	"/repos/{owner}/{repo}/actions/runs/{run_id}":                      {"GET": "actions/get-workflow-run"},
	"/repos/{owner}/{repo}/actions/workflows/{workflow_id}":            {"GET": "actions/get-workflow"},
	"/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches": {"POST": "actions/create-workflow-dispatch"},
	"/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs":       {"GET": "actions/list-workflow-runs"},
	"/repos/{owner}/{repo}/issues":                                     {"POST": "issues/create"},
	"/repos/{owner}/{repo}/contents/{path}":                            {"GET": "repos/get-content"},
	"/versions":                                                        {"GET": "meta/get-all-versions"},
	"/zen":                                                             {"GET": "meta/get-zen"},
}

// cached gives the path of a description that was cut down.
func cached(name string) (string, error) {
	return operations.Cached("octokit-openapi-"+pinnedVersion, name, pinnedIntegrity)
}

// Fetch makes sure that all descriptions are in the cache.
func Fetch() error {
	missing := false
	for _, name := range Names {
		path, err := cached(name)
		if err != nil {
			return err
		}
		if _, err := os.Stat(path); err != nil {
			missing = true
		}
	}
	if !missing {
		return nil
	}
	if _, err := exec.LookPath("npm"); err != nil {
		return ErrNoNPM
	}
	work, err := os.MkdirTemp("", "octokit-openapi")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	pack := exec.Command("npm", "pack", "--silent", pinnedPackage+"@"+pinnedVersion)
	pack.Dir = work
	if out, err := pack.CombinedOutput(); err != nil {
		return fmt.Errorf("npm pack %s@%s: %w: %s", pinnedPackage, pinnedVersion, err, out)
	}
	tarballs, err := filepath.Glob(filepath.Join(work, "*.tgz"))
	if err != nil || len(tarballs) != 1 {
		return fmt.Errorf("npm pack left %d files: %w", len(tarballs), err)
	}
	tarball, err := os.ReadFile(tarballs[0])
	if err != nil {
		return err
	}
	sum := sha512.Sum512(tarball)
	if is := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); is != pinnedIntegrity {
		return fmt.Errorf("%s %s has the integrity %s, want %s", pinnedPackage, pinnedVersion, is, pinnedIntegrity)
	}
	return unpack(tarball)
}

// unpack cuts the descriptions of a package down and puts them into the cache.
func unpack(tarball []byte) error {
	plain, err := gzip.NewReader(bytes.NewReader(tarball))
	if err != nil {
		return err
	}
	for files := tar.NewReader(plain); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(header.Name, "package/generated/"), ".json")
		if !slices.Contains(Names, name) {
			continue
		}
		text, err := io.ReadAll(files)
		if err != nil {
			return err
		}
		if text, err = cut(text); err != nil {
			return fmt.Errorf("%s: %w", header.Name, err)
		}
		path, err := cached(name)
		if err != nil {
			return err
		}
		if err := openapi.Replace(path, text); err != nil {
			return err
		}
	}
}

// versionsKey holds, in a description that was cut down, the versions of the API
// that the whole of it names.
const versionsKey = "x-versions"

// cut keeps of a description the operations, and what they refer to.
func cut(text []byte) ([]byte, error) {
	var whole map[string]any
	if err := json.Unmarshal(text, &whole); err != nil {
		return nil, err
	}
	versions := map[string]bool{oldestVersion: true}
	openapi.EachObject(whole, func(object map[string]any) {
		changes, _ := object["x-github-breaking-changes"].([]any)
		for _, change := range changes {
			if version, ok := change.(map[string]any)["version"].(string); ok {
				versions[version] = true
			}
		}
	})
	kept := operations.Cut(whole)
	kept[versionsKey] = versions
	return json.Marshal(kept)
}
