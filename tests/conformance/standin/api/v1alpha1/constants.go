package v1alpha1

import (
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/scheme"
)

// FinalizerName is what Kargo's controllers put on objects that they clean up.
const FinalizerName = "kargo.akuity.io/finalizer"

// Annotation and label keys that Kargo reads or writes.
const (
	AnnotationKeyAbort               = "kargo.akuity.io/abort"
	AnnotationKeyArgoCDContext       = "kargo.akuity.io/argocd-context"
	AnnotationKeyAuthorizedStage     = "kargo.akuity.io/authorized-stage"
	AnnotationKeyAutoPromotionHold   = "kargo.akuity.io/auto-promotion-hold"
	AnnotationKeyAutoPromotionResume = "kargo.akuity.io/auto-promotion-resume"
	AnnotationKeyCreateActor         = "kargo.akuity.io/create-actor"
	AnnotationKeyGitHubTokenScope    = "kargo.akuity.io/github-token-scopes"
	AnnotationKeyKeepNamespace       = "kargo.akuity.io/keep-namespace"
	AnnotationKeyMigrated            = "kargo.akuity.io/migrated"
	AnnotationKeyPromotion           = "kargo.akuity.io/promotion"
	AnnotationKeyRefresh             = "kargo.akuity.io/refresh"
	AnnotationKeyReplicateTo         = "kargo.akuity.io/replicate-to"
	AnnotationKeyReplicatedAt        = "kargo.akuity.io/replicated-at"
	AnnotationKeyReverify            = "kargo.akuity.io/reverify"
	AnnotationKeyRollback            = "kargo.akuity.io/rollback"
	AnnotationKeyStage               = "kargo.akuity.io/stage"
	AnnotationValueReplicateToAll    = "*"
	AnnotationValueTrue              = "true"

	LabelKeyAlias                   = "kargo.akuity.io/alias"
	LabelKeyController              = "kargo.akuity.io/controller"
	LabelKeyCredentialType          = "kargo.akuity.io/cred-type"
	LabelKeyFreightCollection       = "kargo.akuity.io/freight-collection"
	LabelKeyProject                 = "kargo.akuity.io/project"
	LabelKeyReplicatedFrom          = "kargo.akuity.io/replicated-from"
	LabelKeyReplicatedSHA           = "kargo.akuity.io/replicated-sha"
	LabelKeyShard                   = "kargo.akuity.io/shard"
	LabelKeyStage                   = "kargo.akuity.io/stage"
	LabelValueCredentialTypeGeneric = "generic"
	LabelValueTrue                  = "true"
)

// The types of conditions.
const (
	ConditionTypeFreightCreated                   = "FreightCreated"
	ConditionTypeFreightCreationCriteriaSatisfied = "FreightCreationCriteriaSatisfied"
	ConditionTypeHealthy                          = "Healthy"
	ConditionTypePromoting                        = "Promoting"
	ConditionTypeReady                            = "Ready"
	ConditionTypeReconciling                      = "Reconciling"
	ConditionTypeStalled                          = "Stalled"
	ConditionTypeVerified                         = "Verified"
)

// Names of those who cause events.
const (
	EventActorAdmin                = "admin"
	EventActorControllerPrefix     = "controller:"
	EventActorEmailPrefix          = "email:"
	EventActorKubernetesUserPrefix = "kubernetes:"
	EventActorSubjectPrefix        = "subject:"
	EventActorUnknown              = "unknown actor"
)

var (
	// GroupVersion is the API group and version of every type here.
	GroupVersion = schema.GroupVersion{Group: "kargo.akuity.io", Version: "v1alpha1"}
	// SchemeBuilder collects the types for AddToScheme.
	SchemeBuilder = &scheme.Builder{GroupVersion: GroupVersion}
	// AddToScheme makes the types known to a scheme.
	AddToScheme = SchemeBuilder.AddToScheme
)

func init() {
	SchemeBuilder.Register(
		&ClusterConfig{}, &ClusterConfigList{},
		&ClusterPromotionTask{}, &ClusterPromotionTaskList{},
		&Freight{}, &FreightList{},
		&Project{}, &ProjectList{},
		&ProjectConfig{}, &ProjectConfigList{},
		&Promotion{}, &PromotionList{},
		&PromotionTask{}, &PromotionTaskList{},
		&Stage{}, &StageList{},
		&Warehouse{}, &WarehouseList{},
	)
}
