package v1alpha1

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Promotion brings one piece of Freight to one Stage.
type Promotion struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              PromotionSpec   `json:"spec"`
	Status            PromotionStatus `json:"status,omitempty"`
}

// PromotionList is a list of Promotions.
type PromotionList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Promotion `json:"items"`
}

// PromotionSpec is fixed when a Promotion is made.
type PromotionSpec struct {
	Stage   string               `json:"stage"`
	Freight string               `json:"freight,omitempty"`
	Origin  *FreightOrigin       `json:"origin,omitempty"`
	Vars    []ExpressionVariable `json:"vars,omitempty"`
	Steps   []PromotionStep      `json:"steps"`
}

// ExpressionVariable is a name that expressions see as vars.NAME.
type ExpressionVariable struct {
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
}

// PromotionStep is one thing to do.
type PromotionStep struct {
	Uses            string                  `json:"uses,omitempty"`
	Task            *PromotionTaskReference `json:"task,omitempty"`
	As              string                  `json:"as,omitempty"`
	If              string                  `json:"if,omitempty"`
	ContinueOnError bool                    `json:"continueOnError,omitempty"`
	Retry           *PromotionStepRetry     `json:"retry,omitempty"`
	Vars            []ExpressionVariable    `json:"vars,omitempty"`
	Config          *apiextensionsv1.JSON   `json:"config,omitempty"`
}

// GetAlias gives a step's own name, or one from its place, counted from 1.
func (s *PromotionStep) GetAlias(i int) string {
	if as := strings.TrimSpace(s.As); as != "" {
		return as
	}
	if s.Task != nil {
		return fmt.Sprintf("task-%d", i+1)
	}
	return fmt.Sprintf("step-%d", i+1)
}

// PromotionStepRetry says how often and how long a step is tried.
type PromotionStepRetry struct {
	Timeout        *metav1.Duration `json:"timeout,omitempty"`
	ErrorThreshold uint32           `json:"errorThreshold,omitempty"`
}

// GetTimeout gives the timeout, or the fallback where none is set.
func (r *PromotionStepRetry) GetTimeout(fallback time.Duration) time.Duration {
	if r == nil || r.Timeout == nil {
		return fallback
	}
	return r.Timeout.Duration
}

// GetErrorThreshold gives the threshold, or the fallback where none is set.
func (r *PromotionStepRetry) GetErrorThreshold(fallback uint32) uint32 {
	if r == nil || r.ErrorThreshold == 0 {
		return fallback
	}
	return r.ErrorThreshold
}

// PromotionTaskReference names a (Cluster)PromotionTask.
type PromotionTaskReference struct {
	Name string `json:"name"`
	Kind string `json:"kind,omitempty"`
}

// PromotionPhase is how far a Promotion is.
type PromotionPhase string

// The phases of a Promotion.
const (
	PromotionPhasePending   PromotionPhase = "Pending"
	PromotionPhaseRunning   PromotionPhase = "Running"
	PromotionPhaseSucceeded PromotionPhase = "Succeeded"
	PromotionPhaseFailed    PromotionPhase = "Failed"
	PromotionPhaseErrored   PromotionPhase = "Errored"
	PromotionPhaseAborted   PromotionPhase = "Aborted"
)

// IsTerminal says whether a Promotion of this phase is over.
func (p PromotionPhase) IsTerminal() bool {
	switch p {
	case PromotionPhaseSucceeded, PromotionPhaseFailed, PromotionPhaseErrored, PromotionPhaseAborted:
		return true
	default:
		return false
	}
}

// PromotionStatus is what the controller knows of a Promotion.
type PromotionStatus struct {
	LastHandledRefresh    string                    `json:"lastHandledRefresh,omitempty"`
	Phase                 PromotionPhase            `json:"phase,omitempty"`
	Message               string                    `json:"message,omitempty"`
	Freight               *FreightReference         `json:"freight,omitempty"`
	FreightCollection     *FreightCollection        `json:"freightCollection,omitempty"`
	HealthChecks          []HealthCheckStep         `json:"healthChecks,omitempty"`
	StartedAt             *metav1.Time              `json:"startedAt,omitempty"`
	FinishedAt            *metav1.Time              `json:"finishedAt,omitempty"`
	CurrentStep           int64                     `json:"currentStep,omitempty"`
	StepExecutionMetadata StepExecutionMetadataList `json:"stepExecutionMetadata,omitempty"`
	State                 *apiextensionsv1.JSON     `json:"state,omitempty"`
}

// GetState gives the state that steps share as a map, nil where there is none.
func (s *PromotionStatus) GetState() map[string]any { return jsonObject(s.State) }

