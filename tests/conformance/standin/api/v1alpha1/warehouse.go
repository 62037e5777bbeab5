package v1alpha1

import (
	"encoding/json"
	"fmt"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Warehouse watches repositories and makes Freight of what it finds.
type Warehouse struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              WarehouseSpec   `json:"spec"`
	Status            WarehouseStatus `json:"status,omitempty"`
}

// WarehouseList is a list of Warehouses.
type WarehouseList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Warehouse `json:"items"`
}

// FreightCreationPolicy says who makes Freight.
type FreightCreationPolicy string

// The policies of Freight's creation; the empty one means Automatic.
const (
	FreightCreationPolicyAutomatic FreightCreationPolicy = "Automatic"
	FreightCreationPolicyManual    FreightCreationPolicy = "Manual"
)

// WarehouseSpec is what its owner wants of a Warehouse. Its subscriptions are
// free JSON in the CRD; the code under test sees them decoded.
type WarehouseSpec struct {
	Shard                   string                   `json:"shard,omitempty"`
	Interval                metav1.Duration          `json:"interval"`
	FreightCreationPolicy   FreightCreationPolicy    `json:"freightCreationPolicy,omitempty"`
	Subscriptions           []apiextensionsv1.JSON   `json:"subscriptions"`
	InternalSubscriptions   []RepoSubscription       `json:"-"`
	FreightCreationCriteria *FreightCreationCriteria `json:"freightCreationCriteria,omitempty"`
}

// plainWarehouseSpec is WarehouseSpec without its methods.
type plainWarehouseSpec WarehouseSpec

// UnmarshalJSON reads the spec and decodes its subscriptions.
func (s *WarehouseSpec) UnmarshalJSON(text []byte) error {
	if err := json.Unmarshal(text, (*plainWarehouseSpec)(s)); err != nil {
		return err
	}
	s.InternalSubscriptions = make([]RepoSubscription, len(s.Subscriptions))
	for i, raw := range s.Subscriptions {
		if err := json.Unmarshal(raw.Raw, &s.InternalSubscriptions[i]); err != nil {
			return fmt.Errorf("subscriptions[%d]: %w", i, err)
		}
	}
	return nil
}

// MarshalJSON writes the spec with its decoded subscriptions.
func (s WarehouseSpec) MarshalJSON() ([]byte, error) {
	plain := plainWarehouseSpec(s)
	if s.InternalSubscriptions != nil {
		plain.Subscriptions = make([]apiextensionsv1.JSON, len(s.InternalSubscriptions))
		for i, subscription := range s.InternalSubscriptions {
			raw, err := json.Marshal(subscription)
			if err != nil {
				return nil, fmt.Errorf("subscriptions[%d]: %w", i, err)
			}
			plain.Subscriptions[i] = apiextensionsv1.JSON{Raw: raw}
		}
	}
	return json.Marshal(plain)
}

// FreightCreationCriteria is what artifacts must satisfy together.
type FreightCreationCriteria struct {
	Expression string `json:"expression,omitempty"`
}

// RepoSubscription is one subscription: of one of the three old kinds, or of a
// kind that only the registry of subscribers knows.
type RepoSubscription struct {
	Git          *GitSubscription
	Image        *ImageSubscription
	Chart        *ChartSubscription
	Subscription *Subscription
}

// UnmarshalJSON reads an object of exactly one key, the subscription's kind.
func (s *RepoSubscription) UnmarshalJSON(text []byte) error {
	var kinds map[string]json.RawMessage
	if err := json.Unmarshal(text, &kinds); err != nil {
		return err
	}
	if len(kinds) != 1 {
		return fmt.Errorf("a subscription has exactly one key, not %d", len(kinds))
	}
	*s = RepoSubscription{}
	for kind, raw := range kinds {
		switch kind {
		case "git":
			return json.Unmarshal(raw, &s.Git)
		case "image":
			return json.Unmarshal(raw, &s.Image)
		case "chart":
			return json.Unmarshal(raw, &s.Chart)
		default:
			s.Subscription = &Subscription{}
			if err := json.Unmarshal(raw, s.Subscription); err != nil {
				return err
			}
			s.Subscription.SubscriptionType = kind
		}
	}
	return nil
}

// MarshalJSON writes an object of exactly one key, the subscription's kind.
func (s RepoSubscription) MarshalJSON() ([]byte, error) {
	switch {
	case s.Git != nil:
		return json.Marshal(map[string]any{"git": s.Git})
	case s.Image != nil:
		return json.Marshal(map[string]any{"image": s.Image})
	case s.Chart != nil:
		return json.Marshal(map[string]any{"chart": s.Chart})
	case s.Subscription != nil:
		return json.Marshal(map[string]any{s.Subscription.SubscriptionType: s.Subscription})
	default:
		return []byte("{}"), nil
	}
}

