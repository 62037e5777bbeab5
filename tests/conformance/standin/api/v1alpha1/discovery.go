package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// DiscoveredArtifacts is what a Warehouse's subscriptions found.
type DiscoveredArtifacts struct {
	DiscoveredAt metav1.Time            `json:"discoveredAt,omitempty"`
	Git          []GitDiscoveryResult   `json:"git,omitempty"`
	Images       []ImageDiscoveryResult `json:"images,omitempty"`
	Charts       []ChartDiscoveryResult `json:"charts,omitempty"`
	Results      []DiscoveryResult      `json:"results,omitempty"`
}

// GitDiscoveryResult is what was found in a Git repository.
type GitDiscoveryResult struct {
	RepoURL      string             `json:"repoURL"`
	Commits      []DiscoveredCommit `json:"commits,omitempty"`
	ObservedRefs *GitDiscoveryRefs  `json:"observedRefs,omitempty"`
}

// GitDiscoveryRefs is what a remote listed.
type GitDiscoveryRefs struct {
	BranchHead string          `json:"branchHead,omitempty"`
	Tags       []DiscoveredRef `json:"tags,omitempty"`
}

// DiscoveredRef is one ref of a remote.
type DiscoveredRef struct {
	Name string `json:"name"`
	ID   string `json:"id"`
}

// DiscoveredCommit is a commit that was found.
type DiscoveredCommit struct {
	ID          string       `json:"id,omitempty"`
	Branch      string       `json:"branch,omitempty"`
	Tag         string       `json:"tag,omitempty"`
	Subject     string       `json:"subject,omitempty"`
	Author      string       `json:"author,omitempty"`
	Committer   string       `json:"committer,omitempty"`
	CreatorDate *metav1.Time `json:"creatorDate,omitempty"`
}

// ImageDiscoveryResult is what was found in a repository of images.
type ImageDiscoveryResult struct {
	RepoURL    string                     `json:"repoURL"`
	Platform   string                     `json:"platform,omitempty"`
	References []DiscoveredImageReference `json:"references,omitempty"`
}

// DiscoveredImageReference is an image that was found.
type DiscoveredImageReference struct {
	Tag         string            `json:"tag"`
	Digest      string            `json:"digest"`
	Annotations map[string]string `json:"annotations,omitempty"`
	CreatedAt   *metav1.Time      `json:"createdAt,omitempty"`
}

// ChartDiscoveryResult is what was found in a repository of charts.
type ChartDiscoveryResult struct {
	RepoURL          string   `json:"repoURL"`
	Name             string   `json:"name,omitempty"`
	SemverConstraint string   `json:"semverConstraint,omitempty"`
	Versions         []string `json:"versions"`
}

// DiscoveryResult is what a subscription of another kind found.
type DiscoveryResult struct {
	SubscriptionName   string              `json:"name"`
	ArtifactReferences []ArtifactReference `json:"artifactReferences"`
}
