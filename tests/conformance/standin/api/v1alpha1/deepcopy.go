package v1alpha1

import (
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/akuity/kargo/api/internal/deep"
)

// DeepCopyObject makes ClusterConfig a Kubernetes object.
func (in *ClusterConfig) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *ClusterConfig) DeepCopy() *ClusterConfig { return deep.Copy(in) }

// DeepCopyObject makes ClusterConfigList a Kubernetes object.
func (in *ClusterConfigList) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *ClusterConfigList) DeepCopy() *ClusterConfigList { return deep.Copy(in) }

// DeepCopyObject makes ClusterPromotionTask a Kubernetes object.
func (in *ClusterPromotionTask) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *ClusterPromotionTask) DeepCopy() *ClusterPromotionTask { return deep.Copy(in) }

// DeepCopyObject makes ClusterPromotionTaskList a Kubernetes object.
func (in *ClusterPromotionTaskList) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *ClusterPromotionTaskList) DeepCopy() *ClusterPromotionTaskList { return deep.Copy(in) }

// DeepCopyObject makes Freight a Kubernetes object.
func (in *Freight) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *Freight) DeepCopy() *Freight { return deep.Copy(in) }

// DeepCopyObject makes FreightList a Kubernetes object.
func (in *FreightList) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *FreightList) DeepCopy() *FreightList { return deep.Copy(in) }

// DeepCopyObject makes Project a Kubernetes object.
func (in *Project) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *Project) DeepCopy() *Project { return deep.Copy(in) }

// DeepCopyObject makes ProjectList a Kubernetes object.
func (in *ProjectList) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *ProjectList) DeepCopy() *ProjectList { return deep.Copy(in) }

// DeepCopyObject makes ProjectConfig a Kubernetes object.
func (in *ProjectConfig) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *ProjectConfig) DeepCopy() *ProjectConfig { return deep.Copy(in) }

// DeepCopyObject makes ProjectConfigList a Kubernetes object.
func (in *ProjectConfigList) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *ProjectConfigList) DeepCopy() *ProjectConfigList { return deep.Copy(in) }

// DeepCopyObject makes Promotion a Kubernetes object.
func (in *Promotion) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *Promotion) DeepCopy() *Promotion { return deep.Copy(in) }

// DeepCopyObject makes PromotionList a Kubernetes object.
func (in *PromotionList) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *PromotionList) DeepCopy() *PromotionList { return deep.Copy(in) }

// DeepCopyObject makes PromotionTask a Kubernetes object.
func (in *PromotionTask) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *PromotionTask) DeepCopy() *PromotionTask { return deep.Copy(in) }

// DeepCopyObject makes PromotionTaskList a Kubernetes object.
func (in *PromotionTaskList) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *PromotionTaskList) DeepCopy() *PromotionTaskList { return deep.Copy(in) }

// DeepCopyObject makes Stage a Kubernetes object.
func (in *Stage) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *Stage) DeepCopy() *Stage { return deep.Copy(in) }

// DeepCopyObject makes StageList a Kubernetes object.
func (in *StageList) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *StageList) DeepCopy() *StageList { return deep.Copy(in) }

// DeepCopyObject makes Warehouse a Kubernetes object.
func (in *Warehouse) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *Warehouse) DeepCopy() *Warehouse { return deep.Copy(in) }

// DeepCopyObject makes WarehouseList a Kubernetes object.
func (in *WarehouseList) DeepCopyObject() runtime.Object { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *WarehouseList) DeepCopy() *WarehouseList { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *FreightRequest) DeepCopy() *FreightRequest { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *FreightReference) DeepCopy() *FreightReference { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *FreightCollection) DeepCopy() *FreightCollection { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *FreightOrigin) DeepCopy() *FreightOrigin { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in StepExecutionMetadataList) DeepCopy() StepExecutionMetadataList { return *deep.Copy(&in) }

// DeepCopy gives a copy that shares nothing.
func (in *StageStatus) DeepCopy() *StageStatus { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *FreightStatus) DeepCopy() *FreightStatus { return deep.Copy(in) }

// GetStatus gives the status to change.
func (in *Stage) GetStatus() *StageStatus { return &in.Status }

// GetStatus gives the status to change.
func (in *Freight) GetStatus() *FreightStatus { return &in.Status }

// DeepCopy gives a copy that shares nothing.
func (in *ProjectStatus) DeepCopy() *ProjectStatus { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *ProjectConfigStatus) DeepCopy() *ProjectConfigStatus { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *ClusterConfigStatus) DeepCopy() *ClusterConfigStatus { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *WarehouseStatus) DeepCopy() *WarehouseStatus { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *PromotionStatus) DeepCopy() *PromotionStatus { return deep.Copy(in) }

// DeepCopy gives a copy that shares nothing.
func (in *AnalysisRunReference) DeepCopy() *AnalysisRunReference { return deep.Copy(in) }

// GetStatus gives the status to change.
func (in *Promotion) GetStatus() *PromotionStatus { return &in.Status }