// ImageSelectionStrategy says which revision of an image counts as the newest.
type ImageSelectionStrategy string

// The strategies for images; the empty one means SemVer.
const (
	ImageSelectionStrategyDigest      ImageSelectionStrategy = "Digest"
	ImageSelectionStrategyLexical     ImageSelectionStrategy = "Lexical"
	ImageSelectionStrategyNewestBuild ImageSelectionStrategy = "NewestBuild"
	ImageSelectionStrategySemVer      ImageSelectionStrategy = "SemVer"
)

// ImageSubscription watches a repository of container images.
type ImageSubscription struct {
	RepoURL                string                 `json:"repoURL"`
	ImageSelectionStrategy ImageSelectionStrategy `json:"imageSelectionStrategy,omitempty"`
	StrictSemvers          *bool                  `json:"strictSemvers,omitempty"`
	Constraint             string                 `json:"constraint,omitempty"`
	AllowTags              string                 `json:"allowTags,omitempty"`
	AllowTagsRegexes       []string               `json:"allowTagsRegexes,omitempty"`
	IgnoreTags             []string               `json:"ignoreTags,omitempty"`
	IgnoreTagsRegexes      []string               `json:"ignoreTagsRegexes,omitempty"`
	Platform               string                 `json:"platform,omitempty"`
	InsecureSkipTLSVerify  bool                   `json:"insecureSkipTLSVerify,omitempty"`
	DiscoveryLimit         int64                  `json:"discoveryLimit,omitempty"`
	CacheByTag             bool                   `json:"cacheByTag,omitempty"`
}

// CommitSelectionStrategy says which commit counts as the newest.
type CommitSelectionStrategy string

// The strategies for commits; the empty one means NewestFromBranch.
const (
	CommitSelectionStrategyLexical          CommitSelectionStrategy = "Lexical"
	CommitSelectionStrategyNewestFromBranch CommitSelectionStrategy = "NewestFromBranch"
	CommitSelectionStrategyNewestTag        CommitSelectionStrategy = "NewestTag"
	CommitSelectionStrategySemVer           CommitSelectionStrategy = "SemVer"
)

// GitSubscription watches a Git repository.
type GitSubscription struct {
	RepoURL                 string                  `json:"repoURL"`
	CommitSelectionStrategy CommitSelectionStrategy `json:"commitSelectionStrategy,omitempty"`
	Branch                  string                  `json:"branch,omitempty"`
	StrictSemvers           *bool                   `json:"strictSemvers,omitempty"`
	SemverConstraint        string                  `json:"semverConstraint,omitempty"`
	AllowTags               string                  `json:"allowTags,omitempty"`
	AllowTagsRegexes        []string                `json:"allowTagsRegexes,omitempty"`
	IgnoreTags              []string                `json:"ignoreTags,omitempty"`
	IgnoreTagsRegexes       []string                `json:"ignoreTagsRegexes,omitempty"`
	ExpressionFilter        string                  `json:"expressionFilter,omitempty"`
	InsecureSkipTLSVerify   bool                    `json:"insecureSkipTLSVerify,omitempty"`
	Blobless                *bool                   `json:"blobless,omitempty"`
	IncludePaths            []string                `json:"includePaths,omitempty"`
	ExcludePaths            []string                `json:"excludePaths,omitempty"`
	DiscoveryLimit          int64                   `json:"discoveryLimit,omitempty"`
	Since                   *metav1.Time            `json:"since,omitempty"`
}

// ChartSubscription watches a repository of Helm charts.
type ChartSubscription struct {
	RepoURL               string `json:"repoURL"`
	Name                  string `json:"name,omitempty"`
	SemverConstraint      string `json:"semverConstraint,omitempty"`
	DiscoveryLimit        int64  `json:"discoveryLimit,omitempty"`
	InsecureSkipTLSVerify bool   `json:"insecureSkipTLSVerify,omitempty"`
}

// Subscription is one of a kind that this API does not know.
type Subscription struct {
	SubscriptionType string                `json:"-"`
	Name             string                `json:"name"`
	Config           *apiextensionsv1.JSON `json:"config,omitempty"`
	DiscoveryLimit   int32                 `json:"discoveryLimit,omitempty"`
}

// WarehouseStatus is what the controller knows of a Warehouse.
type WarehouseStatus struct {
	Conditions          []metav1.Condition   `json:"conditions,omitempty"`
	LastHandledRefresh  string               `json:"lastHandledRefresh,omitempty"`
	ObservedGeneration  int64                `json:"observedGeneration,omitempty"`
	LastFreightID       string               `json:"lastFreightID,omitempty"`
	DiscoveredArtifacts *DiscoveredArtifacts `json:"discoveredArtifacts,omitempty"`
}
