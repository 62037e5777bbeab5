// Package v1alpha1 stands in for two keys that Kargo's indexer compares with
// the annotations of ServiceAccounts. Nothing in this suite has any.
package v1alpha1

// Keys of annotations by which ServiceAccounts are bound to users.
const (
	AnnotationKeyOIDCClaims          = "rbac.kargo.akuity.io/claims"
	AnnotationKeyOIDCClaimNamePrefix = "rbac.kargo.akuity.io/claim."
)

// Keys and values of the annotation of what Kargo's management controller makes.
const (
	AnnotationKeyManaged = "rbac.kargo.akuity.io/managed"
	AnnotationValueTrue  = "true"
)
