package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// GetStatus gives what Kargo's helpers for status subresources patch.
func (in *Project) GetStatus() *ProjectStatus { return &in.Status }

// GetConditions gives a Project's conditions.
func (in *ProjectStatus) GetConditions() []metav1.Condition { return in.Conditions }

// SetConditions replaces a Project's conditions.
func (in *ProjectStatus) SetConditions(conditions []metav1.Condition) { in.Conditions = conditions }

// GetStatus gives what Kargo's helpers for status subresources patch.
func (in *ProjectConfig) GetStatus() *ProjectConfigStatus { return &in.Status }

// GetConditions gives a ProjectConfig's conditions.
func (in *ProjectConfigStatus) GetConditions() []metav1.Condition { return in.Conditions }

// SetConditions replaces a ProjectConfig's conditions.
func (in *ProjectConfigStatus) SetConditions(conditions []metav1.Condition) {
	in.Conditions = conditions
}

// GetStatus gives what Kargo's helpers for status subresources patch.
func (in *ClusterConfig) GetStatus() *ClusterConfigStatus { return &in.Status }

// GetConditions gives a ClusterConfig's conditions.
func (in *ClusterConfigStatus) GetConditions() []metav1.Condition { return in.Conditions }

// SetConditions replaces a ClusterConfig's conditions.
func (in *ClusterConfigStatus) SetConditions(conditions []metav1.Condition) {
	in.Conditions = conditions
}

// GetConditions gives a Stage's conditions.
func (in *StageStatus) GetConditions() []metav1.Condition { return in.Conditions }

// SetConditions replaces a Stage's conditions.
func (in *StageStatus) SetConditions(conditions []metav1.Condition) { in.Conditions = conditions }

// GetStatus gives what Kargo's helpers for status subresources patch.
func (in *Warehouse) GetStatus() *WarehouseStatus { return &in.Status }

// GetConditions gives a Warehouse's conditions.
func (in *WarehouseStatus) GetConditions() []metav1.Condition { return in.Conditions }

// SetConditions replaces a Warehouse's conditions.
func (in *WarehouseStatus) SetConditions(conditions []metav1.Condition) { in.Conditions = conditions }
