package v1alpha1

import (
	"reflect"

	"k8s.io/apimachinery/pkg/runtime"
)

// clone copies a value so that no map, slice or pointer is shared. Structs with
// unexported fields (times) are values and are copied as they are.
func clone[T any](in *T) *T {
	if in == nil {
		return nil
	}
	out := new(T)
	copyInto(reflect.ValueOf(out).Elem(), reflect.ValueOf(in).Elem())
	return out
}

func copyInto(out, in reflect.Value) {
	switch in.Kind() {
	case reflect.Pointer:
		if !in.IsNil() {
			out.Set(reflect.New(in.Type().Elem()))
			copyInto(out.Elem(), in.Elem())
		}
	case reflect.Slice:
		if !in.IsNil() {
			out.Set(reflect.MakeSlice(in.Type(), in.Len(), in.Len()))
			for i := range in.Len() {
				copyInto(out.Index(i), in.Index(i))
			}
		}
	case reflect.Map:
		if !in.IsNil() {
			out.Set(reflect.MakeMapWithSize(in.Type(), in.Len()))
			for entries := in.MapRange(); entries.Next(); {
				value := reflect.New(in.Type().Elem()).Elem()
				copyInto(value, entries.Value())
				out.SetMapIndex(entries.Key(), value)
			}
		}
	case reflect.Struct:
		out.Set(in)
		for i := range in.NumField() {
			if in.Type().Field(i).IsExported() {
				copyInto(out.Field(i), in.Field(i))
			}
		}
	default:
		out.Set(in)
	}
}

// DeepCopyObject makes ClusterConfig a Kubernetes object.
func (in *ClusterConfig) DeepCopyObject() runtime.Object { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *ClusterConfig) DeepCopy() *ClusterConfig { return clone(in) }

// DeepCopyObject makes ClusterConfigList a Kubernetes object.
func (in *ClusterConfigList) DeepCopyObject() runtime.Object { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *ClusterConfigList) DeepCopy() *ClusterConfigList { return clone(in) }

// DeepCopyObject makes ClusterPromotionTask a Kubernetes object.
func (in *ClusterPromotionTask) DeepCopyObject() runtime.Object { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *ClusterPromotionTask) DeepCopy() *ClusterPromotionTask { return clone(in) }

// DeepCopyObject makes ClusterPromotionTaskList a Kubernetes object.
func (in *ClusterPromotionTaskList) DeepCopyObject() runtime.Object { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *ClusterPromotionTaskList) DeepCopy() *ClusterPromotionTaskList { return clone(in) }

// DeepCopyObject makes Freight a Kubernetes object.
func (in *Freight) DeepCopyObject() runtime.Object { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *Freight) DeepCopy() *Freight { return clone(in) }

// DeepCopyObject makes FreightList a Kubernetes object.
func (in *FreightList) DeepCopyObject() runtime.Object { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *FreightList) DeepCopy() *FreightList { return clone(in) }

// DeepCopyObject makes Project a Kubernetes object.
func (in *Project) DeepCopyObject() runtime.Object { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *Project) DeepCopy() *Project { return clone(in) }

// DeepCopyObject makes ProjectList a Kubernetes object.
func (in *ProjectList) DeepCopyObject() runtime.Object { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *ProjectList) DeepCopy() *ProjectList { return clone(in) }

// DeepCopyObject makes ProjectConfig a Kubernetes object.
func (in *ProjectConfig) DeepCopyObject() runtime.Object { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *ProjectConfig) DeepCopy() *ProjectConfig { return clone(in) }

// DeepCopyObject makes ProjectConfigList a Kubernetes object.
func (in *ProjectConfigList) DeepCopyObject() runtime.Object { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *ProjectConfigList) DeepCopy() *ProjectConfigList { return clone(in) }

// DeepCopyObject makes Promotion a Kubernetes object.
func (in *Promotion) DeepCopyObject() runtime.Object { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *Promotion) DeepCopy() *Promotion { return clone(in) }

// DeepCopyObject makes PromotionList a Kubernetes object.
func (in *PromotionList) DeepCopyObject() runtime.Object { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *PromotionList) DeepCopy() *PromotionList { return clone(in) }

// DeepCopyObject makes PromotionTask a Kubernetes object.
func (in *PromotionTask) DeepCopyObject() runtime.Object { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *PromotionTask) DeepCopy() *PromotionTask { return clone(in) }

// DeepCopyObject makes PromotionTaskList a Kubernetes object.
func (in *PromotionTaskList) DeepCopyObject() runtime.Object { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *PromotionTaskList) DeepCopy() *PromotionTaskList { return clone(in) }

// DeepCopyObject makes Stage a Kubernetes object.
func (in *Stage) DeepCopyObject() runtime.Object { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *Stage) DeepCopy() *Stage { return clone(in) }

// DeepCopyObject makes StageList a Kubernetes object.
func (in *StageList) DeepCopyObject() runtime.Object { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *StageList) DeepCopy() *StageList { return clone(in) }

// DeepCopyObject makes Warehouse a Kubernetes object.
func (in *Warehouse) DeepCopyObject() runtime.Object { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *Warehouse) DeepCopy() *Warehouse { return clone(in) }

// DeepCopyObject makes WarehouseList a Kubernetes object.
func (in *WarehouseList) DeepCopyObject() runtime.Object { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *WarehouseList) DeepCopy() *WarehouseList { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *FreightRequest) DeepCopy() *FreightRequest { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *FreightReference) DeepCopy() *FreightReference { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *FreightCollection) DeepCopy() *FreightCollection { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *FreightOrigin) DeepCopy() *FreightOrigin { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in StepExecutionMetadataList) DeepCopy() StepExecutionMetadataList { return *clone(&in) }

// DeepCopy gives a copy that shares nothing.
func (in *StageStatus) DeepCopy() *StageStatus { return clone(in) }

// DeepCopy gives a copy that shares nothing.
func (in *FreightStatus) DeepCopy() *FreightStatus { return clone(in) }

// GetStatus gives the status to change.
func (in *Stage) GetStatus() *StageStatus { return &in.Status }

// GetStatus gives the status to change.
func (in *Freight) GetStatus() *FreightStatus { return &in.Status }
