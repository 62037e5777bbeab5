package engine

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	kargoapi "github.com/akuity/kargo/api/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"image-factory/conformance/cluster"
	"image-factory/conformance/manifests"
)

// TestCredentialGuard takes a Stage's credentials away, one after the other and
// in every way that happens: what needs the credential may not be sent, all else
// must be, and the Promotion must name what is missing.
func TestCredentialGuard(t *testing.T) {
	ways := []struct {
		name string
		// spoil changes the Secret that holds the key; nil takes it away.
		spoil func(secret *corev1.Secret, key string) *corev1.Secret
	}{
		{"no Secret", func(*corev1.Secret, string) *corev1.Secret { return nil }},
		{"no key", func(secret *corev1.Secret, key string) *corev1.Secret {
			delete(secret.Data, key)
			return secret
		}},
		{"no value", withValue("")},
		{"only white space", withValue(" \t\r\n")},
	}
	eachTrigger(t, func(t *testing.T, s subject) {
		if !guarded(s) {
			t.Skip("no fail step: this manifest is for a release that has none")
		}
		for _, credential := range cluster.Credentials(s.stage) {
			for _, way := range ways {
				t.Run(credential.Secret+"/"+credential.Key+"/"+way.name, func(t *testing.T) {
					t.Parallel()
					s.lacks(t, credential, way.spoil)
				})
			}
		}
	})
}

// lacks runs one Promotion with one credential spoilt.
func (s subject) lacks(t *testing.T, credential cluster.Credential, spoil func(*corev1.Secret, string) *corev1.Secret) {
	server := s.github(t, s.dispatches[0].request)
	stage := s.pointedAt(t, server, haste{})
	var secrets []client.Object
	gone := false
	for _, object := range cluster.Secrets(stage, token) {
		secret := object.(*corev1.Secret)
		if secret.Name == credential.Secret {
			secret = spoil(secret, credential.Key)
		}
		if secret == nil {
			gone = true
			continue
		}
		secrets = append(secrets, secret)
	}
	ended := s.promote(t, stage, secrets)

	sendable := 0
	for _, d := range s.dispatches {
		needs := slices.ContainsFunc(credentialsOf(d.request), func(c cluster.Credential) bool {
			return c == credential || gone && c.Secret == credential.Secret
		})
		if !needs {
			sendable++
		}
	}
	if sent := len(server.Requests()); sent != sendable {
		t.Errorf("%d requests were sent, want %d", sent, sendable)
	}
	if ended.Status != kargoapi.PromotionPhaseFailed {
		t.Errorf("the Promotion ended %s: %s", ended.Status, ended.Message)
	}
	for _, want := range []string{credential.Secret, credential.Key, stage.Namespace} {
		if !strings.Contains(ended.Message, want) {
			t.Errorf("the message does not name %q: %s", want, ended.Message)
		}
	}
}

// withValue gives the key a value.
func withValue(value string) func(*corev1.Secret, string) *corev1.Secret {
	return func(secret *corev1.Secret, key string) *corev1.Secret {
		secret.Data[key] = []byte(value)
		return secret
	}
}

// guarded says whether a Stage looks for its credentials first.
func guarded(s subject) bool { return s.fails("check-") }

// reports says whether a Stage's last step says what could not be sent.
func (s subject) reports() bool { return s.fails("report") }

func (s subject) fails(prefix string) bool {
	return slices.ContainsFunc(s.others, func(step kargoapi.PromotionStep) bool {
		return step.Uses == "fail" && strings.HasPrefix(step.As, prefix)
	})
}

// elsewhere is a server on another host than GitHub's. It counts who comes, and
// who brings the token.
func elsewhere(t *testing.T) (url string, visits, leaks *atomic.Int32) {
	visits, leaks = new(atomic.Int32), new(atomic.Int32)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		if strings.Contains(strings.Join(r.Header.Values("Authorization"), ""), token) {
			leaks.Add(1)
		}
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1), visits, leaks
}

// TestTokenStaysHome redirects every dispatch to another host: the token must
// not follow it there.
func TestTokenStaysHome(t *testing.T) {
	eachTrigger(t, func(t *testing.T, s subject) {
		other, visits, leaks := elsewhere(t)
		server := s.github(t, s.dispatches[0].request)
		for _, d := range s.dispatches {
			fault := redirect(http.StatusTemporaryRedirect, other)
			fault.Path = d.path
			server.Fail(fault)
		}
		stage := s.pointedAt(t, server, haste{})
		ended := s.promote(t, stage, cluster.Secrets(stage, token))
		if visits.Load() == 0 || leaks.Load() > 0 {
			t.Errorf("%d redirected requests, %d with the token", visits.Load(), leaks.Load())
		}
		if ended.Status != kargoapi.PromotionPhaseFailed {
			t.Errorf("the Promotion ended %s: %s", ended.Status, ended.Message)
		}
	})
}

// TestQuietStages runs the Stages that send nothing, which only hold Freight
// back: they must succeed at once, or nothing ever soaks.
func TestQuietStages(t *testing.T) {
	manifests.Each(t, func(t *testing.T, set manifests.Set) {
		for _, s := range subjects(t, set) {
			if len(s.dispatches)+len(s.reads) > 0 {
				continue
			}
			t.Run(s.stage.Name, func(t *testing.T) {
				ended := s.promote(t, s.stage.DeepCopy(), nil)
				if ended.Status != kargoapi.PromotionPhaseSucceeded {
					t.Errorf("the Promotion ended %s: %s", ended.Status, ended.Message)
				}
			})
		}
	})
}