// HealthCheckStep is a check that a succeeded step asked for.
type HealthCheckStep struct {
	Uses   string                `json:"uses"`
	Config *apiextensionsv1.JSON `json:"config,omitempty"`
}

// GetConfig gives the check's configuration as a map.
func (s *HealthCheckStep) GetConfig() map[string]any { return jsonObject(s.Config) }

// PromotionStepStatus is how far a step is.
type PromotionStepStatus string

// The statuses of a step.
const (
	PromotionStepStatusAborted   PromotionStepStatus = "Aborted"
	PromotionStepStatusErrored   PromotionStepStatus = "Errored"
	PromotionStepStatusFailed    PromotionStepStatus = "Failed"
	PromotionStepStatusRunning   PromotionStepStatus = "Running"
	PromotionStepStatusSkipped   PromotionStepStatus = "Skipped"
	PromotionStepStatusSucceeded PromotionStepStatus = "Succeeded"
)

// Valid says whether a step runner may report this status.
func (s PromotionStepStatus) Valid() bool {
	switch s {
	case PromotionStepStatusErrored, PromotionStepStatusFailed, PromotionStepStatusRunning,
		PromotionStepStatusSkipped, PromotionStepStatusSucceeded:
		return true
	default:
		return false
	}
}

// Compare orders statuses from the best to the worst.
func (s PromotionStepStatus) Compare(other PromotionStepStatus) int {
	return cmp.Compare(s.severity(), other.severity())
}

func (s PromotionStepStatus) severity() int {
	return slices.Index([]PromotionStepStatus{
		PromotionStepStatusSkipped, PromotionStepStatusSucceeded, PromotionStepStatusRunning,
		PromotionStepStatusAborted, PromotionStepStatusFailed, PromotionStepStatusErrored,
	}, s)
}

// StepExecutionMetadata is how one step went.
type StepExecutionMetadata struct {
	Alias           string              `json:"alias,omitempty"`
	StartedAt       *metav1.Time        `json:"startedAt,omitempty"`
	FinishedAt      *metav1.Time        `json:"finishedAt,omitempty"`
	ErrorCount      uint32              `json:"errorCount,omitempty"`
	Status          PromotionStepStatus `json:"status,omitempty"`
	Message         string              `json:"message,omitempty"`
	ContinueOnError bool                `json:"continueOnError,omitempty"`
}

// StepExecutionMetadataList is how the steps so far went.
type StepExecutionMetadataList []StepExecutionMetadata

// HasFailures says whether a step went wrong whose failure counts.
func (l StepExecutionMetadataList) HasFailures() bool {
	for _, step := range l {
		bad := step.Status == PromotionStepStatusErrored || step.Status == PromotionStepStatusFailed
		if bad && !step.ContinueOnError {
			return true
		}
	}
	return false
}

// AbortAction is what an abort request asks for.
type AbortAction string

// AbortActionTerminate ends a Promotion at once.
const AbortActionTerminate AbortAction = "terminate"

// AbortPromotionRequest is the value of the abort annotation of a Promotion.
type AbortPromotionRequest struct {
	Action       AbortAction `json:"action,omitempty"`
	Actor        string      `json:"actor,omitempty"`
	ControlPlane bool        `json:"controlPlane,omitempty"`
}

// Equals says whether two requests are the same.
func (r *AbortPromotionRequest) Equals(other *AbortPromotionRequest) bool {
	return r == other || (r != nil && other != nil && *r == *other)
}

// String gives the annotation's value, nothing for a request of nothing.
func (r *AbortPromotionRequest) String() string {
	if r == nil || r.Action == "" {
		return ""
	}
	return jsonString(r)
}

// PromotionTask is a list of steps that Promotions share.
type PromotionTask struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              PromotionTaskSpec `json:"spec"`
}

// PromotionTaskList is a list of PromotionTasks.
type PromotionTaskList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []PromotionTask `json:"items"`
}

// PromotionTaskSpec holds a task's variables and steps.
type PromotionTaskSpec struct {
	Vars  []ExpressionVariable `json:"vars,omitempty"`
	Steps []PromotionStep      `json:"steps"`
}

// ClusterPromotionTask is a PromotionTask for every Project.
type ClusterPromotionTask struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              PromotionTaskSpec `json:"spec"`
}

// ClusterPromotionTaskList is a list of ClusterPromotionTasks.
type ClusterPromotionTaskList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []ClusterPromotionTask `json:"items"`
}

func jsonObject(raw *apiextensionsv1.JSON) map[string]any {
	if raw == nil {
		return nil
	}
	var object map[string]any
	if err := json.Unmarshal(raw.Raw, &object); err != nil {
		return nil
	}
	return object
}

func jsonString(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return string(text)
}
