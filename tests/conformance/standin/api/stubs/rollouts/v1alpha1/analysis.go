// Package v1alpha1 stands in for Argo Rollouts' types as Kargo's API module has them: as much of them as Kargo reads or
// writes. Of a metric it reads no more than the name; the rest is kept as it is written.
package v1alpha1

import (
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/scheme"

	"github.com/akuity/kargo/api/internal/deep"
)

var (
	// GroupVersion is the API group and version of every type here.
	GroupVersion = schema.GroupVersion{Group: "argoproj.io", Version: "v1alpha1"}
	// SchemeBuilder collects the types for AddToScheme.
	SchemeBuilder = &scheme.Builder{GroupVersion: GroupVersion}
	// AddToScheme makes the types known to a scheme.
	AddToScheme = SchemeBuilder.AddToScheme
)

func init() {
	SchemeBuilder.Register(
		&AnalysisRun{}, &AnalysisRunList{},
		&AnalysisTemplate{}, &AnalysisTemplateList{},
		&ClusterAnalysisTemplate{}, &ClusterAnalysisTemplateList{},
	)
}

// AnalysisPhase is how far an analysis is.
type AnalysisPhase string

// The phases of an analysis.
const (
	AnalysisPhasePending      AnalysisPhase = "Pending"
	AnalysisPhaseRunning      AnalysisPhase = "Running"
	AnalysisPhaseSuccessful   AnalysisPhase = "Successful"
	AnalysisPhaseFailed       AnalysisPhase = "Failed"
	AnalysisPhaseError        AnalysisPhase = "Error"
	AnalysisPhaseInconclusive AnalysisPhase = "Inconclusive"
)

// Completed says whether an analysis of this phase is over.
func (p AnalysisPhase) Completed() bool {
	return p != "" && p != AnalysisPhasePending && p != AnalysisPhaseRunning
}

// AnalysisRun is one analysis.
type AnalysisRun struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              AnalysisRunSpec   `json:"spec"`
	Status            AnalysisRunStatus `json:"status,omitempty"`
}

// AnalysisRunList is a list of AnalysisRuns.
type AnalysisRunList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []AnalysisRun `json:"items"`
}

// AnalysisRunSpec is what is measured.
type AnalysisRunSpec struct {
	Metrics              []Metric               `json:"metrics"`
	Args                 []Argument             `json:"args,omitempty"`
	DryRun               []DryRun               `json:"dryRun,omitempty"`
	MeasurementRetention []MeasurementRetention `json:"measurementRetention,omitempty"`
}

// AnalysisRunStatus is how an analysis went.
type AnalysisRunStatus struct {
	Phase       AnalysisPhase `json:"phase"`
	Message     string        `json:"message,omitempty"`
	StartedAt   *metav1.Time  `json:"startedAt,omitempty"`
	CompletedAt *metav1.Time  `json:"completedAt,omitempty"`
}

// AnalysisTemplate is an analysis that Stages of its namespace may ask for.
type AnalysisTemplate struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              AnalysisTemplateSpec `json:"spec"`
}

// AnalysisTemplateList is a list of AnalysisTemplates.
type AnalysisTemplateList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []AnalysisTemplate `json:"items"`
}

// ClusterAnalysisTemplate is an analysis that any Stage may ask for.
type ClusterAnalysisTemplate struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              AnalysisTemplateSpec `json:"spec"`
}

// ClusterAnalysisTemplateList is a list of ClusterAnalysisTemplates.
type ClusterAnalysisTemplateList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []ClusterAnalysisTemplate `json:"items"`
}

// AnalysisTemplateSpec is what a template measures.
type AnalysisTemplateSpec struct {
	Metrics              []Metric               `json:"metrics"`
	DryRun               []DryRun               `json:"dryRun,omitempty"`
	MeasurementRetention []MeasurementRetention `json:"measurementRetention,omitempty"`
	Args                 []Argument             `json:"args,omitempty"`
}

// Argument is a value that an analysis is given.
type Argument struct {
	Name      string     `json:"name"`
	Value     *string    `json:"value,omitempty"`
	ValueFrom *ValueFrom `json:"valueFrom,omitempty"`
}

// ValueFrom says where a value is.
type ValueFrom struct {
	SecretKeyRef *SecretKeyRef `json:"secretKeyRef,omitempty"`
	FieldRef     *FieldRef     `json:"fieldRef,omitempty"`
}

// SecretKeyRef names a key of a Secret.
type SecretKeyRef struct {
	Name string `json:"name"`
	Key  string `json:"key"`
}

// FieldRef names a field of the object that is analysed.
type FieldRef struct {
	FieldPath string `json:"fieldPath"`
}

// DryRun names metrics that decide nothing.
type DryRun struct {
	MetricName string `json:"metricName"`
}

// MeasurementRetention says how many measurements are kept.
type MeasurementRetention struct {
	MetricName string `json:"metricName"`
	Limit      int32  `json:"limit"`
}

// Metric is one measurement. Nobody changes what it holds, so that copies may share it.
type Metric struct {
	Name string
	all  map[string]json.RawMessage
}

// UnmarshalJSON reads the name and keeps the rest.
func (m *Metric) UnmarshalJSON(text []byte) error {
	if err := json.Unmarshal(text, &m.all); err != nil {
		return err
	}
	if raw, ok := m.all["name"]; ok {
		return json.Unmarshal(raw, &m.Name)
	}
	return nil
}

// MarshalJSON writes what was read.
func (m Metric) MarshalJSON() ([]byte, error) { return json.Marshal(m.all) }

// DeepCopyObject makes AnalysisRun a Kubernetes object.
func (in *AnalysisRun) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopyObject makes AnalysisRunList a Kubernetes object.
func (in *AnalysisRunList) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopyObject makes AnalysisTemplate a Kubernetes object.
func (in *AnalysisTemplate) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopyObject makes AnalysisTemplateList a Kubernetes object.
func (in *AnalysisTemplateList) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopyObject makes ClusterAnalysisTemplate a Kubernetes object.
func (in *ClusterAnalysisTemplate) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopyObject makes ClusterAnalysisTemplateList a Kubernetes object.
func (in *ClusterAnalysisTemplateList) DeepCopyObject() runtime.Object { return deep.Copy(in) }
