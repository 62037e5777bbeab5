package v1alpha1

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Freight is a set of artifacts that moves through Stages together.
type Freight struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Alias             string              `json:"alias,omitempty"`
	Origin            FreightOrigin       `json:"origin"`
	DiscoveredAt      *metav1.Time        `json:"discoveredAt,omitempty"`
	Commits           []GitCommit         `json:"commits,omitempty"`
	Images            []Image             `json:"images,omitempty"`
	Charts            []Chart             `json:"charts,omitempty"`
	Artifacts         []ArtifactReference `json:"artifacts,omitempty"`
	Status            FreightStatus       `json:"status,omitempty"`
}

// FreightList is a list of Freight.
type FreightList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Freight `json:"items"`
}

// EffectiveDiscoveredAt gives the time of discovery, else that of creation.
func (f *Freight) EffectiveDiscoveredAt() time.Time {
	if f.DiscoveredAt != nil {
		return f.DiscoveredAt.Time
	}
	return f.CreationTimestamp.Time
}

// IsCurrentlyIn says whether the named Stage holds this Freight.
func (f *Freight) IsCurrentlyIn(stage string) bool {
	_, ok := f.Status.CurrentlyIn[stage]
	return ok
}

// IsVerifiedIn says whether this Freight was verified in the named Stage.
func (f *Freight) IsVerifiedIn(stage string) bool {
	_, ok := f.Status.VerifiedIn[stage]
	return ok
}

// IsApprovedFor says whether someone approved this Freight for the named Stage.
func (f *Freight) IsApprovedFor(stage string) bool {
	_, ok := f.Status.ApprovedFor[stage]
	return ok
}

// GetLongestSoak gives the longest time that this Freight rested in a Stage:
// the longest finished stay, or the present one where that is longer.
func (f *Freight) GetLongestSoak(stage string) time.Duration {
	verified, ok := f.Status.VerifiedIn[stage]
	if !ok {
		return 0
	}
	var longest time.Duration
	if verified.LongestCompletedSoak != nil {
		longest = verified.LongestCompletedSoak.Duration
	}
	if current, ok := f.Status.CurrentlyIn[stage]; ok && current.Since != nil {
		longest = max(longest, time.Since(current.Since.Time))
	}
	return longest
}

// HasSoakedIn says whether this Freight rested long enough in a Stage.
func (f *Freight) HasSoakedIn(stage string, required *metav1.Duration) bool {
	if !f.IsVerifiedIn(stage) {
		return false
	}
	return required == nil || f.GetLongestSoak(stage) >= required.Duration
}

// FreightOriginKind is what Freight comes from.
type FreightOriginKind string

// FreightOriginKindWarehouse is the only kind of origin.
const FreightOriginKindWarehouse FreightOriginKind = "Warehouse"

// FreightOrigin is where Freight comes from.
type FreightOrigin struct {
	Kind FreightOriginKind `json:"kind"`
	Name string            `json:"name"`
}

// String gives KIND/NAME, by which maps are keyed.
func (o *FreightOrigin) String() string { return fmt.Sprintf("%s/%s", o.Kind, o.Name) }

// Equals says whether two origins are the same.
func (o *FreightOrigin) Equals(other *FreightOrigin) bool {
	return o == other || (o != nil && other != nil && *o == *other)
}

// FreightStatus is where Freight has been.
type FreightStatus struct {
	CurrentlyIn map[string]CurrentStage         `json:"currentlyIn,omitempty"`
	VerifiedIn  map[string]VerifiedStage        `json:"verifiedIn,omitempty"`
	ApprovedFor map[string]ApprovedStage        `json:"approvedFor,omitempty"`
	Metadata    map[string]apiextensionsv1.JSON `json:"metadata,omitempty"`
}

// CurrentStage says since when a Stage holds Freight.
type CurrentStage struct {
	Since *metav1.Time `json:"since,omitempty"`
}

// VerifiedStage says when a Stage verified Freight and how long it stayed.
type VerifiedStage struct {
	VerifiedAt           *metav1.Time     `json:"verifiedAt,omitempty"`
	LongestCompletedSoak *metav1.Duration `json:"longestSoak,omitempty"`
}

