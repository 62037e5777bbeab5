package v1alpha1

// EventType is what happened to Freight or to a Promotion.
type EventType string

// The types of events.
const (
	EventTypeFreightApproved                 EventType = "FreightApproved"
	EventTypeFreightCreated                  EventType = "FreightCreated"
	EventTypeFreightVerificationAborted      EventType = "FreightVerificationAborted"
	EventTypeFreightVerificationErrored      EventType = "FreightVerificationErrored"
	EventTypeFreightVerificationFailed       EventType = "FreightVerificationFailed"
	EventTypeFreightVerificationInconclusive EventType = "FreightVerificationInconclusive"
	EventTypeFreightVerificationSucceeded    EventType = "FreightVerificationSucceeded"
	EventTypeFreightVerificationUnknown      EventType = "FreightVerificationUnknown"
	EventTypePromotionAborted                EventType = "PromotionAborted"
	EventTypePromotionCreated                EventType = "PromotionCreated"
	EventTypePromotionErrored                EventType = "PromotionErrored"
	EventTypePromotionFailed                 EventType = "PromotionFailed"
	EventTypePromotionSucceeded              EventType = "PromotionSucceeded"
)

// AnnotationKeyEventPrefix starts the key of every annotation of an event.
const AnnotationKeyEventPrefix = "event.kargo.akuity.io/"

// Keys of an event's annotations.
const (
	AnnotationKeyEventActor                  = AnnotationKeyEventPrefix + "actor"
	AnnotationKeyEventAnalysisRunName        = AnnotationKeyEventPrefix + "analysis-run-name"
	AnnotationKeyEventApplications           = AnnotationKeyEventPrefix + "applications"
	AnnotationKeyEventFreightAlias           = AnnotationKeyEventPrefix + "freight-alias"
	AnnotationKeyEventFreightArtifacts       = AnnotationKeyEventPrefix + "freight-artifacts"
	AnnotationKeyEventFreightCharts          = AnnotationKeyEventPrefix + "freight-charts"
	AnnotationKeyEventFreightCommits         = AnnotationKeyEventPrefix + "freight-commits"
	AnnotationKeyEventFreightCreateTime      = AnnotationKeyEventPrefix + "freight-create-time"
	AnnotationKeyEventFreightImages          = AnnotationKeyEventPrefix + "freight-images"
	AnnotationKeyEventFreightName            = AnnotationKeyEventPrefix + "freight-name"
	AnnotationKeyEventFreightWarehouseName   = AnnotationKeyEventPrefix + "freight-warehouse-name"
	AnnotationKeyEventProject                = AnnotationKeyEventPrefix + "project"
	AnnotationKeyEventPromotionCreateTime    = AnnotationKeyEventPrefix + "promotion-create-time"
	AnnotationKeyEventPromotionName          = AnnotationKeyEventPrefix + "promotion-name"
	AnnotationKeyEventRollback               = AnnotationKeyEventPrefix + "rollback"
	AnnotationKeyEventStageName              = AnnotationKeyEventPrefix + "stage-name"
	AnnotationKeyEventVerificationFinishTime = AnnotationKeyEventPrefix + "verification-finish-time"
	AnnotationKeyEventVerificationPending    = AnnotationKeyEventPrefix + "verification-pending"
	AnnotationKeyEventVerificationStartTime  = AnnotationKeyEventPrefix + "verification-start-time"
)
