package v1alpha1

import (
	"encoding/json"
	"errors"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// UpsertMetadata sets one value that promotion steps leave on a Stage.
func (s *StageStatus) UpsertMetadata(key string, value any) error {
	return upsert(&s.Metadata, key, value)
}

// GetMetadata reads one value that promotion steps left on a Stage.
func (s *StageStatus) GetMetadata(key string, value any) (bool, error) {
	return lookUp(s.Metadata, key, value)
}

// UpsertMetadata sets one value that promotion steps leave on Freight.
func (s *FreightStatus) UpsertMetadata(key string, value any) error {
	return upsert(&s.Metadata, key, value)
}

// GetMetadata reads one value that promotion steps left on Freight.
func (s *FreightStatus) GetMetadata(key string, value any) (bool, error) {
	return lookUp(s.Metadata, key, value)
}

func upsert(metadata *map[string]apiextensionsv1.JSON, key string, value any) error {
	if key == "" {
		return errors.New("metadata needs a key")
	}
	raw, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if *metadata == nil {
		*metadata = map[string]apiextensionsv1.JSON{}
	}
	(*metadata)[key] = apiextensionsv1.JSON{Raw: raw}
	return nil
}

func lookUp(metadata map[string]apiextensionsv1.JSON, key string, value any) (bool, error) {
	raw, ok := metadata[key]
	if !ok {
		return false, nil
	}
	return true, json.Unmarshal(raw.Raw, value)
}