// ApprovedStage says when Freight was approved for a Stage.
type ApprovedStage struct {
	ApprovedAt *metav1.Time `json:"approvedAt,omitempty"`
}

// GitCommit is a revision of a Git repository.
type GitCommit struct {
	RepoURL   string `json:"repoURL,omitempty"`
	ID        string `json:"id,omitempty"`
	Branch    string `json:"branch,omitempty"`
	Tag       string `json:"tag,omitempty"`
	Message   string `json:"message,omitempty"`
	Author    string `json:"author,omitempty"`
	Committer string `json:"committer,omitempty"`
}

// Image is a revision of a container image.
type Image struct {
	RepoURL     string            `json:"repoURL,omitempty"`
	Tag         string            `json:"tag,omitempty"`
	Digest      string            `json:"digest,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Chart is a revision of a Helm chart.
type Chart struct {
	RepoURL string `json:"repoURL,omitempty"`
	Name    string `json:"name,omitempty"`
	Version string `json:"version,omitempty"`
}

// ArtifactReference is a revision of anything else.
type ArtifactReference struct {
	ArtifactType     string                `json:"artifactType,omitempty"`
	SubscriptionName string                `json:"subscriptionName"`
	Version          string                `json:"version"`
	Metadata         *apiextensionsv1.JSON `json:"metadata,omitempty"`
}

// FreightReference sums up Freight in the status of something else.
type FreightReference struct {
	Name      string              `json:"name,omitempty"`
	Origin    FreightOrigin       `json:"origin,omitempty"`
	Commits   []GitCommit         `json:"commits,omitempty"`
	Images    []Image             `json:"images,omitempty"`
	Charts    []Chart             `json:"charts,omitempty"`
	Artifacts []ArtifactReference `json:"artifacts,omitempty"`
}

// FreightCollection is the Freight of several origins that a Stage holds.
type FreightCollection struct {
	ID                  string                      `json:"id"`
	Freight             map[string]FreightReference `json:"items,omitempty"`
	VerificationHistory VerificationInfoStack       `json:"verificationHistory,omitempty"`
}

// References gives the Freight in the order of the origins' names.
func (c *FreightCollection) References() []FreightReference {
	if c == nil {
		return nil
	}
	origins := make([]string, 0, len(c.Freight))
	for origin := range c.Freight {
		origins = append(origins, origin)
	}
	slices.Sort(origins)
	references := make([]FreightReference, 0, len(origins))
	for _, origin := range origins {
		references = append(references, c.Freight[origin])
	}
	return references
}

// UpdateOrPush puts Freight in the place of that from the same origin.
func (c *FreightCollection) UpdateOrPush(references ...FreightReference) {
	if c.Freight == nil {
		c.Freight = make(map[string]FreightReference, len(references))
	}
	for _, reference := range references {
		c.Freight[reference.Origin.String()] = reference
	}
	var names []string
	for _, reference := range c.References() {
		names = append(names, reference.Name)
	}
	sum := sha1.Sum([]byte(strings.Join(names, ",")))
	c.ID = hex.EncodeToString(sum[:])
}

// FreightHistory is what a Stage held, the newest first.
type FreightHistory []*FreightCollection

// Current gives what a Stage holds.
func (h FreightHistory) Current() *FreightCollection {
	if len(h) == 0 {
		return nil
	}
	return h[0]
}

// VerificationInfoStack is a list of verifications, the newest first.
type VerificationInfoStack []VerificationInfo

// Current gives the newest verification.
func (s VerificationInfoStack) Current() *VerificationInfo {
	if len(s) == 0 {
		return nil
	}
	return &s[0]
}

// ParseFreightOrigin reads what FreightOrigin.String writes.
func ParseFreightOrigin(text string) (FreightOrigin, error) {
	kind, name, found := strings.Cut(text, "/")
	if !found || kind != string(FreightOriginKindWarehouse) || name == "" {
		return FreightOrigin{}, fmt.Errorf("%q is no origin of Freight", text)
	}
	return FreightOrigin{Kind: FreightOriginKindWarehouse, Name: name}, nil
}
