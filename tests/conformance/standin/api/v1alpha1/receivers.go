package v1alpha1

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// GitClientConfig is the author of Kargo's own commits.
type GitClientConfig struct {
	Name             string                       `json:"name"`
	Email            string                       `json:"email"`
	SigningKeySecret *corev1.LocalObjectReference `json:"signingKeySecret,omitempty"`
}

// WebhookReceiverDetails says where a receiver listens.
type WebhookReceiverDetails struct {
	Name string `json:"name,omitempty"`
	Path string `json:"path,omitempty"`
	URL  string `json:"url,omitempty"`
}

// WebhookReceiverConfig is a receiver of exactly one kind.
type WebhookReceiverConfig struct {
	Name        string                            `json:"name"`
	Bitbucket   *BitbucketWebhookReceiverConfig   `json:"bitbucket,omitempty"`
	DockerHub   *DockerHubWebhookReceiverConfig   `json:"dockerhub,omitempty"`
	GitHub      *GitHubWebhookReceiverConfig      `json:"github,omitempty"`
	GitLab      *GitLabWebhookReceiverConfig      `json:"gitlab,omitempty"`
	Harbor      *HarborWebhookReceiverConfig      `json:"harbor,omitempty"`
	Quay        *QuayWebhookReceiverConfig        `json:"quay,omitempty"`
	Artifactory *ArtifactoryWebhookReceiverConfig `json:"artifactory,omitempty"`
	Azure       *AzureWebhookReceiverConfig       `json:"azure,omitempty"`
	Gitea       *GiteaWebhookReceiverConfig       `json:"gitea,omitempty"`
	Generic     *GenericWebhookReceiverConfig     `json:"generic,omitempty"`
}

// BitbucketWebhookReceiverConfig names the Secret of a Bitbucket receiver.
type BitbucketWebhookReceiverConfig struct {
	SecretRef corev1.LocalObjectReference `json:"secretRef"`
}

// DockerHubWebhookReceiverConfig names the Secret of a Docker Hub receiver.
type DockerHubWebhookReceiverConfig struct {
	SecretRef corev1.LocalObjectReference `json:"secretRef"`
}

// GitHubWebhookReceiverConfig names the Secret of a GitHub receiver.
type GitHubWebhookReceiverConfig struct {
	SecretRef corev1.LocalObjectReference `json:"secretRef"`
}

// GitLabWebhookReceiverConfig names the Secret of a GitLab receiver.
type GitLabWebhookReceiverConfig struct {
	SecretRef corev1.LocalObjectReference `json:"secretRef"`
}

// HarborWebhookReceiverConfig names the Secret of a Harbor receiver.
type HarborWebhookReceiverConfig struct {
	SecretRef corev1.LocalObjectReference `json:"secretRef"`
}

// QuayWebhookReceiverConfig names the Secret of a Quay receiver.
type QuayWebhookReceiverConfig struct {
	SecretRef corev1.LocalObjectReference `json:"secretRef"`
}

// ArtifactoryWebhookReceiverConfig names the Secret of an Artifactory receiver.
type ArtifactoryWebhookReceiverConfig struct {
	SecretRef       corev1.LocalObjectReference `json:"secretRef"`
	VirtualRepoName string                      `json:"virtualRepoName,omitempty"`
}

// AzureWebhookReceiverConfig names the Secret of an Azure receiver.
type AzureWebhookReceiverConfig struct {
	SecretRef corev1.LocalObjectReference `json:"secretRef"`
}

// GiteaWebhookReceiverConfig names the Secret of a Gitea receiver.
type GiteaWebhookReceiverConfig struct {
	SecretRef corev1.LocalObjectReference `json:"secretRef"`
}

// GenericWebhookReceiverConfig is a receiver of any other request.
type GenericWebhookReceiverConfig struct {
	SecretRef corev1.LocalObjectReference `json:"secretRef"`
	Actions   []GenericWebhookAction      `json:"actions,omitempty"`
}

// GenericWebhookActionType is what a generic receiver does.
type GenericWebhookActionType string

// GenericWebhookActionTypeRefresh wakes the targets.
const GenericWebhookActionTypeRefresh GenericWebhookActionType = "Refresh"

// GenericWebhookAction is one thing that a generic receiver does.
type GenericWebhookAction struct {
	ActionType              GenericWebhookActionType                `json:"action"`
	WhenExpression          string                                  `json:"whenExpression,omitempty"`
	Parameters              map[string]string                       `json:"parameters,omitempty"`
	TargetSelectionCriteria []GenericWebhookTargetSelectionCriteria `json:"targetSelectionCriteria,omitempty"`
}

// GenericWebhookTargetKind is what a generic receiver acts on.
type GenericWebhookTargetKind string

// The kinds of target.
const (
	GenericWebhookTargetKindPromotion GenericWebhookTargetKind = "Promotion"
	GenericWebhookTargetKindWarehouse GenericWebhookTargetKind = "Warehouse"
)

// GenericWebhookTargetSelectionCriteria picks the targets of an action.
type GenericWebhookTargetSelectionCriteria struct {
	Kind          GenericWebhookTargetKind `json:"kind"`
	Name          string                   `json:"name,omitempty"`
	LabelSelector metav1.LabelSelector     `json:"labelSelector,omitempty"`
	IndexSelector IndexSelector            `json:"indexSelector,omitempty"`
}

// IndexSelector picks objects by Kargo's own indices.
type IndexSelector struct {
	MatchIndices []IndexSelectorRequirement `json:"matchIndices,omitempty"`
}

// IndexSelectorOperator compares a value with that in an index.
type IndexSelectorOperator string

// The operators.
const (
	IndexSelectorOperatorEqual    IndexSelectorOperator = "Equals"
	IndexSelectorOperatorNotEqual IndexSelectorOperator = "NotEquals"
)

// IndexSelectorRequirement is one condition on an index.
type IndexSelectorRequirement struct {
	Key      string                `json:"key"`
	Operator IndexSelectorOperator `json:"operator"`
	Value    string                `json:"value"`
}
