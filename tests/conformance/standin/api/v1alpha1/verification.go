package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// VerificationPhase is how far a verification is.
type VerificationPhase string

// The phases of a verification.
const (
	VerificationPhasePending      VerificationPhase = "Pending"
	VerificationPhaseRunning      VerificationPhase = "Running"
	VerificationPhaseSuccessful   VerificationPhase = "Successful"
	VerificationPhaseFailed       VerificationPhase = "Failed"
	VerificationPhaseError        VerificationPhase = "Error"
	VerificationPhaseAborted      VerificationPhase = "Aborted"
	VerificationPhaseInconclusive VerificationPhase = "Inconclusive"
)

// IsTerminal says whether a verification of this phase is over.
func (p VerificationPhase) IsTerminal() bool {
	return p != "" && p != VerificationPhasePending && p != VerificationPhaseRunning
}

// VerificationInfo is how one verification went.
type VerificationInfo struct {
	ID          string                `json:"id,omitempty"`
	Actor       string                `json:"actor,omitempty"`
	StartTime   *metav1.Time          `json:"startTime,omitempty"`
	Phase       VerificationPhase     `json:"phase,omitempty"`
	Message     string                `json:"message,omitempty"`
	AnalysisRun *AnalysisRunReference `json:"analysisRun,omitempty"`
	FinishTime  *metav1.Time          `json:"finishTime,omitempty"`
}

// AnalysisRunReference names an Argo Rollouts run.
type AnalysisRunReference struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Phase     string `json:"phase"`
}

// VerificationRequest is the value of the annotations that start or end one.
type VerificationRequest struct {
	ID           string `json:"id,omitempty"`
	Actor        string `json:"actor,omitempty"`
	ControlPlane bool   `json:"controlPlane,omitempty"`
}

// HasID says whether a request names a verification.
func (r *VerificationRequest) HasID() bool { return r != nil && r.ID != "" }

// Equals says whether two requests are the same.
func (r *VerificationRequest) Equals(other *VerificationRequest) bool {
	return r == other || (r != nil && other != nil && *r == *other)
}

// String gives the annotation's value, nothing for a request of nothing.
func (r *VerificationRequest) String() string {
	if !r.HasID() {
		return ""
	}
	return jsonString(r)
}

// ForID says whether a request is for this verification, or for whichever there is.
func (r *VerificationRequest) ForID(id string) bool {
	return r != nil && (r.ID == id || r.ID == "")
}

// HasAnalysisRun says whether a verification has an Argo Rollouts run.
func (v *VerificationInfo) HasAnalysisRun() bool { return v != nil && v.AnalysisRun != nil }
