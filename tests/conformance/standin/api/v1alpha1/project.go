package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Project is a Namespace with Kargo's objects in it.
type Project struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Status            ProjectStatus `json:"status,omitempty"`
}

// ProjectList is a list of Projects.
type ProjectList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Project `json:"items"`
}

// ProjectStatus is what the controller knows of a Project.
type ProjectStatus struct {
	Conditions []metav1.Condition `json:"conditions,omitempty"`
	Stats      *ProjectStats      `json:"stats,omitempty"`
}

// ProjectStats counts what is in a Project.
type ProjectStats struct {
	Warehouses WarehouseStats `json:"warehouses,omitempty"`
	Stages     StageStats     `json:"stages,omitempty"`
}

// WarehouseStats counts Warehouses.
type WarehouseStats struct {
	Count  int64       `json:"count,omitempty"`
	Health HealthStats `json:"health,omitempty"`
}

// StageStats counts Stages.
type StageStats struct {
	Count  int64       `json:"count,omitempty"`
	Health HealthStats `json:"health,omitempty"`
}

// HealthStats counts what is well.
type HealthStats struct {
	Healthy int64 `json:"healthy,omitempty"`
}

// ProjectConfig holds what a Project's owner sets.
type ProjectConfig struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              ProjectConfigSpec   `json:"spec,omitempty"`
	Status            ProjectConfigStatus `json:"status,omitempty"`
}

// ProjectConfigList is a list of ProjectConfigs.
type ProjectConfigList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []ProjectConfig `json:"items"`
}

// ProjectConfigSpec holds policies, receivers and links.
type ProjectConfigSpec struct {
	PromotionPolicies []PromotionPolicy       `json:"promotionPolicies,omitempty"`
	WebhookReceivers  []WebhookReceiverConfig `json:"webhookReceivers,omitempty"`
	StageLinks        []DeepLink              `json:"stageLinks,omitempty"`
	FreightLinks      []DeepLink              `json:"freightLinks,omitempty"`
}

// PromotionPolicy says which Stages are promoted without being asked.
type PromotionPolicy struct {
	Stage                string                   `json:"stage,omitempty"`
	StageSelector        *PromotionPolicySelector `json:"stageSelector,omitempty"`
	AutoPromotionEnabled bool                     `json:"autoPromotionEnabled,omitempty"`
	AutoRollback         *AutoRollbackConfig      `json:"autoRollback,omitempty"`
}

// PromotionPolicySelector picks Stages by name, by label, or by both.
type PromotionPolicySelector struct {
	Name                  string `json:"name,omitempty"`
	*metav1.LabelSelector `json:",inline"`
}

// AutoRollbackConfig says after what to roll back.
type AutoRollbackConfig struct {
	OnPromotion    []string `json:"onPromotion,omitempty"`
	OnVerification []string `json:"onVerification,omitempty"`
}

// DeepLink is a link that Kargo's pages show.
type DeepLink struct {
	Title       string `json:"title"`
	URL         string `json:"url"`
	Description string `json:"description,omitempty"`
	If          string `json:"if,omitempty"`
}

// ProjectConfigStatus is what the controller knows of a ProjectConfig.
type ProjectConfigStatus struct {
	Conditions         []metav1.Condition       `json:"conditions,omitempty"`
	ObservedGeneration int64                    `json:"observedGeneration,omitempty"`
	LastHandledRefresh string                   `json:"lastHandledRefresh,omitempty"`
	WebhookReceivers   []WebhookReceiverDetails `json:"webhookReceivers,omitempty"`
}

// ClusterConfig holds what the cluster's operator sets.
type ClusterConfig struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              ClusterConfigSpec   `json:"spec,omitempty"`
	Status            ClusterConfigStatus `json:"status,omitempty"`
}

// ClusterConfigList is a list of ClusterConfigs.
type ClusterConfigList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []ClusterConfig `json:"items"`
}

// ClusterConfigSpec holds receivers, links and the author of commits.
type ClusterConfigSpec struct {
	WebhookReceivers []WebhookReceiverConfig `json:"webhookReceivers,omitempty"`
	GitClient        *GitClientConfig        `json:"gitClient,omitempty"`
	StageLinks       []DeepLink              `json:"stageLinks,omitempty"`
	FreightLinks     []DeepLink              `json:"freightLinks,omitempty"`
}

// ClusterConfigStatus is what the controller knows of a ClusterConfig.
type ClusterConfigStatus struct {
	Conditions         []metav1.Condition       `json:"conditions,omitempty"`
	ObservedGeneration int64                    `json:"observedGeneration,omitempty"`
	LastHandledRefresh string                   `json:"lastHandledRefresh,omitempty"`
	WebhookReceivers   []WebhookReceiverDetails `json:"webhookReceivers,omitempty"`
}
