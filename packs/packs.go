// Package packs holds the services that come with the product, one folder each,
// and nothing but data.
package packs

import "embed"

// Files are the packs that come with the product, by area and name.
//
//go:embed */*/*.yaml
var Files embed.FS
