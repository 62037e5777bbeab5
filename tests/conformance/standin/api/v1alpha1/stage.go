package v1alpha1

import (
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Stage asks for Freight and says what to do with it.
type Stage struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              StageSpec   `json:"spec"`
	Status            StageStatus `json:"status,omitempty"`
}

// StageList is a list of Stages.
type StageList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Stage `json:"items"`
}

// StageSpec is what its owner wants of a Stage.
type StageSpec struct {
	Shard             string               `json:"shard,omitempty"`
	Vars              []ExpressionVariable `json:"vars,omitempty"`
	RequestedFreight  []FreightRequest     `json:"requestedFreight"`
	PromotionTemplate *PromotionTemplate   `json:"promotionTemplate,omitempty"`
	Verification      *Verification        `json:"verification,omitempty"`
}

// FreightRequest names an origin and the ways by which its Freight may come.
type FreightRequest struct {
	Origin  FreightOrigin  `json:"origin"`
	Sources FreightSources `json:"sources"`
}

// FreightAvailabilityStrategy says how many upstream Stages must agree.
type FreightAvailabilityStrategy string

// The availability strategies; the empty one means OneOf.
const (
	FreightAvailabilityStrategyAll   FreightAvailabilityStrategy = "All"
	FreightAvailabilityStrategyOneOf FreightAvailabilityStrategy = "OneOf"
)

// FreightSources says from where Freight may come and how long it must rest.
type FreightSources struct {
	Direct               bool                        `json:"direct,omitempty"`
	Stages               []string                    `json:"stages,omitempty"`
	RequiredSoakTime     *metav1.Duration            `json:"requiredSoakTime,omitempty"`
	AvailabilityStrategy FreightAvailabilityStrategy `json:"availabilityStrategy,omitempty"`
	AutoPromotionOptions *AutoPromotionOptions       `json:"autoPromotionOptions,omitempty"`
}

// AutoPromotionSelectionPolicy says which of several Freight is taken.
type AutoPromotionSelectionPolicy string

// The selection policies; the empty one means NewestFreight.
const (
	AutoPromotionSelectionPolicyNewestFreight AutoPromotionSelectionPolicy = "NewestFreight"
	AutoPromotionSelectionPolicyMatchUpstream AutoPromotionSelectionPolicy = "MatchUpstream"
)

// AutoPromotionOptions tunes automatic promotion of one request.
type AutoPromotionOptions struct {
	SelectionPolicy AutoPromotionSelectionPolicy `json:"selectionPolicy,omitempty"`
}

// PromotionTemplate is what a Stage's Promotions are made from.
type PromotionTemplate struct {
	Spec PromotionTemplateSpec `json:"spec"`
}

// PromotionTemplateSpec holds a template's variables and steps.
type PromotionTemplateSpec struct {
	Vars  []ExpressionVariable `json:"vars,omitempty"`
	Steps []PromotionStep      `json:"steps,omitempty"`
}

// Verification says how Freight is verified once a Stage holds it.
type Verification struct {
	AnalysisTemplates   []AnalysisTemplateReference `json:"analysisTemplates,omitempty"`
	AnalysisRunMetadata *AnalysisRunMetadata        `json:"analysisRunMetadata,omitempty"`
	Args                []AnalysisRunArgument       `json:"args,omitempty"`
}

// AnalysisTemplateReference names an Argo Rollouts template.
type AnalysisTemplateReference struct {
	Name string `json:"name"`
	Kind string `json:"kind,omitempty"`
}

// AnalysisRunMetadata is copied to AnalysisRuns.
type AnalysisRunMetadata struct {
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// AnalysisRunArgument is handed to AnalysisRuns.
type AnalysisRunArgument struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// StageStatus is what the controller knows of a Stage.
type StageStatus struct {
	LastHandledRefresh          string                          `json:"lastHandledRefresh,omitempty"`
	Conditions                  []metav1.Condition              `json:"conditions,omitempty"`
	FreightHistory              FreightHistory                  `json:"freightHistory,omitempty"`
	FreightSummary              string                          `json:"freightSummary,omitempty"`
	Health                      *Health                         `json:"health,omitempty"`
	ObservedGeneration          int64                           `json:"observedGeneration,omitempty"`
	CurrentPromotion            *PromotionReference             `json:"currentPromotion,omitempty"`
	LastPromotion               *PromotionReference             `json:"lastPromotion,omitempty"`
	AutoPromotionEnabled        bool                            `json:"autoPromotionEnabled,omitempty"`
	AutoPromotionHolds          map[string]AutoPromotionHold    `json:"autoPromotionHolds,omitempty"`
	EffectiveAutoPromotionHolds map[string]AutoPromotionHold    `json:"effectiveAutoPromotionHolds,omitempty"`
	Metadata                    map[string]apiextensionsv1.JSON `json:"metadata,omitempty"`
}

// AutoPromotionHold stops automatic promotion from one origin.
type AutoPromotionHold struct {
	Origin        FreightOrigin `json:"origin"`
	FreightName   string        `json:"freightName"`
	PromotionName string        `json:"promotionName,omitempty"`
	Actor         string        `json:"actor,omitempty"`
	CreatedAt     *metav1.Time  `json:"createdAt,omitempty"`
}

// PromotionReference sums up a Promotion in a Stage's status.
type PromotionReference struct {
	Name       string            `json:"name"`
	Freight    *FreightReference `json:"freight,omitempty"`
	Status     *PromotionStatus  `json:"status,omitempty"`
	FinishedAt *metav1.Time      `json:"finishedAt,omitempty"`
}

// HealthState is how well something is.
type HealthState string

// The health states.
const (
	HealthStateHealthy       HealthState = "Healthy"
	HealthStateUnhealthy     HealthState = "Unhealthy"
	HealthStateProgressing   HealthState = "Progressing"
	HealthStateUnknown       HealthState = "Unknown"
	HealthStateNotApplicable HealthState = "NotApplicable"
)

// Merge gives the worse of two states.
func (s HealthState) Merge(other HealthState) HealthState {
	for _, state := range []HealthState{
		HealthStateUnhealthy, HealthStateUnknown, HealthStateProgressing,
		HealthStateNotApplicable, HealthStateHealthy,
	} {
		if s == state || other == state {
			return state
		}
	}
	return other
}

// Health is the sum of a Stage's health checks.
type Health struct {
	Status HealthState           `json:"status,omitempty"`
	Issues []string              `json:"issues,omitempty"`
	Config *apiextensionsv1.JSON `json:"config,omitempty"`
	Output *apiextensionsv1.JSON `json:"output,omitempty"`
}

// IsControlFlow says whether a Stage does nothing to what passes through it.
func (in *Stage) IsControlFlow() bool {
	return in.Spec.PromotionTemplate == nil || len(in.Spec.PromotionTemplate.Spec.Steps) == 0
}
