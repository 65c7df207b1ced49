// Package registries holds the shared vocabulary and the registries that come
// with the product, one folder each, and nothing but data.
package registries

import "embed"

// Files are vocabulary.yaml and the registries, each NAME/registry.yaml.
//
//go:embed vocabulary.yaml */registry.yaml
var Files embed.FS
